/**
 * The few facts about a ledger that are not in its log: what it is, ids that were used up without a
 * log, whether it is in use, and the mapping that v1 clients gave it. One row each, written only
 * when they change.
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

  writeInUse(): void {
    writeMeta(this.#sql, "in-use", "1");
  }

  writeCounters({ nextLog, nextTransaction }: Tail): void {
    const counters: Counters = { nextLog, nextTransaction };
    writeMeta(this.#sql, "counters", JSON.stringify(counters));
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

function readMeta(sql: SqlStorage, key: string): string | undefined {
  return sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", key).toArray()[0]
    ?.value;
}

function writeMeta(sql: SqlStorage, key: string, value: string): void {
  sql.exec("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value);
}
