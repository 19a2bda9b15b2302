/**
 * Transactions in the order of a list, from where its page begins. A page by id walks the primary
 * key; a page by date merges the rows that carry such a date (each kind has a partial index) with
 * those that have it from their insertion, which lie in order of id.
 */
import { sql, type SQL } from "drizzle-orm";
import type { Scope } from "./database.ts";
import { beyond, idNear, keyword, type Walk } from "./keyset.ts";

/** A way to find the rows of a list; where there are two, all but one have a limit of 0. */
export interface Access {
  readonly where: SQL;
  readonly limit: SQL;
}

/** Rows as a query, and their order again, over that query as a relation `t`. */
export interface OrderedRows {
  readonly query: SQL;
  readonly order: SQL;
}

/** `select` are columns of the transaction `t`. */
export function orderedRows(
  scope: Scope,
  column: string,
  walk: Walk,
  select: SQL,
  accesses: readonly Access[],
): OrderedRows {
  const direction = keyword(walk.direction);
  const branches = branchesOf(scope, column, walk);
  const parts = accesses.flatMap(({ where, limit }) =>
    branches.map(
      (branch) => sql`SELECT ${select}, ${branch.rank} AS rank, ${branch.date} AS date
        FROM transactions t WHERE ${where} AND ${branch.where}
        ORDER BY ${branch.order} LIMIT ${limit}`,
    ),
  );
  const order = (prefix: string): SQL => {
    const [rank, date, id] = ["rank", "date", "id"].map((name) => sql.raw(prefix + name));
    return sql`${rank} ${direction}, ${date} ${direction}, ${id} ${direction}`;
  };
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) {
    return { query: only, order: order("t.") };
  }
  const merged = sql.join(
    parts.map((part) => sql`SELECT * FROM (${part})`),
    sql` UNION ALL `,
  );
  return {
    query: sql`${merged} ORDER BY ${order("")} LIMIT ${walk.limit}`,
    order: order("t."),
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
  const direction = keyword(walk.direction);
  if (column === "id") {
    const id = sql.raw("t.id");
    const order = sql`t.id ${direction}`;
    return [{ where: beyond(walk, id), order, date: sql`NULL`, rank: sql`0` }];
  }
  if (column === "inserted_at") {
    return [byInsertion(scope, walk, sql`1`, true)];
  }
  const date = sql.raw(`t.${column}`);
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

/** Rows without dates of their own can only be on this side of a transaction's id. */
function nearby(scope: Scope, walk: Walk): SQL {
  const { at } = walk;
  return typeof at?.value === "string" ? idNear(scope, walk.direction, at.value) : sql`1`;
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
