/**
 * The registry's statements, all synchronous. Every change of a row that the read model shows
 * leaves its key in `changes`, in the same transaction.
 */
import type { Features } from "../core/features.ts";
import { formatStringMap } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";
import type { LedgerRecord, NewLedger } from "./registry-rpc.ts";

type State = "reserved" | "ready" | "purging";
export type ChangeKind = "ledger" | "exporter";

export interface StoredLedger extends LedgerRecord {
  readonly state: State;
}

export interface ExporterRow {
  readonly id: string;
  readonly driver: string;
  /** JSON as it was given. */
  readonly config: string;
  readonly createdAt: string;
}

export interface Change {
  readonly version: number;
  readonly kind: ChangeKind;
  readonly key: string;
}

type Row = Record<string, SqlStorageValue>;

export class RegistryStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  // --- ledgers ---

  byName(name: string): StoredLedger | undefined {
    return this.#ledgers("WHERE name = ?", name)[0];
  }

  byId(id: number): StoredLedger | undefined {
    return this.#ledgers("WHERE id = ?", id)[0];
  }

  names(): readonly string[] {
    const query =
      "SELECT name FROM ledgers WHERE state = 'ready' AND deleted_at IS NULL ORDER BY id";
    return this.#sql
      .exec(query)
      .toArray()
      .map((row) => String(row["name"]));
  }

  /** Takes the name and a number. The ledger exists once it is confirmed. */
  reserve(ledger: NewLedger, addedAt: Timestamp): StoredLedger {
    return this.#storage.transactionSync(() => {
      const id = this.#next("ledger");
      this.#sql.exec(
        `INSERT INTO ledgers (id, name, bucket, features, metadata, added_at, state, told)
         VALUES (?, ?, ?, ?, ?, ?, 'reserved', 1)`,
        id,
        ledger.name,
        ledger.bucket,
        JSON.stringify(ledger.features),
        formatStringMap(ledger.metadata),
        addedAt,
      );
      return { ...ledger, id, addedAt, deletedAt: undefined, state: "reserved" };
    });
  }

  /** The ledger's object knows what it is: from now on the ledger exists. */
  confirm(id: number): void {
    this.#change("ledger", String(id), () => {
      this.#sql.exec("UPDATE ledgers SET state = 'ready' WHERE id = ? AND state = 'reserved'", id);
    });
  }

  setMetadata(id: number, metadata: Metadata): void {
    this.#change("ledger", String(id), () => {
      const query = "UPDATE ledgers SET metadata = ? WHERE id = ?";
      this.#sql.exec(query, formatStringMap(metadata), id);
    });
  }

  // --- buckets ---

  /** Marks every ready ledger of the bucket; their objects have to be told. */
  markBucket(bucket: string, deletedAt: Timestamp | undefined): void {
    this.#storage.transactionSync(() => {
      const isDeletion = deletedAt !== undefined;
      const affected = this.#ledgers(
        `WHERE bucket = ? AND state = 'ready' AND (deleted_at IS NULL) = ?`,
        bucket,
        isDeletion ? 1 : 0,
      );
      for (const { id } of affected) {
        this.#change("ledger", String(id), () => {
          const query = "UPDATE ledgers SET deleted_at = ?, told = 0 WHERE id = ?";
          this.#sql.exec(query, deletedAt ?? null, id);
        });
      }
    });
  }

  /** Ledgers with a number above `after` whose objects do not know their deletion date yet. */
  untold(after: number): readonly StoredLedger[] {
    return this.#ledgers(
      "WHERE told = 0 AND state = 'ready' AND id > ? ORDER BY id LIMIT 500",
      after,
    );
  }

  /** The object knows this deletion date; a later one still has to be told. */
  markTold(id: number, deletedAt: Timestamp | undefined): void {
    const query = "UPDATE ledgers SET told = 1 WHERE id = ? AND deleted_at IS ?";
    this.#sql.exec(query, id, deletedAt ?? null);
  }

  // --- the end of ledgers ---

  /** Ledgers deleted before the date are given up; their names stay taken until they are gone. */
  startPurge(before: Timestamp): void {
    this.#sql.exec(
      "UPDATE ledgers SET state = 'purging' WHERE deleted_at < ? AND state = 'ready'",
      before,
    );
  }

  purging(): readonly StoredLedger[] {
    return this.#ledgers("WHERE state = 'purging' ORDER BY id LIMIT 500");
  }

  remove(id: number): void {
    this.#change("ledger", String(id), () => {
      this.#sql.exec("DELETE FROM pipelines WHERE ledger = ?", id);
      this.#sql.exec("DELETE FROM ledgers WHERE id = ?", id);
    });
  }

  reserved(): readonly StoredLedger[] {
    return this.#ledgers("WHERE state = 'reserved' ORDER BY id LIMIT 500");
  }

  /** When the ledger that was deleted first was deleted. */
  firstDeletion(): Timestamp | undefined {
    const query =
      "SELECT min(deleted_at) AS date FROM ledgers " +
      "WHERE deleted_at IS NOT NULL AND state = 'ready'";
    const date = this.#sql.exec(query).one()["date"];
    return date === null ? undefined : (String(date) as Timestamp);
  }

  hasUnfinished(): boolean {
    const query = `SELECT EXISTS (SELECT 1 FROM ledgers WHERE state <> 'ready' OR told = 0)
      OR EXISTS (SELECT 1 FROM pipelines WHERE told = 0 OR leaving = 1)
      OR EXISTS (SELECT 1 FROM changes) AS is_unfinished`;
    return this.#sql.exec(query).one()["is_unfinished"] === 1;
  }

  // --- exporters ---

  /** An exporter as the read model keeps it. */
  exporterRow(id: string): ExporterRow | undefined {
    const [row] = this.#sql.exec("SELECT * FROM exporters WHERE id = ?", id).toArray();
    return row === undefined
      ? undefined
      : {
          id,
          driver: String(row["driver"]),
          config: String(row["config"]),
          createdAt: String(row["created_at"]),
        };
  }

  // --- the read model's backlog ---

  version(): number {
    const query = "SELECT value FROM counters WHERE name = 'version'";
    return Number(this.#sql.exec(query).one()["value"]);
  }

  changes(limit: number): readonly Change[] {
    const query = "SELECT version, kind, key FROM changes ORDER BY version LIMIT ?";
    return this.#sql
      .exec(query, limit)
      .toArray()
      .map((row) => ({
        version: Number(row["version"]),
        kind: String(row["kind"]) as ChangeKind,
        key: String(row["key"]),
      }));
  }

  /** The read model has everything up to this version. */
  forgetChanges(version: number): void {
    this.#sql.exec("DELETE FROM changes WHERE version <= ?", version);
  }

  /** Runs a change and notes which row it touched, both or neither. */
  change(kind: ChangeKind, key: string, apply: (sql: SqlStorage) => void): void {
    this.#change(kind, key, () => apply(this.#sql));
  }

  #change(kind: ChangeKind, key: string, apply: () => void): void {
    this.#storage.transactionSync(() => {
      apply();
      const version = this.#next("version");
      const query = "INSERT OR REPLACE INTO changes (version, kind, key) VALUES (?, ?, ?)";
      this.#sql.exec(query, version, kind, key);
    });
  }

  #next(counter: "version" | "ledger"): number {
    const query = "UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value";
    return Number(this.#sql.exec(query, counter).one()["value"]);
  }

  #ledgers(condition: string, ...bindings: SqlStorageValue[]): StoredLedger[] {
    return this.#sql
      .exec(`SELECT * FROM ledgers ${condition}`, ...bindings)
      .toArray()
      .map(toLedger);
  }
}

function toLedger(row: Row): StoredLedger {
  const deletedAt = row["deleted_at"];
  return {
    id: Number(row["id"]),
    name: String(row["name"]),
    bucket: String(row["bucket"]),
    features: JSON.parse(String(row["features"])) as Features,
    metadata: JSON.parse(String(row["metadata"])) as Metadata,
    addedAt: String(row["added_at"]) as Timestamp,
    deletedAt: typeof deletedAt === "string" ? (deletedAt as Timestamp) : undefined,
    state: String(row["state"]) as State,
  };
}
