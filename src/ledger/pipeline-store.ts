/**
 * The statements about the pipelines of a ledger, in the ledger's own object: where each one leads
 * and how far it has come.
 */
import type { Timestamp } from "../core/timestamp.ts";
import type { Destination } from "./destination.ts";

export interface StoredPipeline {
  readonly id: string;
  readonly exporterId: string;
  readonly createdAt: Timestamp;
  readonly destination: Destination;
  readonly progress: Progress;
}

export interface Progress {
  /** The last log handed on; -1: none. */
  readonly lastLog: number;
  /** Why the last try failed; undefined: it did not. */
  readonly error: string | undefined;
  /** Milliseconds of the epoch; 0: not stopped. */
  readonly stoppedUntil: number;
}

export const AT_THE_START: Progress = { lastLog: -1, error: undefined, stoppedUntil: 0 };

export class PipelineStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): readonly StoredPipeline[] {
    const query = "SELECT * FROM pipelines ORDER BY created_at, id";
    return this.#sql
      .exec(query)
      .toArray()
      .map((row) => ({
        id: String(row["id"]),
        exporterId: String(row["exporter_id"]),
        createdAt: String(row["created_at"]) as Timestamp,
        destination: JSON.parse(String(row["destination"])) as Destination,
        progress: {
          lastLog: row["last_log"] === null ? -1 : Number(row["last_log"]),
          error: row["error"] === null ? undefined : String(row["error"]),
          stoppedUntil: Number(row["stopped_until"] ?? 0),
        },
      }));
  }

  put({ id, exporterId, createdAt, destination, progress }: StoredPipeline): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO pipelines
       (id, exporter_id, destination, created_at, last_log, error, stopped_until)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      exporterId,
      JSON.stringify(destination),
      createdAt,
      progress.lastLog < 0 ? null : progress.lastLog,
      progress.error ?? null,
      progress.stoppedUntil === 0 ? null : progress.stoppedUntil,
    );
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM pipelines WHERE id = ?", id);
  }
}
