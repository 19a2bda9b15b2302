/**
 * A log as somebody gives it for import (contract §10.5): read from its JSON, and written again in
 * the one form that logs are kept and hashed in. Exports of older versions are read too. Whether it
 * fits the ledger is for `import-log.ts` to say.
 */
import { isAddress } from "../core/address.ts";
import { isAsset } from "../core/asset.ts";
import type { Target } from "../core/command.ts";
import { isObject, member } from "../core/json-read.ts";
import { parseJson, type Json, type JsonObject } from "../core/json.ts";
import { POSTINGS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting, Volumes, VolumeTable } from "../core/transaction.ts";
import type { Runtime } from "../numscript/script.ts";
import { readSchema } from "../schema/schema.ts";
import { GivenJson } from "./given-json.ts";

/** A transaction as a log gives it; what is undefined was not told. */
export interface GivenTransaction {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: Timestamp | undefined;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  readonly insertedAt: Timestamp | undefined;
  readonly updatedAt: Timestamp | undefined;
  readonly revertedAt: Timestamp | undefined;
  readonly postCommitVolumes: VolumeTable | undefined;
  readonly postCommitEffectiveVolumes: VolumeTable | undefined;
}

export type GivenData =
  | {
      readonly type: "NEW_TRANSACTION";
      readonly transaction: GivenTransaction;
      readonly accountMetadata: ReadonlyMap<string, Metadata> | undefined;
    }
  | {
      readonly type: "REVERTED_TRANSACTION";
      readonly transaction: GivenTransaction;
      readonly revertedId: number;
      /** Older versions told only the id. */
      readonly reverted: GivenTransaction | undefined;
    }
  | {
      readonly type: "SET_METADATA";
      readonly target: Target;
      readonly metadata: Metadata | undefined;
    }
  | { readonly type: "DELETE_METADATA"; readonly target: Target; readonly key: string }
  | {
      readonly type: "INSERTED_SCHEMA";
      readonly version: string;
      readonly createdAt: Timestamp | undefined;
      /** The schema's data in its normal form. */
      readonly schema: string;
    };

export interface GivenLog {
  readonly id: number;
  readonly date: Timestamp | undefined;
  readonly idempotencyKey: string;
  readonly idempotencyHash: string;
  readonly hash: string | null;
  readonly schemaVersion: string;
  readonly data: GivenData;
}

/** SHA-256 in standard base64. */
const HASH = /^[A-Za-z0-9+/]{43}=$/;
const FINGERPRINT = /^[A-Za-z0-9_=+/-]{0,100}$/;
// The character NUL as an escape; no text of a log may hold it.
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** The error is a sentence about the first fault. `runtime` reads the scripts that name none. */
export function readGivenLog(text: string, runtime: Runtime): Result<GivenLog, string> {
  const json = NUL.test(text) ? err("the character NUL is not allowed") : parseJson(text);
  if (!json.ok) {
    return json;
  }
  if (!isObject(json.value)) {
    return err("a log must be an object");
  }
  const given = new GivenJson();
  const log = readLog(json.value, given, runtime);
  return given.fault === undefined ? ok(log) : err(given.fault);
}

function readLog(log: JsonObject, given: GivenJson, runtime: Runtime): GivenLog {
  const hash = given.text(log, "hash");
  if (hash !== "" && !HASH.test(hash)) {
    given.refuse("hash must be the base64 of 32 bytes");
  }
  const idempotencyHash = given.text(log, "idempotencyHash");
  if (!FINGERPRINT.test(idempotencyHash)) {
    given.refuse("idempotencyHash must be base64");
  }
  return {
    id: given.id(log, "id"),
    date: given.date(log, "date"),
    idempotencyKey: given.text(log, "idempotencyKey"),
    idempotencyHash,
    hash: hash === "" ? null : hash,
    schemaVersion: given.text(log, "schemaVersion"),
    data: readData(log, given, runtime),
  };
}

function readData(log: JsonObject, given: GivenJson, runtime: Runtime): GivenData {
  const type = given.text(log, "type");
  const data = given.object(log, "data");
  switch (type) {
    case "NEW_TRANSACTION": {
      const transaction = readTransaction(given.object(data, "transaction"), given);
      return { type, transaction, accountMetadata: readAccountMetadata(data, given) };
    }
    case "REVERTED_TRANSACTION":
      return readReverted(data, given);
    case "SET_METADATA": {
      const metadata = given.metadata(data, "metadata");
      return { type, target: readTarget(data, given), metadata };
    }
    case "INSERTED_SCHEMA":
      return readInsertedSchema(data, given, runtime);
    default:
      if (type !== "DELETE_METADATA") {
        given.refuse(`type ${JSON.stringify(type)} is unknown`);
      }
      return {
        type: "DELETE_METADATA",
        target: readTarget(data, given),
        key: given.text(data, "key"),
      };
  }
}

function readInsertedSchema(data: JsonObject, given: GivenJson, runtime: Runtime): GivenData {
  const object = given.object(data, "schema");
  const schema = readSchema(object, runtime);
  if (!schema.ok) {
    given.refuse(schema.error);
  }
  return {
    type: "INSERTED_SCHEMA",
    version: given.text(object, "version"),
    createdAt: given.date(object, "createdAt"),
    schema: schema.ok ? schema.value : "{}",
  };
}

function readReverted(data: JsonObject, given: GivenJson): GivenData {
  const transaction = readTransaction(given.object(data, "transaction"), given);
  const type = "REVERTED_TRANSACTION";
  if (member(data, "revertedTransaction") === undefined) {
    const revertedId = given.id(data, "revertedTransactionID");
    return { type, transaction, revertedId, reverted: undefined };
  }
  const reverted = readTransaction(given.object(data, "revertedTransaction"), given);
  if (reverted.revertedAt === undefined) {
    given.refuse("revertedTransaction.revertedAt is missing");
  }
  return { type, transaction, revertedId: reverted.id, reverted };
}

function readTarget(data: JsonObject, given: GivenJson): Target {
  const type = given.text(data, "targetType");
  if (type === "TRANSACTION") {
    return { type, id: given.id(data, "targetId") };
  }
  const address = member(data, "targetId");
  if (type !== "ACCOUNT") {
    given.refuse(`targetType ${JSON.stringify(type)} is unknown`);
  } else if (typeof address !== "string") {
    given.refuse("targetId of an ACCOUNT must be a string");
  }
  return { type: "ACCOUNT", address: String(address) };
}

function readAccountMetadata(
  data: JsonObject,
  given: GivenJson,
): ReadonlyMap<string, Metadata> | undefined {
  const accounts = member(data, "accountMetadata") ?? null;
  if (accounts === null) {
    return undefined;
  }
  const entries = given.entries(accounts, "accountMetadata").map(([address, metadata]) => {
    return [address, given.stringMap(metadata, `accountMetadata of ${address}`)] as const;
  });
  return new Map(entries);
}

function readTransaction(transaction: JsonObject, given: GivenJson): GivenTransaction {
  const reference = given.text(transaction, "reference");
  const template = given.text(transaction, "template");
  return {
    id: given.id(transaction, "id"),
    postings: readPostings(transaction, given),
    metadata: given.metadata(transaction, "metadata") ?? {},
    timestamp: given.date(transaction, "timestamp"),
    reference: reference === "" ? undefined : reference,
    template: template === "" ? undefined : template,
    insertedAt: given.date(transaction, "insertedAt"),
    updatedAt: given.date(transaction, "updatedAt"),
    revertedAt: given.date(transaction, "revertedAt"),
    postCommitVolumes: readTable(transaction, "postCommitVolumes", given),
    postCommitEffectiveVolumes: readTable(transaction, "postCommitEffectiveVolumes", given),
  };
}

function readPostings(transaction: JsonObject, given: GivenJson): readonly Posting[] {
  const items = given.list(transaction, "postings");
  if (items.length === 0) {
    given.refuse("a transaction must have postings");
  }
  if (items.length > POSTINGS_MAX) {
    given.refuse(`there are ${items.length} postings, the limit is ${POSTINGS_MAX}`);
  }
  return items.map((item) => readPosting(item, given));
}

function readPosting(item: Json, given: GivenJson): Posting {
  const posting = isObject(item) ? item : {};
  const source = given.text(posting, "source");
  const destination = given.text(posting, "destination");
  const asset = given.text(posting, "asset");
  const amount = given.amount(posting, "amount");
  for (const address of [source, destination]) {
    if (!isAddress(address)) {
      given.refuse(`${JSON.stringify(address)} is no account address`);
    }
  }
  if (!isAsset(asset)) {
    given.refuse(`${JSON.stringify(asset)} is no asset`);
  }
  if (amount < 0n) {
    given.refuse("an amount is negative");
  }
  return { source, destination, amount, asset };
}

/** Account → asset → volumes; an empty table tells nothing. */
function readTable(
  transaction: JsonObject,
  name: string,
  given: GivenJson,
): VolumeTable | undefined {
  const accounts = given.entries(member(transaction, name) ?? null, name);
  if (accounts.length === 0) {
    return undefined;
  }
  return new Map(
    accounts.map(([account, assets]) => {
      const cells = given.entries(assets, `${name} of ${account}`).map(([asset, cell]) => {
        return [asset, readVolumes(cell, given)] as const;
      });
      return [account, new Map(cells)] as const;
    }),
  );
}

function readVolumes(cell: Json, given: GivenJson): Volumes {
  const volumes = isObject(cell) ? cell : {};
  return { input: given.amount(volumes, "input"), output: given.amount(volumes, "output") };
}
