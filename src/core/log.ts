/**
 * The journal record: one log for every write that succeeded, and the line of JSON by which it is
 * kept, exported and imported (contract §10.1). The line is the truth; every table is a function of
 * the lines.
 */
import { compareText, formatStringMap, quote } from "./json.ts";
import { formatPostings } from "./transaction-json.ts";
import type { Target } from "./command.ts";
import { formatTimestamp, type Timestamp } from "./timestamp.ts";
import type { Metadata, Transaction } from "./transaction.ts";

export const LOG_TYPES = [
  "SET_METADATA",
  "NEW_TRANSACTION",
  "REVERTED_TRANSACTION",
  "DELETE_METADATA",
  "INSERTED_SCHEMA",
] as const;
export type LogType = (typeof LOG_TYPES)[number];

export interface LogHead {
  readonly type: LogType;
  readonly date: Timestamp;
  readonly idempotencyKey: string;
  readonly idempotencyHash: string;
  readonly id: number;
  /** Standard base64; null when the ledger does not hash its logs. */
  readonly hash: string | null;
  /** "" when the command named none. */
  readonly schemaVersion: string;
}

/** The line, without a line feed. `data` is compact JSON. */
export function formatLog(head: LogHead, data: string): string {
  const hash = head.hash === null ? "null" : `"${head.hash}"`;
  const schema = head.schemaVersion === "" ? "" : `,"schemaVersion":${quote(head.schemaVersion)}`;
  return (
    `{"type":"${head.type}","data":${data},"date":"${formatTimestamp(head.date)}",` +
    `"idempotencyKey":${quote(head.idempotencyKey)},"idempotencyHash":"${head.idempotencyHash}",` +
    `"id":${head.id},"hash":${hash}${schema}}`
  );
}

/** Data of SET_METADATA. undefined metadata: the client sent null, and the log says so. */
export function formatSetMetadata(target: Target, metadata: Metadata | undefined): string {
  const map = metadata === undefined ? "null" : formatStringMap(metadata);
  return `{${formatTarget(target)},"metadata":${map}}`;
}

export function formatDeleteMetadata(target: Target, key: string): string {
  return `{${formatTarget(target)},"key":${quote(key)}}`;
}

function formatTarget(target: Target): string {
  const id = target.type === "ACCOUNT" ? quote(target.address) : String(target.id);
  return `"targetType":"${target.type}","targetId":${id}`;
}

/** Account → metadata, sorted by account. */
export function formatAccountMetadata(map: ReadonlyMap<string, Metadata>): string {
  const entries = [...map].toSorted(([a], [b]) => compareText(a, b));
  const members = entries.map(([address, metadata]) => {
    return `${quote(address)}:${formatStringMap(metadata)}`;
  });
  return `{${members.join(",")}}`;
}

/** What of a transaction enters the hash of its log (contract §10.2). */
export function formatTransactionMemento(
  transaction: Pick<Transaction, "postings" | "metadata" | "timestamp" | "reference" | "id">,
): string {
  const { reference } = transaction;
  return (
    `{"postings":${formatPostings(transaction.postings)},` +
    `"metadata":${formatStringMap(transaction.metadata)},` +
    `"timestamp":"${formatTimestamp(transaction.timestamp)}",` +
    (reference === undefined ? "" : `"reference":${quote(reference)},`) +
    `"id":${transaction.id},"reverted":false}`
  );
}
