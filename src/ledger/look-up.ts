/**
 * Look-ups that the object answers from its own tables: exact, and one hop away. Lists are the read
 * model's.
 */
import { must } from "../core/assert.ts";
import { parseJson, type JsonObject } from "../core/json.ts";
import type { AccountRecord, TransactionRecord } from "../core/records.ts";
import { parseTimestamp } from "../core/timestamp.ts";
import type { SchemaRecord } from "./rpc.ts";
import { transactionOf } from "./rows.ts";
import type { Store } from "./store.ts";

export function readAccount(store: Store, address: string): AccountRecord | undefined {
  const account = store.account(address);
  if (account === undefined) {
    return undefined;
  }
  const volumes = store.pairsOf(address).map(({ asset, input, output }) => {
    return { asset, input: String(input), output: String(output) };
  });
  return { ...account, volumes, effectiveVolumes: undefined };
}

export function readTransaction(store: Store, id: number): TransactionRecord | undefined {
  const log = store.transactionLine(id);
  if (log === undefined) {
    return undefined;
  }
  const { metadata, updatedAt, revertedAt } = transactionOf(log, store.amendment(id));
  return { log, metadata, updatedAt, revertedAt, effectiveVolumes: undefined };
}

export function readSchema(store: Store, version: string): SchemaRecord | undefined {
  const schema = store.schemaText(version);
  if (schema === undefined) {
    return undefined;
  }
  const parsed = parseJson(schema);
  const { createdAt } = must(parsed.ok ? parsed.value : undefined, "kept JSON") as JsonObject;
  return { version, schema, createdAt: must(parseTimestamp(String(createdAt)), "a kept date") };
}
