/**
 * Listing, counting and reading transactions. A page by id walks the primary key; a page by date
 * merges the rows that carry such a date (each kind has a partial index) with those that have it
 * from their insertion, which lie in order of id.
 */
import { sql, type SQL } from "drizzle-orm";
import type { AccountVolumes } from "../core/records.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { numberOf, optionalText, prepare, textOf } from "./database.ts";
import type { Question, Row, Scope } from "./database.ts";
import { readSum } from "./exact.ts";
import { beyond, keyword, walkOf, type Walk } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest, type Position } from "./page.ts";
import { momentOf, totals } from "./point-in-time.ts";

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
  /** The log that made it; undefined when not asked for. */
  readonly log: string | undefined;
  /** Post-commit effective volumes as of now; undefined when not asked for. */
  readonly effectiveVolumes: readonly AccountVolumes[] | undefined;
}

/** What of the past and of the volumes is asked. */
export interface TransactionView {
  readonly pit: Timestamp | undefined;
  /** Whether metadata at a point in time comes from its history. */
  readonly hasMetadataHistory: boolean;
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

/** Metadata at a point in time, of the transaction `t`. */
function metadataAt(view: TransactionView): SQL {
  if (view.pit === undefined || !view.hasMetadataHistory) {
    return sql.raw("t.metadata");
  }
  return sql`coalesce((SELECT h.metadata FROM transaction_metadata h
    WHERE h.tenant = t.tenant AND h.ledger = t.ledger AND h.id = t.id AND h.date <= ${view.pit}
    ORDER BY h.date DESC, h.log_id DESC LIMIT 1), '{}')`;
}

/** What filters on transactions compare, as of the date asked. */
export interface TransactionColumns {
  readonly id: SQL;
  readonly timestamp: SQL;
  readonly insertedAt: SQL;
  readonly updatedAt: SQL;
  readonly revertedAt: SQL;
  readonly reference: SQL;
  readonly metadata: SQL;
  readonly postings: SQL;
}

export function transactionColumns(view: TransactionView): TransactionColumns {
  const { pit } = view;
  return {
    id: sql.raw("t.id"),
    timestamp: TIMESTAMP,
    insertedAt: sql.raw("t.inserted_at"),
    updatedAt: sql.raw("coalesce(t.updated_at, t.inserted_at)"),
    revertedAt:
      pit === undefined
        ? sql.raw("t.reverted_at")
        : sql`CASE WHEN t.reverted_at <= ${pit} THEN t.reverted_at END`,
    reference: sql.raw("t.reference"),
    metadata: metadataAt(view),
    postings: sql.raw("t.postings"),
  };
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

function columnsOf(view: TransactionView): SQL {
  const log = view.withLog ? sql.raw(", t.log") : sql``;
  return sql`t.id, t.inserted_at, t.timestamp, t.updated_at, t.reference, t.template, t.postings,
    ${metadataAt(view)} AS metadata, ${transactionColumns(view).revertedAt} AS reverted_at${log}`;
}

/** The plain page by id, by far the most asked: one statement that never changes. */
const NEWEST = `SELECT t.id, t.inserted_at, t.timestamp, t.updated_at, t.reverted_at, t.reference,
    t.template, t.metadata, t.postings
  FROM transactions t
  WHERE t.tenant = ? AND t.ledger = ? AND t.id <= ?
  ORDER BY t.id DESC LIMIT ?`;

export function listTransactions(
  db: D1Database,
  scope: Scope,
  request: PageRequest,
  view: TransactionView,
  where: SQL | undefined,
): Question<Page<TransactionRow>> {
  const walk = walkOf(request);
  const isPlain =
    request.column === "id" &&
    walk.direction === "desc" &&
    walk.inclusive &&
    where === undefined &&
    view.pit === undefined &&
    !view.withLog &&
    !view.withEffectiveVolumes;
  const statement = isPlain
    ? db
        .prepare(NEWEST)
        .bind(scope.tenant, scope.ledger, walk.at?.value ?? Number.MAX_SAFE_INTEGER, walk.limit)
    : prepare(db, pageQuery(scope, request, view, where));
  return {
    statements: [statement],
    answer: ([rows = []]) =>
      toPage(request, rows.map(transactionOf), (row) => positionOf(row, request.column)),
  };
}

function pageQuery(
  scope: Scope,
  request: PageRequest,
  view: TransactionView,
  where: SQL | undefined,
): SQL {
  const walk = walkOf(request);
  const rows = rowsQuery(scope, request.column, view, where, walk);
  if (!view.withEffectiveVolumes) {
    return rows.query;
  }
  return sql`SELECT t.*, ${effectiveVolumes(scope)} AS effective FROM (${rows.query}) t
    ORDER BY ${rows.order}`;
}

interface Rows {
  readonly query: SQL;
  /** The order again, over the query as a relation `t`. */
  readonly order: SQL;
}

function rowsQuery(
  scope: Scope,
  column: string,
  view: TransactionView,
  where: SQL | undefined,
  walk: Walk,
): Rows {
  const select = columnsOf(view);
  const rest = conditions(scope, view, where);
  const direction = keyword(walk.direction);
  const id = sql.raw("t.id");
  if (column === "id") {
    return {
      query: sql`SELECT ${select} FROM transactions t WHERE ${rest} AND ${beyond(walk, id)}
        ORDER BY t.id ${direction} LIMIT ${walk.limit}`,
      order: sql`t.id ${direction}`,
    };
  }
  const branches = branchesOf(scope, column, walk).map(
    (branch) => sql`SELECT * FROM (SELECT ${select}, ${branch.rank} AS rank, ${branch.date} AS date
      FROM transactions t WHERE ${rest} AND ${branch.where}
      ORDER BY ${branch.order} LIMIT ${walk.limit})`,
  );
  return {
    query: sql`${sql.join(branches, sql` UNION ALL `)}
      ORDER BY rank ${direction}, date ${direction}, id ${direction} LIMIT ${walk.limit}`,
    order: sql`t.rank ${direction}, t.date ${direction}, t.id ${direction}`,
  };
}

interface Branch {
  readonly where: SQL;
  readonly order: SQL;
  readonly date: SQL;
  /**
   * Rows without the date come last in a list of either order, so last in their rank's direction.
   */
  readonly rank: SQL;
}

/** Rows of one ledger that come in order of their date, each kind by its own index. */
function branchesOf(scope: Scope, column: string, walk: Walk): readonly Branch[] {
  if (column === "inserted_at") {
    return [byInsertion(scope, walk, sql`1`, true)];
  }
  const date = sql.raw(`t.${column}`);
  const direction = keyword(walk.direction);
  if (column === "reverted_at") {
    return revertBranches(walk, date, direction);
  }
  const dated: Branch = {
    where: sql`${date} IS NOT NULL AND ${beyond(walk, date, sql.raw("t.id"))}`,
    order: sql`${date} ${direction}, t.id ${direction}`,
    date,
    rank: sql`0`,
  };
  return [dated, byInsertion(scope, walk, sql`${date} IS NULL`, false)];
}

/**
 * Insertion dates rise with ids, so the primary key gives their order, and the batches where to
 * begin. Where nothing is merged the id alone tells where to go on, so that the odd dates of an
 * import lose no row.
 */
function byInsertion(scope: Scope, walk: Walk, where: SQL, alone: boolean): Branch {
  const date = sql.raw("t.inserted_at");
  const id = sql.raw("t.id");
  const direction = keyword(walk.direction);
  const tie = walk.at?.tie;
  const from =
    alone && typeof tie === "number"
      ? beyond({ ...walk, at: { value: tie, tie: undefined } }, id)
      : sql`${beyond(walk, date, id)} AND ${nearby(scope, walk)}`;
  return {
    where: sql`${where} AND ${from}`,
    order: sql`t.id ${direction}`,
    date: alone ? sql`NULL` : date,
    rank: sql`0`,
  };
}

function nearby(scope: Scope, walk: Walk): SQL {
  const { at } = walk;
  if (at?.value === undefined) {
    return sql`1`;
  }
  const last = sql`SELECT last_transaction FROM batches
    WHERE tenant = ${scope.tenant} AND ledger = ${scope.ledger} AND first_date <= ${at.value}
    ORDER BY first_date DESC, after_log DESC LIMIT 1`;
  return walk.direction === "desc"
    ? sql`t.id <= coalesce((${last}), -1)`
    : sql`t.id > coalesce((${last} OFFSET 1), -1)`;
}

function revertBranches(walk: Walk, date: SQL, direction: SQL): readonly Branch[] {
  const id = sql.raw("t.id");
  // Above every real rank in the direction of the walk when the list is descending, below when it
  // is walked back.
  const atNever = walk.at !== undefined && walk.at.value === undefined;
  const isForward = walk.inclusive;
  const isLast = (walk.direction === "asc") === isForward ? sql`1` : sql`-1`;
  const reverted: Branch = {
    where: sql`t.reverted_at IS NOT NULL AND ${
      atNever && isForward ? sql`0` : beyond(walk, date, id)
    }`,
    order: sql`${date} ${direction}, t.id ${direction}`,
    date,
    rank: sql`0`,
  };
  const tie = walk.at?.tie;
  const fromTie =
    typeof tie === "number" ? beyond({ ...walk, at: { value: tie, tie: undefined } }, id) : sql`1`;
  const pastThem = walk.at !== undefined && !atNever && !isForward;
  const never: Branch = {
    where: sql`t.reverted_at IS NULL AND ${atNever ? fromTie : pastThem ? sql`0` : sql`1`}`,
    order: sql`t.id ${direction}`,
    date: sql`NULL`,
    rank: isLast,
  };
  return [reverted, never];
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
  db: D1Database,
  scope: Scope,
  view: TransactionView,
  where: SQL | undefined,
): Question<number> {
  const query = sql`SELECT count(*) AS count FROM transactions t
    WHERE ${conditions(scope, view, where)}`;
  return {
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? 0 : numberOf(rows[0], "count")),
  };
}

/**
 * One transaction as of a date, or with its effective volumes; the object answers everything else
 * about one.
 */
export function readTransaction(
  db: D1Database,
  scope: Scope,
  id: number,
  view: TransactionView,
): Question<TransactionRow | undefined> {
  const row = sql`SELECT ${columnsOf(view)} FROM transactions t
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
    log: optionalText(row, "log"),
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
