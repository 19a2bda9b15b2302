/**
 * Listing, counting and reading transactions, now or as of a date. The order of a list, and where a
 * page begins, is `transaction-order.ts`.
 */
import { sql, type SQL } from "drizzle-orm";
import { FILTER_SQL_BYTES_MAX } from "../core/limits.ts";
import { unabridge } from "../core/abridged-line.ts";
import type { AccountVolumes } from "../core/records.ts";
import { ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { accountsAreHot, transactionColumns, transactionLeaf } from "../filter/transaction-leaf.ts";
import { HEAD, numberOf, optionalText, prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { readSum } from "./exact.ts";
import { walkOf } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest, type Position } from "./page.ts";
import { momentOf, totals } from "./point-in-time.ts";
import { orderedRows, type Access } from "./transaction-order.ts";

/** A transaction as the read model has it: texts that answers are put together from. */
export interface TransactionRow {
  readonly id: number;
  /** JSON; amounts are strings. */
  readonly postings: string;
  /** JSON, keys sorted. */
  readonly metadata: string;
  readonly timestamp: Timestamp;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  /** The log that made it, complete; undefined when not asked for. */
  readonly log: string | undefined;
  /** Post-commit effective volumes as of now; undefined when not asked for. */
  readonly effectiveVolumes: readonly AccountVolumes[] | undefined;
}

/** What of the past and of the volumes is asked. */
export interface TransactionView {
  readonly pit: Timestamp | undefined;
  /** Whether metadata at a point in time comes from its history. */
  readonly hasMetadataHistory: boolean;
  /** Whether moves tell which transactions an account has part in. */
  readonly movesKept: boolean;
  readonly withLog: boolean;
  readonly withEffectiveVolumes: boolean;
}

export const TRANSACTION_LIST: ListShape = {
  columns: new Map([
    ["id", "number"],
    ["timestamp", "date"],
    ["inserted_at", "date"],
    ["updated_at", "date"],
    ["reverted_at", "date"],
  ]),
};

const TIMESTAMP = sql.raw("coalesce(t.timestamp, t.inserted_at)");

/**
 * Metadata at a point in time, of the transaction `t`: of the revisions dated by then the last
 * made, because the first is dated as the transaction, which may lie ahead.
 */
function metadataAt(view: TransactionView): SQL {
  if (view.pit === undefined || !view.hasMetadataHistory) {
    return sql.raw("t.metadata");
  }
  return sql`coalesce((SELECT h.metadata FROM transaction_metadata h
    WHERE h.tenant = t.tenant AND h.ledger = t.ledger AND h.id = t.id AND h.date <= ${view.pit}
    ORDER BY h.log_id DESC LIMIT 1), '{}')`;
}

function revertedAt(view: TransactionView): SQL {
  return view.pit === undefined
    ? sql.raw("t.reverted_at")
    : sql`CASE WHEN t.reverted_at <= ${view.pit} THEN t.reverted_at END`;
}

function compile(
  scope: Scope,
  view: TransactionView,
  filter: Filter | undefined,
  bytesMax?: number,
): Result<SQL | undefined, string> {
  const leaf = transactionLeaf({
    ...transactionColumns("t", scope, view.movesKept),
    metadata: metadataAt(view),
    revertedAt: revertedAt(view),
  });
  return compileWithin(filter, leaf, bytesMax);
}

/** The rows a filter and a point in time leave. */
function conditions(scope: Scope, view: TransactionView, where: SQL | undefined): SQL {
  const parts = [sql`t.tenant = ${scope.tenant} AND t.ledger = ${scope.ledger}`];
  if (view.pit !== undefined) {
    parts.push(sql`${TIMESTAMP} <= ${view.pit}`);
  }
  if (where !== undefined) {
    parts.push(sql`(${where})`);
  }
  return sql.join(parts, sql` AND `);
}

function selection(view: TransactionView): SQL {
  const log = view.withLog ? sql.raw(", coalesce(t.completed, t.log) AS log") : sql``;
  return sql`t.id, t.inserted_at, t.timestamp, t.updated_at, t.reference, t.template, t.postings,
    ${metadataAt(view)} AS metadata, ${revertedAt(view)} AS reverted_at${log}`;
}

/** The plain page by id, by far the most asked: statements that never change. */
const NEWEST_COLUMNS = `t.id, t.inserted_at, t.timestamp, t.updated_at, t.reverted_at, t.reference,
  t.template, t.metadata, t.postings`;
const NEWEST_FROM = `FROM transactions t WHERE t.tenant = ?1 AND t.ledger = ?2 AND t.id <= ?3
  ORDER BY t.id DESC LIMIT ?4`;
const NEWEST = `SELECT ${NEWEST_COLUMNS} ${NEWEST_FROM}`;
const NEWEST_WITH_HEAD = `SELECT (${HEAD}) AS head, ${NEWEST_COLUMNS} ${NEWEST_FROM}`;

/** The error is a sentence about the filter. */
export function listTransactions(
  db: Database,
  scope: Scope,
  request: PageRequest,
  view: TransactionView,
  filter: Filter | undefined,
): Result<Question<Page<TransactionRow>>, string> {
  const walk = walkOf(request);
  const isPlain =
    request.column === "id" &&
    walk.direction === "desc" &&
    walk.inclusive &&
    filter === undefined &&
    view.pit === undefined &&
    !view.withLog &&
    !view.withEffectiveVolumes;
  const answer = ([rows = []]: readonly (readonly Row[])[]): Page<TransactionRow> =>
    toPage(request, rows.map(transactionOf), (row) => positionOf(row, request.column));
  if (isPlain) {
    const from = walk.at?.value ?? Number.MAX_SAFE_INTEGER;
    const bound = (query: string): D1PreparedStatement => {
      return db.prepare(query).bind(scope.tenant, scope.ledger, from, walk.limit);
    };
    return ok({ statements: [bound(NEWEST)], headed: bound(NEWEST_WITH_HEAD), answer });
  }
  const accesses = accessesOf(scope, view, filter, walk.limit);
  if (!accesses.ok) {
    return accesses;
  }
  const rows = orderedRows(scope, request.column, walk, selection(view), accesses.value);
  const query = view.withEffectiveVolumes
    ? sql`SELECT t.*, ${effectiveVolumes(scope)} AS effective FROM (${rows.query}) t
        ORDER BY ${rows.order}`
    : rows.query;
  return ok({ statements: [prepare(db, query)], answer });
}

/** The condition stands in the statement once for each of up to two dates, times two ways. */
const TWO_WAYS_BYTES_MAX = FILTER_SQL_BYTES_MAX / 2;

/**
 * Accounts of a filter are found by their moves; where all of them are hot, by looking at the
 * postings from where the page begins.
 */
function accessesOf(
  scope: Scope,
  view: TransactionView,
  filter: Filter | undefined,
  limit: number,
): Result<readonly Access[], string> {
  const access = (condition: SQL | undefined, count: SQL): Access => {
    return { where: conditions(scope, view, condition), limit: count };
  };
  const hot = view.movesKept ? accountsAreHot(filter, scope) : undefined;
  if (hot !== undefined) {
    const byMoves = compile(scope, view, filter, TWO_WAYS_BYTES_MAX);
    const walking = { ...view, movesKept: false };
    const byPostings = compile(scope, walking, filter, TWO_WAYS_BYTES_MAX);
    if (byMoves.ok && byPostings.ok) {
      return ok([
        access(byMoves.value, sql`iif(${hot}, 0, ${limit})`),
        access(byPostings.value, sql`iif(${hot}, ${limit}, 0)`),
      ]);
    }
  }
  const where = compile(scope, view, filter);
  return where.ok ? ok([access(where.value, sql`${limit}`)]) : where;
}

/** JSON list of [account, asset, "input|output"] over the pairs that the transaction `t` moved. */
function effectiveVolumes(scope: Scope): SQL {
  const moment = momentOf({
    tenant: sql`${scope.tenant}`,
    ledger: sql`${scope.ledger}`,
    date: TIMESTAMP,
    id: sql.raw("t.id"),
  });
  const side = (name: string): SQL => sql`SELECT ${scope.tenant} AS tenant,
    CAST(${scope.ledger} AS INTEGER) AS ledger, e.value ->> ${name} AS account,
    e.value ->> 'asset' AS asset FROM json_each(t.postings) e`;
  const window = { kind: "effective", until: moment, before: undefined } as const;
  return sql`(SELECT json_group_array(json_array(p.account, p.asset, ${totals("p", window)}))
    FROM (${side("source")} UNION ${side("destination")}) p)`;
}

export function countTransactions(
  db: Database,
  scope: Scope,
  view: TransactionView,
  filter: Filter | undefined,
): Result<Question<number>, string> {
  const where = compile(scope, view, filter);
  if (!where.ok) {
    return where;
  }
  const query = sql`SELECT count(*) AS count FROM transactions t
    WHERE ${conditions(scope, view, where.value)}`;
  return ok({
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? 0 : numberOf(rows[0], "count")),
  });
}

/**
 * One transaction as of a date, or with its effective volumes; the object answers everything else
 * about one.
 */
export function readTransaction(
  db: Database,
  scope: Scope,
  id: number,
  view: TransactionView,
): Question<TransactionRow | undefined> {
  const row = sql`SELECT ${selection(view)} FROM transactions t
    WHERE ${conditions(scope, view, sql`t.id = ${id}`)} LIMIT 1`;
  const query = view.withEffectiveVolumes
    ? sql`SELECT t.*, ${effectiveVolumes(scope)} AS effective FROM (${row}) t`
    : row;
  return {
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? undefined : transactionOf(rows[0])),
  };
}

function transactionOf(row: Row): TransactionRow {
  const insertedAt = textOf(row, "inserted_at") as Timestamp;
  const effective = optionalText(row, "effective");
  const log = optionalText(row, "log");
  return {
    id: numberOf(row, "id"),
    postings: textOf(row, "postings"),
    metadata: textOf(row, "metadata"),
    timestamp: (row["timestamp"] ?? insertedAt) as Timestamp,
    insertedAt,
    updatedAt: (row["updated_at"] ?? insertedAt) as Timestamp,
    revertedAt: (row["reverted_at"] ?? undefined) as Timestamp | undefined,
    reference: optionalText(row, "reference"),
    template: optionalText(row, "template"),
    log: log === undefined ? undefined : unabridge(log),
    effectiveVolumes: effective === undefined ? undefined : readEffective(effective),
  };
}

function readEffective(text: string): readonly AccountVolumes[] {
  const rows = JSON.parse(text) as readonly (readonly [string, string, string])[];
  return rows.map(([account, asset, sums]) => {
    const [input = "", output = ""] = sums.split("|");
    return {
      account,
      asset,
      input: String(readSum(input)),
      output: String(readSum(output)),
    };
  });
}

function positionOf(row: TransactionRow, column: string): Position {
  switch (column) {
    case "timestamp":
      return { value: row.timestamp, tie: row.id };
    case "inserted_at":
      return { value: row.insertedAt, tie: row.id };
    case "updated_at":
      return { value: row.updatedAt, tie: row.id };
    case "reverted_at":
      return { value: row.revertedAt, tie: row.id };
    default:
      return { value: row.id, tie: undefined };
  }
}
