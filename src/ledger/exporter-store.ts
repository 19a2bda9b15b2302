/**
 * The registry's statements about exporters and about which ledger feeds which, all synchronous.
 * How far a pipeline has come is not known here.
 */
import type { Timestamp } from "../core/timestamp.ts";
import type { Destination } from "./destination.ts";
import type { ExporterRecord, NewExporter, PipelineKey } from "./registry-rpc.ts";
import type { RegistryStore } from "./registry-store.ts";

/** A pipeline and what its ledger's object has to know of it. */
export interface StoredPipeline extends PipelineKey {
  readonly ledgerId: number;
  /** JSON, to compare by; the exporter is gone when the pipeline is leaving. */
  readonly destination: string;
  readonly isTold: boolean;
  readonly isLeaving: boolean;
}

type Row = Record<string, SqlStorageValue>;

const PIPELINES = `SELECT p.*, l.name, COALESCE(e.destination, '') AS destination
  FROM pipelines AS p JOIN ledgers AS l ON l.id = p.ledger
  LEFT JOIN exporters AS e ON e.id = p.exporter_id`;

export class ExporterStore {
  readonly #sql: SqlStorage;
  readonly #changes: RegistryStore;

  constructor(sql: SqlStorage, changes: RegistryStore) {
    this.#sql = sql;
    this.#changes = changes;
  }

  // --- exporters ---

  exporters(): readonly ExporterRecord[] {
    return this.#sql
      .exec("SELECT * FROM exporters ORDER BY created_at, id")
      .toArray()
      .map(toExporter);
  }

  exporter(id: string): ExporterRecord | undefined {
    return this.#sql.exec("SELECT * FROM exporters WHERE id = ?", id).toArray().map(toExporter)[0];
  }

  insert(exporter: ExporterRecord, destination: Destination): void {
    const { id, driver, config, createdAt } = exporter;
    this.#changes.change("exporter", id, (sql) => {
      sql.exec(
        `INSERT INTO exporters (id, driver, config, destination, created_at)
         VALUES (?, ?, ?, ?, ?)`,
        id,
        driver,
        config,
        JSON.stringify(destination),
        createdAt,
      );
    });
  }

  /** Its pipelines have to be told of the new destination. */
  update(id: string, { driver, config, destination }: NewExporter): void {
    this.#changes.change("exporter", id, (sql) => {
      sql.exec(
        "UPDATE exporters SET driver = ?, config = ?, destination = ? WHERE id = ?",
        driver,
        config,
        JSON.stringify(destination),
        id,
      );
      sql.exec("UPDATE pipelines SET told = 0 WHERE exporter_id = ?", id);
    });
  }

  /** Its pipelines have to go. */
  remove(id: string): void {
    this.#changes.change("exporter", id, (sql) => {
      sql.exec("DELETE FROM exporters WHERE id = ?", id);
      sql.exec("UPDATE pipelines SET leaving = 1 WHERE exporter_id = ?", id);
    });
  }

  // --- pipelines ---

  pipelines(): readonly StoredPipeline[] {
    return this.#pipelines("WHERE p.leaving = 0 ORDER BY p.created_at, p.id");
  }

  pipeline(id: string): StoredPipeline | undefined {
    return this.#pipelines("WHERE p.id = ?", id)[0];
  }

  pipelineOf(ledger: number, exporterId: string): StoredPipeline | undefined {
    return this.#pipelines("WHERE p.ledger = ? AND p.exporter_id = ?", ledger, exporterId)[0];
  }

  /** How many the ledger has, and how many there are. */
  countPipelines(ledger: number): { readonly ofLedger: number; readonly all: number } {
    const query = "SELECT count(*) AS n, sum(ledger = ?) AS own FROM pipelines";
    const row = this.#sql.exec(query, ledger).one();
    return { ofLedger: Number(row["own"]), all: Number(row["n"]) };
  }

  insertPipeline(id: string, ledger: number, exporterId: string, createdAt: Timestamp): void {
    this.#sql.exec(
      `INSERT INTO pipelines (id, ledger, exporter_id, created_at, told, leaving)
       VALUES (?, ?, ?, ?, 0, 0)`,
      id,
      ledger,
      exporterId,
      createdAt,
    );
  }

  markLeaving(id: string): void {
    this.#sql.exec("UPDATE pipelines SET leaving = 1 WHERE id = ?", id);
  }

  /** Pipelines whose ledgers' objects have something to hear. */
  unfinished(): readonly StoredPipeline[] {
    return this.#pipelines("WHERE p.told = 0 OR p.leaving = 1 ORDER BY p.id");
  }

  /** The object knows this destination; a later one still has to be told. */
  markTold({ id, exporterId, destination }: StoredPipeline): void {
    this.#sql.exec(
      `UPDATE pipelines SET told = 1
       WHERE id = ? AND EXISTS (SELECT 1 FROM exporters WHERE id = ? AND destination = ?)`,
      id,
      exporterId,
      destination,
    );
  }

  removePipeline(id: string): void {
    this.#sql.exec("DELETE FROM pipelines WHERE id = ?", id);
  }

  #pipelines(condition: string, ...bindings: SqlStorageValue[]): readonly StoredPipeline[] {
    return this.#sql
      .exec(`${PIPELINES} ${condition}`, ...bindings)
      .toArray()
      .map(toPipeline);
  }
}

function toExporter(row: Row): ExporterRecord {
  return {
    id: String(row["id"]),
    driver: String(row["driver"]),
    config: String(row["config"]),
    createdAt: String(row["created_at"]) as Timestamp,
  };
}

function toPipeline(row: Row): StoredPipeline {
  return {
    id: String(row["id"]),
    ledger: String(row["name"]),
    ledgerId: Number(row["ledger"]),
    exporterId: String(row["exporter_id"]),
    createdAt: String(row["created_at"]) as Timestamp,
    destination: String(row["destination"]),
    isTold: row["told"] === 1,
    isLeaving: row["leaving"] === 1,
  };
}
