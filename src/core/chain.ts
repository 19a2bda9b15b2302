/**
 * The hash chain over a ledger's logs (contract §10.2): each hash covers the one before, so a log
 * cannot be changed, dropped or moved without every later hash telling. Synchronous, because the
 * commit never awaits.
 */
import { createHash } from "node:crypto";
import type { LogType } from "./log.ts";
import { formatTimestamp, type Timestamp } from "./timestamp.ts";

export interface Sealed {
  readonly type: LogType;
  /** The part of the data that is covered: volumes and insertion dates are not. */
  readonly memento: string;
  readonly date: Timestamp;
  readonly idempotencyKey: string;
}

/**
 * Standard base64 of the log's hash. `previous` is the hash before it, undefined for the first
 * log.
 */
export function chainHash(previous: string | undefined, log: Sealed): string {
  const prefix = previous === undefined ? "" : `"${previous}"\n`;
  return createHash("sha256")
    .update(
      `${prefix}{"type":"${log.type}","data":${log.memento},` +
        `"date":"${formatTimestamp(log.date)}","idempotencyKey":"${log.idempotencyKey}",` +
        `"id":0,"hash":null}\n`,
    )
    .digest("base64");
}
