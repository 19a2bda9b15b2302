/**
 * Look-ups that the object answers from its own tables: exact, and one hop away. Lists are the read
 * model's.
 */
import { must } from "../core/assert.ts";
import { parseJson, type JsonObject } from "../core/json.ts";
import type { AccountRecord, AssetVolumes, TransactionRecord } from "../core/records.ts";
import { parseTimestamp } from "../core/timestamp.ts";
import type { SchemaRecord } from "./rpc.ts";
import { amendmentOf } from "./rows.ts";
import type { Store } from "./store.ts";

export function readAccount(
  store: Store,
  address: string,
  withVolumes: boolean,
): AccountRecord | undefined {
  const account = store.account(address);
  if (account === undefined) {
    return undefined;
  }
  const { metadata, firstUsage, insertionDate, updatedAt } = account;
  const volumes = withVolumes ? readVolumes(store, address) : undefined;
  return { address, metadata, firstUsage, insertionDate, updatedAt, volumes };
}

function readVolumes(store: Store, address: string): readonly AssetVolumes[] {
  return store.pairsOf(address).map(({ asset, input, output }) => {
    return { asset, input: String(input), output: String(output) };
  });
}

export function readTransaction(store: Store, id: number): TransactionRecord | undefined {
  const log = store.transactionLine(id);
  if (log === undefined) {
    return undefined;
  }
  const row = store.amendment(id);
  return { log, amendment: row === undefined ? undefined : amendmentOf(row) };
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
