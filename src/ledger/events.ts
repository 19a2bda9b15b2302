/**
 * What the world is told of a log (contract §13.1): one event for every operation that was written,
 * as a function of the log's line, so that telling it again tells the same.
 */
import { must } from "../core/assert.ts";
import { quote } from "../core/json.ts";
import { rawMembers } from "../core/json-members.ts";
import type { LogType } from "../core/log.ts";

export interface Event {
  readonly type: string;
  /** JSON. */
  readonly body: string;
}

type Members = ReadonlyMap<string, string>;

const EVENTS: Readonly<Record<LogType, readonly [type: string, (data: Members) => string]>> = {
  NEW_TRANSACTION: ["COMMITTED_TRANSACTIONS", committedTransactions],
  REVERTED_TRANSACTION: ["REVERTED_TRANSACTION", revertedTransaction],
  SET_METADATA: ["SAVED_METADATA", savedMetadata],
  DELETE_METADATA: ["DELETED_METADATA", deletedMetadata],
  INSERTED_SCHEMA: ["INSERTED_SCHEMA", insertedSchema],
};

/** The event of a kept log of the ledger. */
export function eventOf(line: string, ledger: string): Event {
  const log = rawMembers(line);
  const [type, format] = EVENTS[JSON.parse(textOf(log, "type")) as LogType];
  const payload = `{"ledger":${quote(ledger)},${format(rawMembers(textOf(log, "data")))}}`;
  const body =
    `{"idempotency_key":"","date":${textOf(log, "date")},"app":"ledger","version":"v2",` +
    `"type":"${type}","payload":${payload}}`;
  return { type, body };
}

function committedTransactions(data: Members): string {
  const accountMetadata = data.get("accountMetadata") ?? "{}";
  return `"transactions":[${textOf(data, "transaction")}],"accountMetadata":${accountMetadata}`;
}

function revertedTransaction(data: Members): string {
  const reverted = textOf(data, "revertedTransaction");
  return `"revertedTransaction":${reverted},"revertTransaction":${textOf(data, "transaction")}`;
}

function savedMetadata(data: Members): string {
  const metadata = textOf(data, "metadata");
  return `${formatTarget(data)},"metadata":${metadata === "null" ? "{}" : metadata}`;
}

function deletedMetadata(data: Members): string {
  return `${formatTarget(data)},"key":${textOf(data, "key")}`;
}

function insertedSchema(data: Members): string {
  return `"schema":${textOf(data, "schema")}`;
}

/** Ids of targets are texts here, those of transactions too. */
function formatTarget(data: Members): string {
  const id = textOf(data, "targetId");
  const text = id.startsWith('"') ? id : `"${id}"`;
  return `"targetType":${textOf(data, "targetType")},"targetId":${text}`;
}

function textOf(members: Members, name: string): string {
  return must(members.get(name), `a kept log has its ${name}`);
}
