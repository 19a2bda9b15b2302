/**
 * What a log changed that cannot be read off its line: accounts it made or changed, metadata after
 * it, pairs that were only asked for, moves off the chain, and what an imported line leaves out.
 * Kept beside the lines of a segment as JSON, NULL for the ordinary, so that the projection is a
 * function of the segments alone, whoever reads them and when.
 */
import { formatJson, parseJson, type Json, type JsonObject, type Writable } from "../core/json.ts";
import { must } from "../core/assert.ts";
import { rawMembers } from "../core/json-members.ts";
import type { LogType } from "../core/log.ts";
import { parseTimestamp, type Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting, Volumes } from "../core/transaction.ts";
import {
  DESTINATION_SIDE,
  SOURCE_SIDE,
  type AccountFact,
  type Amendment,
  type LogFacts,
  type MoveFact,
  type TransactionFact,
} from "../engine/facts.ts";
import { emptyPair } from "../engine/movement.ts";

/** The note of a log; undefined when its line tells everything. */
export function noteOf(facts: LogFacts): Writable | undefined {
  const fresh = facts.accounts.filter((account) => isOrdinary(account, facts));
  const others = facts.accounts.filter((account) => !isOrdinary(account, facts));
  const moves = facts.transaction?.moves ?? [];
  const isPlain = moves.every(({ chain, stray }) => chain === undefined && stray === undefined);
  const moved = new Set(moves.map(({ account, asset }) => `${account} ${asset}`));
  const asked = facts.pairs.filter(({ account, asset }) => !moved.has(`${account} ${asset}`));
  const note: Record<string, Writable> = {};
  if (fresh.length > 0) {
    note["new"] = fresh.map(({ address }) => address);
  }
  if (others.length > 0) {
    note["accounts"] = others.map(encodeAccount);
  }
  if (facts.amendment !== undefined) {
    note["amendment"] = encodeAmendment(facts.amendment);
  }
  if (asked.length > 0) {
    note["asked"] = asked.map(({ account, asset }) => [account, asset]);
  }
  if (!isPlain) {
    note["moves"] = moves.map(encodeMove);
  }
  if (facts.completed !== undefined) {
    note["completed"] = facts.completed;
  }
  return Object.keys(note).length === 0 ? undefined : note;
}

/** Made by this transaction, without metadata: its dates are the transaction's. */
function isOrdinary(account: AccountFact, facts: LogFacts): boolean {
  return (
    account.isNew &&
    account.revision === undefined &&
    facts.transaction !== undefined &&
    account.firstUsage === facts.transaction.timestamp &&
    account.insertionDate === facts.transaction.insertedAt &&
    account.updatedAt === account.insertionDate
  );
}

function encodeAccount(account: AccountFact): Writable {
  const { address, metadata, firstUsage, insertionDate, updatedAt, isNew, revision } = account;
  return [address, metadata, firstUsage, insertionDate, updatedAt, isNew, revision ?? null];
}

function encodeAmendment(amendment: Amendment): Writable {
  const { id, metadata, updatedAt, revertedAt, isRevision } = amendment;
  return [id, metadata, updatedAt, revertedAt ?? null, isRevision];
}

function encodeMove(move: MoveFact): Writable {
  const { account, asset, sides, after, chain, stray } = move;
  const pair = (volumes: Volumes | undefined): Writable[] => {
    return volumes === undefined ? [null, null] : [volumes.input, volumes.output];
  };
  return [account, asset, sides, ...pair(after), ...pair(chain), ...pair(stray)];
}

export function formatNotes(logs: readonly LogFacts[]): string | null {
  const notes = logs.map((facts) => noteOf(facts) ?? null);
  return notes.every((note) => note === null) ? null : formatJson(notes);
}

export function parseNotes(text: string | null): readonly Json[] {
  return text === null ? [] : (valueOf(text) as readonly Json[]);
}

function valueOf(text: string): Json {
  const parsed = parseJson(text);
  return must(parsed.ok ? parsed.value : undefined, "kept JSON is well formed");
}

/** The facts of a log as far as the read model needs them, from its line and its note. */
export function factsOf(line: string, note: Json | undefined): LogFacts {
  const log = valueOf(line) as JsonObject;
  const date = timeOf(log["date"]);
  const data = log["data"] as JsonObject;
  const type = log["type"] as LogType;
  const hints = (note ?? {}) as JsonObject;
  const completed = completedBy(note);
  const told = completed === undefined ? log : (valueOf(completed) as JsonObject);
  const transaction = transactionOf(type, told["data"] as JsonObject, date, hints);
  return {
    id: Number(log["id"]),
    type,
    date,
    hash: log["hash"] as string | null,
    line,
    idempotencyKey: log["idempotencyKey"] as string,
    idempotencyHash: log["idempotencyHash"] as string,
    transaction,
    pairs: listOf(hints["asked"]).map(([account, asset]) => {
      return emptyPair(String(account), String(asset));
    }),
    accounts: [
      ...freshAccounts(hints, transaction),
      ...listOf(hints["accounts"]).map((row) => decodeAccount(row)),
    ],
    amendment:
      hints["amendment"] === undefined ? undefined : decodeAmendment(hints["amendment"] as Json[]),
    schema:
      type === "INSERTED_SCHEMA" ? schemaOf(line, data["schema"] as JsonObject, date) : undefined,
    completed,
  };
}

/** The line as a note completes it; undefined where the line tells all. */
export function completedBy(note: Json | undefined): string | undefined {
  const completed = ((note ?? {}) as JsonObject)["completed"];
  return typeof completed === "string" ? completed : undefined;
}

type Row = readonly Json[];

function listOf(value: Json | undefined): readonly Row[] {
  return (value ?? []) as readonly Row[];
}

function timeOf(value: Json | undefined): Timestamp {
  return must(parseTimestamp(String(value)), `kept date is valid: ${String(value)}`);
}

function optionalTime(value: Json | undefined): Timestamp | undefined {
  return value === null || value === undefined ? undefined : timeOf(value);
}

function volumesOf(input: Json | undefined, output: Json | undefined): Volumes | undefined {
  return input === null || input === undefined
    ? undefined
    : { input: BigInt(String(input)), output: BigInt(String(output)) };
}

/** Its text is cut out of the line, since parsing loses the order of names that are numbers. */
function schemaOf(line: string, schema: JsonObject, date: Timestamp): LogFacts["schema"] {
  const createdAt = parseTimestamp(String(schema["createdAt"])) ?? date;
  const data = must(rawMembers(line).get("data"), "a log has data");
  const text = must(rawMembers(data).get("schema"), "such a log has a schema");
  return { version: String(schema["version"]), createdAt, schema: text };
}

function freshAccounts(
  hints: JsonObject,
  transaction: TransactionFact | undefined,
): readonly AccountFact[] {
  const addresses = (hints["new"] ?? []) as readonly string[];
  if (transaction === undefined) {
    return [];
  }
  const { timestamp, insertedAt } = transaction;
  return addresses.map((address) => ({
    address,
    metadata: {},
    firstUsage: timestamp,
    insertionDate: insertedAt,
    updatedAt: insertedAt,
    isNew: true,
    revision: undefined,
  }));
}

function decodeAccount(row: Row): AccountFact {
  const [address, metadata, firstUsage, insertionDate, updatedAt, isNew, revision] = row;
  return {
    address: String(address),
    metadata: metadata as Metadata,
    firstUsage: timeOf(firstUsage),
    insertionDate: timeOf(insertionDate),
    updatedAt: timeOf(updatedAt),
    isNew: isNew === true,
    revision: optionalTime(revision),
  };
}

function decodeAmendment(row: Row): Amendment {
  const [id, metadata, updatedAt, revertedAt, isRevision] = row;
  return {
    id: Number(id),
    metadata: metadata as Metadata,
    updatedAt: timeOf(updatedAt),
    revertedAt: optionalTime(revertedAt),
    isRevision: isRevision === true,
  };
}

function transactionOf(
  type: LogType,
  data: JsonObject,
  date: Timestamp,
  hints: JsonObject,
): TransactionFact | undefined {
  if (type !== "NEW_TRANSACTION" && type !== "REVERTED_TRANSACTION") {
    return undefined;
  }
  const created = parseCreated(data["transaction"] as JsonObject, date);
  const moves =
    hints["moves"] === undefined
      ? movesOf(created.postings, data["transaction"] as JsonObject)
      : listOf(hints["moves"]).map((row) => decodeMove(row));
  return { ...created, moves };
}

/** A transaction as its log has it. */
export function parseCreated(
  transaction: JsonObject,
  logDate: Timestamp,
): Omit<TransactionFact, "moves"> {
  const insertedAt = parseTimestamp(String(transaction["insertedAt"])) ?? logDate;
  const postings = (transaction["postings"] as readonly JsonObject[]).map(postingOf);
  return {
    id: Number(transaction["id"]),
    postings,
    metadata: (transaction["metadata"] ?? {}) as Metadata,
    timestamp: timeOf(transaction["timestamp"]),
    insertedAt,
    reference: textOf(transaction["reference"]),
    template: textOf(transaction["template"]),
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function postingOf(posting: JsonObject): Posting {
  return {
    source: String(posting["source"]),
    destination: String(posting["destination"]),
    amount: BigInt(String(posting["amount"])),
    asset: String(posting["asset"]),
  };
}

/**
 * Moves on the chain of pairs that have no strays: the volumes in the line are all there is to
 * know.
 */
function movesOf(postings: readonly Posting[], transaction: JsonObject): readonly MoveFact[] {
  const sides = new Map<string, number>();
  const add = (account: string, asset: string, side: number): void => {
    const key = `${account} ${asset}`;
    sides.set(key, (sides.get(key) ?? 0) | side);
  };
  for (const { source, destination, asset } of postings) {
    add(source, asset, SOURCE_SIDE);
    add(destination, asset, DESTINATION_SIDE);
  }
  const table = transaction["postCommitVolumes"] as Readonly<Record<string, JsonObject>>;
  return [...sides].map(([key, side]) => {
    const [account = "", asset = ""] = key.split(" ");
    const volumes = must(table[account], "a log tells the volumes it led to")[asset] as JsonObject;
    const after = must(volumesOf(volumes["input"], volumes["output"]), "volumes are whole");
    return { account, asset, sides: side, after, chain: undefined, stray: undefined };
  });
}

function decodeMove(row: Row): MoveFact {
  const [account, asset, sides, input, output, chainIn, chainOut, strayIn, strayOut] = row;
  return {
    account: String(account),
    asset: String(asset),
    sides: Number(sides),
    after: must(volumesOf(input, output), "a noted move has volumes"),
    chain: volumesOf(chainIn, chainOut),
    stray: volumesOf(strayIn, strayOut),
  };
}
