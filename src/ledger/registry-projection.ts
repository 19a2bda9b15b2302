/**
 * Copies the registry's changes to D1. A batch carries the version it leads to and does nothing
 * where that version or a later one already stands, so that a batch sent twice, late, or by an
 * object that was replaced changes nothing.
 */
import { formatStringMap } from "../core/json.ts";
import type { Change, RegistryStore } from "./registry-store.ts";

const CHANGES_PER_BATCH = 200;

/** Only where the read model is behind this version. */
const BEHIND = "COALESCE((SELECT version FROM registry_heads WHERE tenant = ?1), 0) < ?3";

const PUT_LEDGERS = `INSERT OR REPLACE INTO ledgers
  (tenant, id, name, bucket, features, metadata, added_at, deleted_at)
  SELECT ?1, value ->> 'id', value ->> 'name', value ->> 'bucket', value ->> 'features',
    value ->> 'metadata', value ->> 'addedAt', value ->> 'deletedAt'
  FROM json_each(?2) WHERE ${BEHIND}`;
const DROP_LEDGERS = `DELETE FROM ledgers
  WHERE tenant = ?1 AND id IN (SELECT value FROM json_each(?2)) AND ${BEHIND}`;
const PUT_EXPORTERS = `INSERT OR REPLACE INTO exporters (tenant, id, driver, config, created_at)
  SELECT ?1, value ->> 'id', value ->> 'driver', value ->> 'config', value ->> 'createdAt'
  FROM json_each(?2) WHERE ${BEHIND}`;
const DROP_EXPORTERS = `DELETE FROM exporters
  WHERE tenant = ?1 AND id IN (SELECT value FROM json_each(?2)) AND ${BEHIND}`;
const PUT_HEAD = `INSERT INTO registry_heads (tenant, version) VALUES (?1, ?2)
  ON CONFLICT (tenant) DO UPDATE SET version = excluded.version
  WHERE excluded.version > version`;

/** Projects until nothing is left. Rejects when D1 does; repeating it is safe. */
export async function projectRegistry(
  db: D1Database,
  tenant: string,
  store: RegistryStore,
): Promise<void> {
  for (;;) {
    const changes = store.changes(CHANGES_PER_BATCH);
    const last = changes.at(-1);
    if (last === undefined) {
      return;
    }
    await db.batch(statementsFor(db, tenant, store, changes, last.version));
    store.forgetChanges(last.version);
  }
}

function statementsFor(
  db: D1Database,
  tenant: string,
  store: RegistryStore,
  changes: readonly Change[],
  version: number,
): D1PreparedStatement[] {
  const ledgers: object[] = [];
  const goneLedgers: number[] = [];
  const exporters: object[] = [];
  const goneExporters: string[] = [];
  for (const { kind, key } of changes) {
    if (kind === "ledger") {
      const ledger = store.byId(Number(key));
      if (ledger === undefined) {
        goneLedgers.push(Number(key));
      } else {
        const { id, name, bucket, addedAt, deletedAt } = ledger;
        const features = JSON.stringify(ledger.features);
        const metadata = formatStringMap(ledger.metadata);
        ledgers.push({ id, name, bucket, features, metadata, addedAt, deletedAt });
      }
      continue;
    }
    const exporter = store.exporterRow(key);
    if (exporter === undefined) {
      goneExporters.push(key);
    } else {
      exporters.push(exporter);
    }
  }
  const bound = (query: string, rows: readonly unknown[]): readonly D1PreparedStatement[] => {
    return rows.length === 0 ? [] : [db.prepare(query).bind(tenant, JSON.stringify(rows), version)];
  };
  return [
    ...bound(PUT_LEDGERS, ledgers),
    ...bound(DROP_LEDGERS, goneLedgers),
    ...bound(PUT_EXPORTERS, exporters),
    ...bound(DROP_EXPORTERS, goneExporters),
    db.prepare(PUT_HEAD).bind(tenant, version),
  ];
}
