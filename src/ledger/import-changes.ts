/**
 * What a given log changes in the books, or why it cannot: a transaction that is there already, one
 * that is not there, volumes that its postings do not lead to.
 */
import type { LogHead } from "../core/log.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata, VolumeTable } from "../core/transaction.ts";
import {
  containsMetadata,
  mergeMetadata,
  NO_METADATA,
  touchAccount,
  touchAccounts,
  withoutKey,
} from "../engine/account-upsert.ts";
import type { LogFacts, TransactionFact } from "../engine/facts.ts";
import { formatSchemaObject } from "../engine/insert-schema.ts";
import { accountWithoutKey, amend } from "../engine/metadata.ts";
import { move } from "../engine/movement.ts";
import type { Overlay } from "../engine/overlay.ts";
import type { Schema } from "../schema/schema.ts";
import type { GivenData, GivenTransaction } from "./given-log.ts";
import type { Tail } from "./segments.ts";

/** Where a given log would go. */
export interface ImportPlace {
  readonly staged: Overlay;
  readonly tail: Tail;
  /** For dates that the log does not tell. */
  readonly now: Timestamp;
  /** Nothing may have been inserted later. */
  readonly latest: Timestamp;
}

export interface ImportChanges extends Pick<
  LogFacts,
  "transaction" | "pairs" | "accounts" | "amendment" | "schema"
> {
  /** The data with what is not told, where something is not. */
  readonly completed: GivenData | undefined;
}

const NO_CHANGES: ImportChanges = {
  transaction: undefined,
  pairs: [],
  accounts: [],
  amendment: undefined,
  schema: undefined,
  completed: undefined,
};

type Outcome = Result<ImportChanges, string>;
type Given<T extends GivenData["type"]> = Extract<GivenData, { readonly type: T }>;

const NO_ACCOUNTS: ReadonlyMap<string, Metadata> = new Map();

export function changesOf(given: GivenData, head: LogHead, place: ImportPlace): Outcome {
  if (given.type === "INSERTED_SCHEMA") {
    return schemaInserted(given, head, place);
  }
  const { schemaVersion, date } = head;
  const schema = schemaVersion === "" ? undefined : place.staged.schema(schemaVersion);
  if (schemaVersion !== "" && schema === undefined) {
    return err(`schema version ${JSON.stringify(schemaVersion)} not found`);
  }
  switch (given.type) {
    case "NEW_TRANSACTION":
      return created(given, schema, place);
    case "REVERTED_TRANSACTION":
      return reverted(given, date, place);
    case "SET_METADATA":
      return metadataSet(given, date, place);
    case "DELETE_METADATA":
      return metadataDeleted(given, date, place);
  }
}

/** Defaults of the chart are not told by a log that creates accounts, and are given again. */
function created(
  given: Given<"NEW_TRANSACTION">,
  schema: Schema | undefined,
  place: ImportPlace,
): Outcome {
  const entry = enter(given.transaction, place);
  if (!entry.ok) {
    return entry;
  }
  const { transaction, pairs, complete } = entry.value;
  const touch = { firstUsage: transaction.timestamp, date: transaction.insertedAt, schema };
  const described = given.accountMetadata ?? NO_ACCOUNTS;
  const accounts = touchAccounts(place.staged, transaction.postings, described, touch);
  const completed = complete === undefined ? undefined : { ...given, transaction: complete };
  return ok({ ...NO_CHANGES, transaction, pairs, accounts, completed });
}

function reverted(
  given: Given<"REVERTED_TRANSACTION">,
  date: Timestamp,
  place: ImportPlace,
): Outcome {
  const original = place.staged.transaction(given.revertedId);
  if (original === undefined) {
    return err(`transaction ${given.revertedId} not found`);
  }
  if (original.revertedAt !== undefined) {
    return err(`transaction ${given.revertedId} is already reverted`);
  }
  const entry = enter(given.transaction, place);
  if (!entry.ok) {
    return entry;
  }
  const { transaction, pairs, complete } = entry.value;
  const touch = {
    firstUsage: transaction.timestamp,
    date: transaction.insertedAt,
    schema: undefined,
  };
  const accounts = touchAccounts(place.staged, transaction.postings, NO_ACCOUNTS, touch);
  const completed = complete === undefined ? undefined : { ...given, transaction: complete };
  const revertedAt = given.reverted?.revertedAt ?? date;
  const { id, metadata } = original;
  const amendment = { id, metadata, updatedAt: revertedAt, revertedAt, isRevision: false };
  return ok({ ...NO_CHANGES, transaction, pairs, accounts, completed, amendment });
}

function metadataSet(given: Given<"SET_METADATA">, date: Timestamp, place: ImportPlace): Outcome {
  const { target, metadata = NO_METADATA } = given;
  if (target.type === "ACCOUNT") {
    const touch = { firstUsage: date, date, schema: undefined };
    const account = touchAccount(place.staged, target.address, metadata, touch);
    return ok({ ...NO_CHANGES, accounts: account === undefined ? [] : [account] });
  }
  const transaction = place.staged.transaction(target.id);
  if (transaction === undefined) {
    return err(`transaction ${target.id} not found`);
  }
  const isChanged = !containsMetadata(transaction.metadata, metadata);
  const merged = mergeMetadata(transaction.metadata, metadata);
  const amendment = isChanged ? amend(transaction, merged, date) : undefined;
  return ok({ ...NO_CHANGES, amendment });
}

/** A key that is not there is no fault: nothing is lost by deleting it. */
function metadataDeleted(
  given: Given<"DELETE_METADATA">,
  date: Timestamp,
  place: ImportPlace,
): Outcome {
  const { target, key } = given;
  if (target.type === "ACCOUNT") {
    const accounts = accountWithoutKey(place.staged, target.address, key);
    return ok({ ...NO_CHANGES, accounts });
  }
  const transaction = place.staged.transaction(target.id);
  if (transaction === undefined) {
    return err(`transaction ${target.id} not found`);
  }
  const isChanged = Object.hasOwn(transaction.metadata, key);
  const metadata = withoutKey(transaction.metadata, key);
  const amendment = isChanged ? amend(transaction, metadata, date) : undefined;
  return ok({ ...NO_CHANGES, amendment });
}

function schemaInserted(
  given: Given<"INSERTED_SCHEMA">,
  head: LogHead,
  place: ImportPlace,
): Outcome {
  const { version, schema: data, createdAt = head.date } = given;
  if (place.staged.schema(version) !== undefined) {
    return err(`schema version ${JSON.stringify(version)} already exists`);
  }
  const schema = { version, createdAt, schema: formatSchemaObject(data, version, createdAt) };
  return ok({ ...NO_CHANGES, schema });
}

interface Entry {
  readonly pairs: LogFacts["pairs"];
  readonly transaction: TransactionFact;
  /** The transaction with what was not told; undefined when all was. */
  readonly complete: GivenTransaction | undefined;
}

/** Enters a transaction as it is given: nobody is asked for funds. */
function enter(given: GivenTransaction, place: ImportPlace): Result<Entry, string> {
  const { staged, tail, now, latest } = place;
  const { id, postings, metadata, reference, template } = given;
  const problem = conflict(given, place);
  if (problem !== undefined) {
    return err(problem);
  }
  const insertedAt = given.insertedAt ?? now;
  const timestamp = given.timestamp ?? insertedAt;
  if (insertedAt > latest) {
    return err("its transaction was inserted in the future");
  }
  const isUnordered =
    id < tail.lastTransaction || (tail.lastDate !== undefined && insertedAt < tail.lastDate);
  const isOffChain = isUnordered && timestamp <= insertedAt;
  const chained = isOffChain ? undefined : insertedAt;
  const movement = move(staged, postings, timestamp, chained, undefined);
  const { moves, pairs, postCommitVolumes } = movement;
  const told = given.postCommitVolumes;
  if (told !== undefined && !areEqual(told, postCommitVolumes)) {
    return err("its postCommitVolumes are not what its postings lead to");
  }
  const complete = { ...given, timestamp, insertedAt, updatedAt: insertedAt, postCommitVolumes };
  const isComplete =
    told !== undefined && given.timestamp === timestamp && given.updatedAt === insertedAt;
  return ok({
    transaction: { id, postings, metadata, timestamp, insertedAt, reference, template, moves },
    pairs,
    complete: isComplete ? undefined : complete,
  });
}

function conflict(given: GivenTransaction, { staged, tail }: ImportPlace): string | undefined {
  const { id, reference } = given;
  if (id <= tail.lastTransaction && staged.transaction(id) !== undefined) {
    return `transaction ${id} already exists`;
  }
  return reference !== undefined && staged.isReferenceUsed(reference)
    ? `reference ${JSON.stringify(reference)} is already used`
    : undefined;
}

function areEqual(a: VolumeTable, b: VolumeTable): boolean {
  if (a.size !== b.size) {
    return false;
  }
  for (const [account, assets] of a) {
    const others = b.get(account);
    if (others?.size !== assets.size) {
      return false;
    }
    for (const [asset, { input, output }] of assets) {
      const other = others.get(asset);
      if (other?.input !== input || other.output !== output) {
        return false;
      }
    }
  }
  return true;
}
