/**
 * Listing logs. The log of a transaction stands in the transaction's row, every other in a table of
 * its own; a page merges both. Log ids and transaction ids rise together, except for the
 * transactions of an import that are marked as unordered.
 */
import { sql, type SQL } from "drizzle-orm";
import { unabridge } from "../core/abridged-line.ts";
import { FILTER_SQL_BYTES_MAX } from "../core/limits.ts";
import { LOG_TYPES } from "../core/log.ts";
import { ok, type Result } from "../core/result.ts";
import { parseTimestamp, type Timestamp } from "../core/timestamp.ts";
import type { DateLeaf, Filter, Leaf, NumberLeaf } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { evaluate, logTypeTruth } from "../filter/evaluate.ts";
import { logLeaf, type LogColumns } from "../filter/list-leaf.ts";
import { numberOf, prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { beyond, idNear, keyword, walkOf, type Walk } from "./keyset.ts";
import { toPage, type ListShape, type Order, type Page, type PageRequest } from "./page.ts";

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
const CONDITION_BYTES_MAX = FILTER_SQL_BYTES_MAX / 3;

/** One of the places that logs are read from. */
interface Source {
  readonly columns: LogColumns;
  readonly types: readonly string[];
  /** What a condition on an id or a date says about ids; it holds wherever the condition does. */
  readonly bound: (scope: Scope, leaf: Leaf) => SQL;
  readonly query: (scope: Scope, walk: Walk, where: SQL) => SQL;
}

const TRANSACTION_TYPES = LOG_TYPES.filter((type) => type.endsWith("_TRANSACTION"));

const FROM_TRANSACTIONS = sql`SELECT t.log_id AS id, ${OF_TRANSACTIONS.type} AS type,
    ${OF_TRANSACTIONS.date} AS date, t.log AS log
  FROM transactions t`;

function ownTransactions(scope: Scope): SQL {
  return sql`t.tenant = ${scope.tenant} AND t.ledger = ${scope.ledger}`;
}

const ORDERED: Source = {
  columns: OF_TRANSACTIONS,
  types: TRANSACTION_TYPES,
  bound: (scope, leaf) => {
    switch (leaf.kind) {
      case "date":
        return both(directionsOf(leaf), (direction) => idNear(scope, direction, leaf.value));
      case "number":
        return both(directionsOf(leaf), (direction) => idByLog(scope, direction, leaf.value));
      default:
        return TRUE;
    }
  },
  query: (scope, walk, where) => sql`${FROM_TRANSACTIONS}
    WHERE ${ownTransactions(scope)} AND t.unordered IS NULL AND ${nearby(scope, walk)} AND ${where}
    ORDER BY t.id ${keyword(walk.direction)} LIMIT ${walk.limit}`,
};

const UNORDERED: Source = {
  columns: OF_TRANSACTIONS,
  types: TRANSACTION_TYPES,
  bound: () => TRUE,
  // The range makes SQLite see the partial index.
  query: (scope, walk, where) => sql`${FROM_TRANSACTIONS}
    WHERE ${ownTransactions(scope)} AND t.unordered IS NOT NULL AND t.log_id >= 0 AND ${where}
    ORDER BY t.log_id ${keyword(walk.direction)} LIMIT ${walk.limit}`,
};

const OTHERS: Source = {
  columns: OF_OTHERS,
  types: LOG_TYPES.filter((type) => !TRANSACTION_TYPES.includes(type)),
  bound: (scope, leaf) =>
    leaf.kind === "date"
      ? both(directionsOf(leaf), (direction) => idNear(scope, direction, leaf.value, "l.id"))
      : TRUE,
  query: (scope, walk, where) => sql`SELECT l.id, l.type, l.date, l.log FROM logs l
    WHERE l.tenant = ${scope.tenant} AND l.ledger = ${scope.ledger} AND ${where}
    ORDER BY l.id ${keyword(walk.direction)} LIMIT ${walk.limit}`,
};

/** From which ends a comparison bounds a list: `<` from above, which is where descending starts. */
function directionsOf({ operator }: DateLeaf | NumberLeaf): readonly Order[] {
  switch (operator) {
    case "$lt":
    case "$lte":
      return ["desc"];
    case "$gt":
    case "$gte":
      return ["asc"];
    case "$match":
      return ["asc", "desc"];
    default:
      return [];
  }
}

function both(directions: readonly Order[], bound: (direction: Order) => SQL): SQL {
  return directions.length === 0 ? TRUE : sql.join(directions.map(bound), sql` AND `);
}

const TRUE = sql.raw("1");

/** The error is a sentence about the filter. */
export function listLogs(
  db: Database,
  scope: Scope,
  request: PageRequest,
  filter: Filter | undefined,
): Result<Question<Page<LogRow>>, string> {
  const walk = walkOf(request);
  const parts: SQL[] = [];
  for (const source of [ORDERED, UNORDERED, OTHERS]) {
    const plain = logLeaf(source.columns);
    const leaf = (asked: Leaf): SQL => sql`(${plain(asked)} AND ${source.bound(scope, asked)})`;
    const where = compileWithin(filter, leaf, CONDITION_BYTES_MAX);
    if (!where.ok) {
      return where;
    }
    if (source.types.some((type) => evaluate(filter, logTypeTruth(type)) !== false)) {
      const from = placed(walk, source.columns);
      const condition = where.value === undefined ? from : sql`(${where.value}) AND ${from}`;
      parts.push(sql`SELECT * FROM (${source.query(scope, walk, condition)})`);
    }
  }
  const byDate = request.column === "date";
  return ok({
    statements: parts.length === 0 ? [] : [prepare(db, merge(parts, walk))],
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
function merge(parts: readonly SQL[], walk: Walk): SQL {
  return sql`${sql.join([...parts], sql` UNION ALL `)}
    ORDER BY id ${keyword(walk.direction)} LIMIT ${walk.limit}`;
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

/** Where a page far down starts. */
function nearby(scope: Scope, walk: Walk): SQL {
  const id = idOf(walk);
  if (id !== undefined) {
    return idByLog(scope, walk.direction, BigInt(id));
  }
  const date = walk.at?.value;
  return typeof date === "string" ? idNear(scope, walk.direction, date) : TRUE;
}

/** A bound of transaction ids by the batch that holds a log. */
function idByLog(scope: Scope, direction: Order, log: bigint): SQL {
  const least = BigInt(Number.MIN_SAFE_INTEGER);
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const id = Number(log < least ? least : log > most ? most : log);
  const last = sql`SELECT last_transaction FROM batches
    WHERE tenant = ${scope.tenant} AND ledger = ${scope.ledger} AND after_log < ${id}
    ORDER BY after_log DESC LIMIT 1`;
  return direction === "desc"
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
