/**
 * Conditions and orders of lists that continue at a row. A row's position is (date, id) or the id
 * alone; the row values of SQL compare both at once.
 */
import { sql, type SQL } from "drizzle-orm";
import type { Scope } from "./database.ts";
import type { Order, PageRequest, Position } from "./page.ts";

export interface Walk {
  /** The direction rows are fetched in: the list's, or its opposite for a reverse cursor. */
  readonly direction: Order;
  /** Where to start; undefined: at the end of the list. */
  readonly at: Position | undefined;
  /** Whether the row at that position belongs to the page. */
  readonly inclusive: boolean;
  /** Rows to skip; lists by offset only. */
  readonly offset: number;
  /** One more than the page holds. */
  readonly limit: number;
}

export function walkOf(request: PageRequest): Walk {
  const { place, order, pageSize } = request;
  const limit = pageSize + 1;
  if (place.kind === "offset") {
    return { direction: order, at: undefined, inclusive: true, offset: place.offset, limit };
  }
  const flipped: Order = order === "asc" ? "desc" : "asc";
  return {
    direction: place.reverse ? flipped : order,
    at: place.at,
    inclusive: !place.reverse,
    offset: 0,
    limit,
  };
}

export function keyword(direction: Order): SQL {
  return sql.raw(direction === "asc" ? "ASC" : "DESC");
}

/** `column` (or the pair of it and `tie`) is at or beyond a position. */
export function beyond(walk: Walk, column: SQL, tie?: SQL): SQL {
  const { at } = walk;
  if (at?.value === undefined) {
    return sql`1`;
  }
  const hasTie = tie !== undefined && at.tie !== undefined;
  const operator = sql.raw((walk.direction === "asc" ? ">" : "<") + (walk.inclusive ? "=" : ""));
  return hasTie
    ? sql`(${column}, ${tie}) ${operator} (${at.value}, ${at.tie})`
    : sql`${column} ${operator} ${at.value}`;
}

/** Ids that rise with the dates of batches: of transactions `t`, or of other logs `l`. */
export type RisingId = "t.id" | "l.id";

const LAST_ID: Readonly<Record<RisingId, string>> = {
  "t.id": "last_transaction",
  "l.id": "last_log",
};

/**
 * A bound on the ids of what was inserted at or after a date (ascending), or at or before it, by
 * the batch that holds the date: it spares the walk from one end.
 */
export function idNear(scope: Scope, direction: Order, date: string, id: RisingId = "t.id"): SQL {
  const from = sql`SELECT ${sql.raw(LAST_ID[id])} FROM batches
    WHERE tenant = ${scope.tenant} AND ledger = ${scope.ledger}`;
  const order = sql.raw("ORDER BY first_date DESC, after_log DESC LIMIT 1");
  return direction === "desc"
    ? sql`${sql.raw(id)} <= coalesce((${from} AND first_date <= ${date} ${order}), -1)`
    : sql`${sql.raw(id)} > coalesce(
        (${from} AND first_date < ${date} AND last_date < ${date} ${order}), -1)`;
}
