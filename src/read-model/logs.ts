/**
 * Listing logs. The log of a transaction stands in the transaction's row, every other in a table of
 * its own; a page merges both. Log ids and transaction ids rise together, except for the
 * transactions of an import that are marked as unordered.
 */
import { sql, type SQL } from "drizzle-orm";
import { unabridge } from "../core/abridged-line.ts";
import { FILTER_SQL_BYTES_MAX } from "../core/limits.ts";
import { ok, type Result } from "../core/result.ts";
import { parseTimestamp, type Timestamp } from "../core/timestamp.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { logLeaf, type LogColumns } from "../filter/list-leaf.ts";
import { numberOf, prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { beyond, idNear, keyword, walkOf, type Walk } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest } from "./page.ts";

export interface LogRow {
  readonly id: number;
  readonly type: string;
  readonly date: Timestamp;
  /** The log as it is exported, one line of JSON. */
  readonly line: string;
}

export const LOG_LIST: ListShape = {
  columns: new Map([
    ["id", "number"],
    ["date", "date"],
  ]),
};

const OF_TRANSACTIONS: LogColumns = {
  id: sql.raw("t.log_id"),
  date: sql.raw("coalesce(t.log_date, t.inserted_at)"),
  type: sql.raw("coalesce(t.type, 'NEW_TRANSACTION')"),
};

const OF_OTHERS: LogColumns = {
  id: sql.raw("l.id"),
  date: sql.raw("l.date"),
  type: sql.raw("l.type"),
};

/** The condition stands in the statement once for each of three sources of logs. */
const CONDITION_BYTES_MAX = FILTER_SQL_BYTES_MAX / 2;

/** The error is a sentence about the filter. */
export function listLogs(
  db: Database,
  scope: Scope,
  request: PageRequest,
  filter: Filter | undefined,
): Result<Question<Page<LogRow>>, string> {
  const ofTransactions = compileWithin(filter, logLeaf(OF_TRANSACTIONS), CONDITION_BYTES_MAX);
  const ofOthers = compileWithin(filter, logLeaf(OF_OTHERS), CONDITION_BYTES_MAX);
  if (!ofTransactions.ok) {
    return ofTransactions;
  }
  if (!ofOthers.ok) {
    return ofOthers;
  }
  const where = (columns: LogColumns): SQL | undefined => {
    return columns === OF_TRANSACTIONS ? ofTransactions.value : ofOthers.value;
  };
  const byDate = request.column === "date";
  return ok({
    statements: [prepare(db, pageQuery(scope, walkOf(request), where))],
    answer: ([rows = []]) =>
      toPage(request, rows.map(logOf), ({ id, date }) =>
        byDate ? { value: date, tie: id } : { value: id, tie: undefined },
      ),
  });
}

/**
 * Dates rise with ids, so a list by date is a list by id; only a cursor without an id is placed by
 * its date.
 */
function pageQuery(scope: Scope, walk: Walk, where: (columns: LogColumns) => SQL | undefined): SQL {
  const direction = keyword(walk.direction);
  const of = (columns: LogColumns): SQL => {
    const filter = where(columns);
    return sql`${filter === undefined ? sql`1` : sql`(${filter})`} AND ${placed(walk, columns)}`;
  };
  const fromTransactions = sql`SELECT t.log_id AS id, ${OF_TRANSACTIONS.type} AS type,
      ${OF_TRANSACTIONS.date} AS date, t.log AS log
    FROM transactions t`;
  const mine = sql`t.tenant = ${scope.tenant} AND t.ledger = ${scope.ledger}`;
  const ordered = sql`${fromTransactions}
    WHERE ${mine} AND t.unordered IS NULL AND ${nearby(scope, walk)} AND ${of(OF_TRANSACTIONS)}
    ORDER BY t.id ${direction} LIMIT ${walk.limit}`;
  const unordered = sql`${fromTransactions} INDEXED BY transactions_unordered
    WHERE ${mine} AND t.unordered IS NOT NULL AND ${of(OF_TRANSACTIONS)}
    ORDER BY t.log_id ${direction} LIMIT ${walk.limit}`;
  const others = sql`SELECT l.id, l.type, l.date, l.log FROM logs l
    WHERE l.tenant = ${scope.tenant} AND l.ledger = ${scope.ledger} AND ${of(OF_OTHERS)}
    ORDER BY l.id ${direction} LIMIT ${walk.limit}`;
  return sql`SELECT * FROM (${ordered}) UNION ALL SELECT * FROM (${unordered})
    UNION ALL SELECT * FROM (${others}) ORDER BY id ${direction} LIMIT ${walk.limit}`;
}

function placed(walk: Walk, columns: LogColumns): SQL {
  const id = idOf(walk);
  return id === undefined
    ? beyond(walk, columns.date)
    : beyond({ ...walk, at: { value: id, tie: undefined } }, columns.id);
}

/** The id a page starts at, where its cursor tells. */
function idOf({ at }: Walk): number | undefined {
  const id = typeof at?.value === "number" ? at.value : at?.tie;
  return typeof id === "number" ? id : undefined;
}

/**
 * A bound of transaction ids by the batch that holds a log, so that a page far down starts there.
 */
function nearby(scope: Scope, walk: Walk): SQL {
  const id = idOf(walk);
  if (id === undefined) {
    const date = walk.at?.value;
    return typeof date === "string" ? idNear(scope, walk.direction, date) : sql`1`;
  }
  const last = sql`SELECT last_transaction FROM batches
    WHERE tenant = ${scope.tenant} AND ledger = ${scope.ledger} AND after_log < ${id}
    ORDER BY after_log DESC LIMIT 1`;
  return walk.direction === "desc"
    ? sql`t.id <= coalesce((${last}), -1)`
    : sql`t.id > coalesce((${last} OFFSET 1), -1)`;
}

function logOf(row: Row): LogRow {
  const date = textOf(row, "date");
  return {
    id: numberOf(row, "id"),
    type: textOf(row, "type"),
    date: parseTimestamp(date) ?? (date as Timestamp),
    line: unabridge(textOf(row, "log")),
  };
}
