/**
 * The chart of accounts: which addresses a schema allows, and the metadata new accounts start with
 * (contract §12.2, §12.3).
 */
import type { Metadata, Posting } from "../core/transaction.ts";
import type { Schema } from "./schema.ts";

/** What is wrong with a posting, in the original's words; undefined when the chart allows it. */
export function checkPosting(_schema: Schema, _posting: Posting): string | undefined {
  return undefined;
}

export function defaultMetadata(_schema: Schema, _address: string): Metadata {
  return {};
}
