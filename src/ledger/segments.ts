/**
 * The log as the object keeps it: several lines a row, one row a flush as a rule. Everything that
 * reads or appends log lines goes through here, so that closed parts of the log can move elsewhere
 * one day.
 */
import { must } from "../core/assert.ts";
import type { JsonObject } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { LogFacts } from "../engine/facts.ts";
import { completedBy, factsOf, formatNotes, parseNotes } from "./notes.ts";
import { weightOf } from "./weight.ts";

/**
 * Large enough that a bulk takes few rows, small enough that one line is looked up without reading
 * much else. A longer log has a row of its own; a row holds at most 2 MB, and a character takes up
 * to three bytes.
 */
const SEGMENT_CHARS_MAX = 64 * 1024;

/** Where the log ends and what it counts so far. Plain values; a new one for every change. */
export interface Tail {
  /** -1 before the first log. */
  readonly lastLog: number;
  /** The latest date of any log or insertion so far; only imports bring one that is earlier. */
  readonly lastDate: Timestamp | undefined;
  readonly hash: string | undefined;
  /** Greatest transaction id so far; -1 before the first. */
  readonly lastTransaction: number;
  readonly nextLog: number;
  readonly nextTransaction: number;
  readonly transactions: number;
  readonly accounts: number;
}

export const EMPTY_TAIL: Tail = {
  lastLog: -1,
  lastDate: undefined,
  hash: undefined,
  lastTransaction: -1,
  nextLog: 1,
  nextTransaction: 1,
  transactions: 0,
  accounts: 0,
};

/** The tail after a log was added. */
export function after(tail: Tail, facts: LogFacts): Tail {
  const transaction = facts.transaction?.id ?? -1;
  const created = facts.accounts.filter(({ isNew }) => isNew).length;
  return {
    lastLog: facts.id,
    lastDate: latest(tail.lastDate, facts),
    hash: facts.hash ?? undefined,
    lastTransaction: Math.max(tail.lastTransaction, transaction),
    nextLog: Math.max(tail.nextLog, facts.id + 1),
    nextTransaction: Math.max(tail.nextTransaction, transaction + 1),
    transactions: tail.transactions + (transaction === -1 ? 0 : 1),
    accounts: tail.accounts + created,
  };
}

function latest(before: Timestamp | undefined, facts: LogFacts): Timestamp {
  const insertedAt = facts.transaction?.insertedAt ?? facts.date;
  const date = insertedAt > facts.date ? insertedAt : facts.date;
  return before !== undefined && before > date ? before : date;
}

/** Which ids a row has: of logs, and of the transactions they made. */
type Span = Record<string, SqlStorageValue> & {
  readonly first_id: number;
  readonly last_id: number;
  readonly first_transaction: number | null;
  readonly last_transaction: number;
};

type SegmentRow = Span & {
  readonly date: string;
  readonly hash: string | null;
  readonly transactions: number;
  readonly accounts: number;
  readonly lines: string;
  readonly notes: string | null;
};

/** One kept log: its line and what is noted beside it. */
export interface KeptLog {
  readonly id: number;
  readonly line: string;
}

export class Segments {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The tail as of the last row; ids that were used up without a log are not known here. */
  readTail(): Tail {
    const row = this.#sql
      .exec<SegmentRow>("SELECT * FROM segments ORDER BY first_id DESC LIMIT 1")
      .toArray()[0];
    return row === undefined
      ? EMPTY_TAIL
      : {
          lastLog: row.last_id,
          lastDate: row.date as Timestamp,
          hash: row.hash ?? undefined,
          lastTransaction: row.last_transaction,
          nextLog: row.last_id + 1,
          nextTransaction: row.last_transaction + 1,
          transactions: row.transactions,
          accounts: row.accounts,
        };
  }

  /**
   * Appends logs whose ids rise; a hole in the ids starts a new row. Returns how many rows were
   * written.
   */
  append(logs: readonly LogFacts[], before: Tail): number {
    let start = before;
    let tail = before;
    let run: LogFacts[] = [];
    let size = 0;
    let rows = 0;
    const close = (): void => {
      if (run.length > 0) {
        this.#write(run, start, tail);
        rows++;
      }
      start = tail;
      run = [];
      size = 0;
    };
    for (const facts of logs) {
      const isGap = facts.id !== tail.lastLog + 1;
      const weight = weightOf(facts);
      if (isGap || size + weight > SEGMENT_CHARS_MAX) {
        close();
      }
      tail = after(tail, facts);
      run.push(facts);
      size += weight;
    }
    close();
    return rows;
  }

  /** `start` is the tail before these logs. */
  #write(logs: readonly LogFacts[], start: Tail, tail: Tail): void {
    // Ids rise, so the first is the least; those of an import that do not are found by a table.
    const first = logs.find(({ transaction }) => (transaction?.id ?? -1) > start.lastTransaction);
    this.#sql.exec(
      "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      must(logs[0], "a segment has logs").id,
      tail.lastLog,
      first?.transaction?.id ?? null,
      tail.lastTransaction,
      tail.lastDate,
      tail.hash ?? null,
      tail.transactions,
      tail.accounts,
      logs.map(({ line }) => line).join("\n"),
      formatNotes(logs),
    );
  }

  /** The line of a log; undefined when no log has the id. */
  line(id: number): string | undefined {
    const row = this.#rowAt(id);
    return row === undefined || id > row.last_id
      ? undefined
      : row.lines.split("\n")[id - row.first_id];
  }

  /** As `line`, completed by what the line leaves out of its transaction. */
  completeLine(id: number): string | undefined {
    const row = this.#rowAt(id);
    return row === undefined || id > row.last_id ? undefined : completeLine(row, id - row.first_id);
  }

  #rowAt(id: number): SegmentRow | undefined {
    return this.#sql
      .exec<SegmentRow>(
        "SELECT * FROM segments WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1",
        id,
      )
      .toArray()[0];
  }

  /**
   * The line of the log that made a transaction, complete, found without an index: ids of logs and
   * transactions rise together, so where a transaction lies between two others tells nearly where
   * its log does. Every second step halves what is left, however uneven the logs are.
   */
  lineOfTransaction(id: number, tail: Tail): string | undefined {
    if (id > tail.lastTransaction || id < 0) {
      return undefined;
    }
    let low = { log: 0, transaction: 0 };
    let high = { log: tail.lastLog, transaction: tail.lastTransaction };
    for (let step = 0; low.log <= high.log; step++) {
      const part = (id - low.transaction) / Math.max(1, high.transaction - low.transaction);
      const share = step % 2 === 0 ? Math.min(1, Math.max(0, part)) : 0.5;
      const probe = low.log + Math.floor((high.log - low.log) * share);
      const span = this.#spanAt(probe);
      if (span === undefined || span.last_transaction < id) {
        const transaction = span?.last_transaction ?? low.transaction;
        low = { log: Math.max(span?.last_id ?? 0, probe) + 1, transaction };
      } else if (span.first_transaction === null || span.first_transaction > id) {
        high = { log: span.first_id - 1, transaction: span.first_transaction ?? high.transaction };
      } else {
        const row = this.#rowAt(span.first_id);
        return row === undefined ? undefined : findTransaction(row, id);
      }
    }
    return undefined;
  }

  /** As `#rowAt`, without what makes rows large. */
  #spanAt(id: number): Span | undefined {
    return this.#sql
      .exec<Span>(
        `SELECT first_id, last_id, first_transaction, last_transaction
         FROM segments WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1`,
        id,
      )
      .toArray()[0];
  }

  /**
   * Lines with from ≤ id ≤ until, whole rows, at least one if there is any, until about `chars` are
   * gathered.
   */
  read(from: number, until: number, chars: number): readonly LogFacts[] {
    const logs: LogFacts[] = [];
    let gathered = 0;
    for (const row of this.#rowsFrom(from)) {
      const size = row.lines.length + (row.notes?.length ?? 0);
      if (row.first_id > until || (logs.length > 0 && gathered + size > chars)) {
        break;
      }
      const notes = parseNotes(row.notes);
      for (const [index, line] of row.lines.split("\n").entries()) {
        const id = row.first_id + index;
        if (id >= from && id <= until) {
          logs.push(factsOf(line, notes[index] ?? undefined));
        }
      }
      gathered += size;
    }
    return logs;
  }

  /** As `read`, the bare lines. */
  readLines(from: number, until: number, chars: number): readonly KeptLog[] {
    const lines: KeptLog[] = [];
    let gathered = 0;
    for (const row of this.#rowsFrom(from)) {
      if (row.first_id > until || (lines.length > 0 && gathered + row.lines.length > chars)) {
        break;
      }
      for (const [index, line] of row.lines.split("\n").entries()) {
        const id = row.first_id + index;
        if (id >= from && id <= until) {
          lines.push({ id, line });
        }
      }
      gathered += row.lines.length;
    }
    return lines;
  }

  #rowsFrom(from: number): Iterable<SegmentRow> {
    const start = this.#rowAt(from)?.first_id ?? from;
    return this.#sql.exec<SegmentRow>(
      "SELECT * FROM segments WHERE first_id >= ? ORDER BY first_id",
      start,
    );
  }
}

function completeLine(row: SegmentRow, index: number): string | undefined {
  const isComplete = row.notes === null || !row.notes.includes('"completed":');
  const completed = isComplete ? undefined : completedBy(parseNotes(row.notes)[index]);
  return completed ?? row.lines.split("\n")[index];
}

/** Inside a row the k-th transaction is near the k-th line; the lines around it are few. */
function findTransaction(row: SegmentRow, id: number): string | undefined {
  const lines = row.lines.split("\n");
  const first = row.first_transaction ?? id;
  const guess = Math.min(Math.max(id - first, 0), lines.length - 1);
  for (let step = 0; step < lines.length; step++) {
    for (const index of step === 0 ? [guess] : [guess - step, guess + step]) {
      const line = lines[index];
      if (line !== undefined && transactionIn(line) === id) {
        return completeLine(row, index);
      }
    }
  }
  return undefined;
}

/** As this program writes it; no text inside a string looks so. */
const CREATED_ID = /"id":(\d+),"insertedAt":"/;

function transactionIn(line: string): number | undefined {
  if (line.startsWith('{"type":"SET_') || line.startsWith('{"type":"DELETE_')) {
    return undefined;
  }
  const created = line.startsWith('{"type":"NEW_') ? CREATED_ID.exec(line)?.[1] : undefined;
  if (created !== undefined) {
    return Number(created);
  }
  const log = JSON.parse(line) as { data: { transaction?: JsonObject } };
  const id = log.data.transaction?.["id"];
  return id === undefined ? undefined : Number(id);
}
