/**
 * The few facts about a ledger that are not in its log: what it is, ids that were used up without a
 * log, whether it is in use, the mapping that v1 clients gave it, and how far its events are
 * published. One row each, written only when they change.
 */
import type { LedgerInfo } from "./rpc.ts";
import type { Tail } from "./segments.ts";

interface Counters {
  readonly nextLog: number;
  readonly nextTransaction: number;
}

export class Meta {
  readonly #sql: SqlStorage;
  isInUse: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.isInUse = readMeta(sql, "in-use") !== undefined;
  }

  /** With the first write ids start anew, so those that were used up before do not count. */
  writeInUse(tail: Tail): void {
    writeMeta(this.#sql, "in-use", "1");
    this.#sql.exec("UPDATE meta SET value = ? WHERE key = 'counters'", formatCounters(tail));
  }

  writeCounters(tail: Tail): void {
    writeMeta(this.#sql, "counters", formatCounters(tail));
  }

  /** The tail with the ids that were used up after its last log. */
  withCounters(tail: Tail): Tail {
    const text = readMeta(this.#sql, "counters");
    if (text === undefined) {
      return tail;
    }
    const { nextLog, nextTransaction } = JSON.parse(text) as Counters;
    return {
      ...tail,
      nextLog: Math.max(tail.nextLog, nextLog),
      nextTransaction: Math.max(tail.nextTransaction, nextTransaction),
    };
  }
}

function formatCounters({ nextLog, nextTransaction }: Tail): string {
  const counters: Counters = { nextLog, nextTransaction };
  return JSON.stringify(counters);
}

/** undefined when the object was never made a ledger. */
export function readInfo(sql: SqlStorage): LedgerInfo | undefined {
  const text = readMeta(sql, "ledger");
  return text === undefined ? undefined : (JSON.parse(text) as LedgerInfo);
}

export function writeInfo(sql: SqlStorage, info: LedgerInfo): void {
  writeMeta(sql, "ledger", JSON.stringify(info));
}

/** A v1 mapping as JSON. */
export function readMapping(sql: SqlStorage): string | undefined {
  return readMeta(sql, "mapping");
}

export function writeMapping(sql: SqlStorage, mapping: string): void {
  writeMeta(sql, "mapping", mapping);
}

/** Where the publishing of events stands. */
export interface EventsPosition {
  /** The last log that was published; -1: none. */
  readonly lastLog: number;
  /** Runs of imported logs after it: the logs above the first id, up to the second. */
  readonly imported: readonly (readonly [number, number])[];
}

export class EventsMeta {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): EventsPosition | undefined {
    const text = readMeta(this.#sql, "events");
    return text === undefined ? undefined : (JSON.parse(text) as EventsPosition);
  }

  write(position: EventsPosition): void {
    writeMeta(this.#sql, "events", JSON.stringify(position));
  }

  forget(): void {
    this.#sql.exec("DELETE FROM meta WHERE key = 'events'");
  }
}

function readMeta(sql: SqlStorage, key: string): string | undefined {
  return sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", key).toArray()[0]
    ?.value;
}

function writeMeta(sql: SqlStorage, key: string, value: string): void {
  sql.exec("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value);
}
