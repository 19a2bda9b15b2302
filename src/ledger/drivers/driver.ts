/**
 * What a driver is: it sends one batch of logs at a time, and fails, with a sentence for people,
 * when the receiver did not take all of it.
 */
import type { Result } from "../../core/result.ts";
import type { KeptLog } from "../segments.ts";

export type Delivery = Result<unknown, string>;
export type Driver = (batch: readonly KeptLog[], signal: AbortSignal) => Promise<Delivery>;

/** The log as it is exported, and whose it is. */
export function withLedger(line: string, ledger: string): string {
  return `${line.slice(0, line.lastIndexOf("}"))},"ledger":${JSON.stringify(ledger)}}`;
}
