/**
 * Copies the registry's changes to D1. A batch carries the version it leads to and does nothing
 * where that version or a later one already stands, so that a batch sent twice, late, or by an
 * object that was replaced changes nothing.
 */
import { formatStringMap } from "../core/json.ts";
import type { Change, ChangeKind, RegistryStore, StoredLedger } from "./registry-store.ts";
import { within } from "./within.ts";

const CHANGES_PER_BATCH = 200;
/** A parameter of D1 holds 2 MB. */
const BATCH_CHARS_MAX = 500_000;

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

/** A batch that takes longer counts as lost; its guard makes the next try harmless. */
const BATCH_MS = 10_000;

export class RegistryProjection {
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #store: RegistryStore;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(db: D1Database, tenant: string, store: RegistryStore) {
    this.#db = db;
    this.#tenant = tenant;
    this.#store = store;
  }

  /**
   * Resolves when the read model has every change made before the call; rejects when D1 does. While
   * one run is under way all who come share the next.
   */
  catchUp(): Promise<void> {
    if (this.#running === undefined) {
      return this.#start();
    }
    const start = (): Promise<void> => this.#start();
    this.#queued ??= this.#running.then(start, start);
    return this.#queued;
  }

  #start(): Promise<void> {
    this.#queued = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      await within(BATCH_MS, "D1", this.#db.batch(this.#statements(batch)));
      this.#store.forgetChanges(batch.version);
    }
  }

  /** The rows of the oldest changes, as they are now; undefined when there are no changes. */
  #next(): Batch | undefined {
    const rows: ChangedRow[] = [];
    let size = 0;
    let version: number | undefined;
    for (const change of this.#store.changes(CHANGES_PER_BATCH)) {
      const row = this.#row(change);
      size += row.text.length;
      if (version !== undefined && size > BATCH_CHARS_MAX) {
        break;
      }
      rows.push(row);
      version = change.version;
    }
    return version === undefined ? undefined : { version, rows };
  }

  #row({ kind, key }: Change): ChangedRow {
    if (kind === "ledger") {
      const ledger = this.#store.byId(Number(key));
      return ledger === undefined
        ? { kind, isGone: true, text: key }
        : { kind, isGone: false, text: formatLedgerRow(ledger) };
    }
    const exporter = this.#store.exporterRow(key);
    return exporter === undefined
      ? { kind, isGone: true, text: JSON.stringify(key) }
      : { kind, isGone: false, text: JSON.stringify(exporter) };
  }

  #statements({ version, rows }: Batch): D1PreparedStatement[] {
    const statements = TABLES.flatMap(({ kind, isGone, query }) => {
      const texts = rows.filter((row) => row.kind === kind && row.isGone === isGone);
      if (texts.length === 0) {
        return [];
      }
      const list = `[${texts.map(({ text }) => text).join(",")}]`;
      return [this.#db.prepare(query).bind(this.#tenant, list, version)];
    });
    return [...statements, this.#db.prepare(PUT_HEAD).bind(this.#tenant, version)];
  }
}

interface Batch {
  /** The number of the last change in it. */
  readonly version: number;
  readonly rows: readonly ChangedRow[];
}

/** What the read model is told about a row: all of it, or that it is gone. */
interface ChangedRow {
  readonly kind: ChangeKind;
  readonly isGone: boolean;
  /** JSON: the row, or its key. */
  readonly text: string;
}

const TABLES: readonly {
  readonly kind: ChangeKind;
  readonly isGone: boolean;
  readonly query: string;
}[] = [
  { kind: "ledger", isGone: false, query: PUT_LEDGERS },
  { kind: "ledger", isGone: true, query: DROP_LEDGERS },
  { kind: "exporter", isGone: false, query: PUT_EXPORTERS },
  { kind: "exporter", isGone: true, query: DROP_EXPORTERS },
];

function formatLedgerRow(ledger: StoredLedger): string {
  const { id, name, bucket, addedAt, deletedAt } = ledger;
  const features = JSON.stringify(ledger.features);
  const metadata = formatStringMap(ledger.metadata);
  return JSON.stringify({ id, name, bucket, features, metadata, addedAt, deletedAt });
}
