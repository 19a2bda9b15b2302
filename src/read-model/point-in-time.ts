/**
 * Volumes as of a date, as SQL fragments (DESIGN §6). A pair is an (account, asset) of one ledger;
 * `pair` names a relation in scope with the columns tenant, ledger, account and asset. The total of
 * a pair at a date is a sum of contributions: the chain's running total there, and the strays up to
 * there (whole days and months by their sums). Each costs a few look-ups, however long the
 * history.
 */
import { sql, type SQL } from "drizzle-orm";
import { atMicros, toMicros, type Timestamp } from "../core/timestamp.ts";
import type { Scope } from "./database.ts";
import { exactSum, signOfBalance } from "./exact.ts";

/** A point in time inside a statement. */
export interface Moment {
  readonly date: SQL;
  readonly day: SQL;
  readonly month: SQL;
  /** An upper bound of the ids of what was inserted until then; NULL when nothing was. */
  readonly lastId: SQL;
  /** Among moves of the very same date only those up to this id count; undefined: all of them. */
  readonly upTo: SQL | undefined;
}

/** Which date of a move counts. */
export type DateKind = "effective" | "insertion";

/** The last batch that can hold something inserted at or before a date tells the bound of ids. */
function lastIdAt(tenant: SQL, ledger: SQL, date: SQL): SQL {
  return sql`(SELECT last_transaction FROM batches
    WHERE tenant = ${tenant} AND ledger = ${ledger} AND first_date <= ${date}
    ORDER BY first_date DESC, after_log DESC LIMIT 1)`;
}

/**
 * A moment that is the same for the whole statement, kept in a common table expression of this
 * name.
 */
export function fixedMoment(
  name: "pit" | "oot",
  date: Timestamp,
  scope: Scope,
): {
  readonly moment: Moment;
  readonly expression: SQL;
} {
  const column = (of: string): SQL => sql.raw(`(SELECT ${of} FROM ${name})`);
  const { tenant, ledger } = scope;
  return {
    moment: {
      date: column("date"),
      day: column("day"),
      month: column("month"),
      lastId: column("last_id"),
      upTo: undefined,
    },
    expression: sql`${sql.raw(name)}(date, day, month, last_id) AS MATERIALIZED (SELECT ${date},
      ${date.slice(0, 10)}, ${date.slice(0, 7)},
      ${lastIdAt(sql`${tenant}`, sql`${ledger}`, sql`${date}`)})`,
  };
}

/** The moment right after a transaction in the order of (effective date, id). */
export function momentOf(transaction: {
  readonly tenant: SQL;
  readonly ledger: SQL;
  readonly date: SQL;
  readonly id: SQL;
}): Moment {
  const { tenant, ledger, date, id } = transaction;
  return {
    date,
    day: sql`substr(${date}, 1, 10)`,
    month: sql`substr(${date}, 1, 7)`,
    lastId: lastIdAt(tenant, ledger, date),
    upTo: id,
  };
}

/** The last instant before a date; undefined at the beginning of time. */
export function justBefore(date: Timestamp): Timestamp | undefined {
  return atMicros(toMicros(date) - 1n);
}

function isPair(alias: string, pair: string): SQL {
  return sql.raw(
    `${alias}.tenant = ${pair}.tenant AND ${alias}.ledger = ${pair}.ledger` +
      ` AND ${alias}.account = ${pair}.account AND ${alias}.asset = ${pair}.asset`,
  );
}

/** Which moves are looked at: those of unordered transactions have no part in the chain. */
type Among = "all" | "ordered";

/** Whether the move `m` was inserted by a moment. */
function isInsertedBy(moment: Moment, among: Among): SQL {
  const insertedAt = sql.raw(`(SELECT x.inserted_at FROM transactions x
    WHERE x.tenant = m.tenant AND x.ledger = m.ledger AND x.id = m.transaction_id
      ${among === "ordered" ? "AND x.unordered IS NULL" : ""})`);
  if (moment.upTo === undefined) {
    return sql`${insertedAt} <= ${moment.date}`;
  }
  return sql`(${insertedAt}, m.transaction_id) <= (${moment.date}, ${moment.upTo})`;
}

function isEffectiveBy(moment: Moment): SQL {
  return moment.upTo === undefined
    ? sql`m.effective <= ${moment.date}`
    : sql`m.effective <= ${moment.date}
        AND (m.effective, m.transaction_id) <= (${moment.date}, ${moment.upTo})`;
}

/** Id of the pair's last move that was inserted by a moment; NULL when there is none. */
function lastInserted(pair: string, moment: Moment, among: Among): SQL {
  return sql`(SELECT m.transaction_id FROM moves m
    WHERE ${isPair("m", pair)} AND m.transaction_id <= ${moment.lastId}
      AND ${isInsertedBy(moment, among)}
    ORDER BY m.transaction_id DESC LIMIT 1)`;
}

/**
 * Id of the last move of the chain that is dated by a moment, among those dated otherwise than
 * inserted.
 */
function lastDated(pair: string, moment: Moment): SQL {
  return sql`(SELECT m.transaction_id FROM moves m INDEXED BY moves_dated
    WHERE ${isPair("m", pair)} AND m.effective IS NOT NULL AND m.stray IS NULL
      AND ${isEffectiveBy(moment)}
    ORDER BY m.effective DESC, m.transaction_id DESC LIMIT 1)`;
}

/**
 * The rows whose signed sum is the pair's total: columns sign, input, output. `from` is what stands
 * before the joined table: nothing when the pair is an outer row, `<pairs> CROSS JOIN` when it is
 * part of the same query; `also` are further columns to give.
 */
interface Terms {
  readonly pair: string;
  readonly from: string;
  readonly also: string;
  readonly sign: 1 | -1;
}

function insertionTerms(terms: Terms, moment: Moment): SQL {
  const { pair } = terms;
  return sql`SELECT ${head(terms)} c.input AS input, c.output AS output
    FROM ${sql.raw(terms.from)} moves c
    WHERE ${isPair("c", pair)} AND c.transaction_id = ${lastInserted(pair, moment, "all")}`;
}

/**
 * The chain's dates rise with the ids, and what was inserted by t is on the chain at a date by t;
 * so of the last move inserted by t and the last one dated by t, the later carries the chain's
 * total.
 */
function effectiveTerms(terms: Terms, moment: Moment): SQL {
  const { pair } = terms;
  const from = sql.raw(terms.from);
  return sql`SELECT ${head(terms)} coalesce(c.chain_input, c.input) AS input,
      coalesce(c.chain_output, c.output) AS output
    FROM ${from} moves c
    WHERE ${isPair("c", pair)} AND c.transaction_id =
      max(coalesce(${lastInserted(pair, moment, "ordered")}, -1),
        coalesce(${lastDated(pair, moment)}, -1))
    UNION ALL
    SELECT ${head(terms)} s.input, s.output
    FROM ${from} stray_sums s
    WHERE ${isPair("s", pair)} AND s.period < ${moment.day}
      AND (s.period > ${moment.month} OR (length(s.period) = 7 AND s.period < ${moment.month}))
    UNION ALL
    SELECT ${head(terms)} m.moved_input, m.moved_output
    FROM ${from} moves m INDEXED BY moves_stray
    WHERE ${isPair("m", pair)} AND m.stray IS NOT NULL AND m.effective >= ${moment.day}
      AND ${isEffectiveBy(moment)}`;
}

function head(terms: Terms): SQL {
  return sql.raw(`${terms.also} ${terms.sign} AS sign,`);
}

/** Which part of the past is summed: up to `until`, without what was by `before`. */
export interface Window {
  readonly kind: DateKind;
  /** undefined: everything, in `kind` order the current volumes. */
  readonly until: Moment | undefined;
  readonly before: Moment | undefined;
}

function signedTerms(terms: Omit<Terms, "sign">, window: Window): SQL {
  const { until, before } = window;
  const part = (moment: Moment, sign: 1 | -1): SQL =>
    window.kind === "insertion"
      ? insertionTerms({ ...terms, sign }, moment)
      : effectiveTerms({ ...terms, sign }, moment);
  const added = until === undefined ? currentTerms(terms) : part(until, 1);
  if (before === undefined) {
    return added;
  }
  // D1 takes five terms in one compound, hence the nesting.
  return sql`SELECT * FROM (${added}) UNION ALL SELECT * FROM (${part(before, -1)})`;
}

function currentTerms(terms: Omit<Terms, "sign">): SQL {
  return sql`SELECT ${head({ ...terms, sign: 1 })} c.input AS input, c.output AS output
    FROM ${sql.raw(terms.from)} volumes c WHERE ${isPair("c", terms.pair)}`;
}

/** Contributions of the outer row `pair`: sign, input, output. */
export function contributions(pair: string, window: Window): SQL {
  return signedTerms({ pair, from: "", also: "" }, window);
}

/** Contributions of every row of the relation `pairs`: account, asset, sign, input, output. */
export function contributionsOf(pairs: string, window: Window): SQL {
  const terms = { pair: "p", from: `${pairs} p CROSS JOIN`, also: "p.account, p.asset," };
  return signedTerms(terms, window);
}

const SIGN = sql.raw("sign");
const INPUT = sql.raw("input");
const OUTPUT = sql.raw("output");

/** `<input>|<output>` of the outer row `pair`, each for `readSum`. */
export function totals(pair: string, window: Window): SQL {
  return sql`(SELECT ${exactSum(INPUT, SIGN)} || '|' || ${exactSum(OUTPUT, SIGN)}
    FROM (${contributions(pair, window)}))`;
}

/** An integer with the sign of the pair's balance minus `bound`. */
export function balanceAgainst(pair: string, window: Window, bound: bigint): SQL {
  return sql`(${signOfBalance(contributions(pair, window), bound)})`;
}

/** Whether the pair has any move inside the window. Moves of nothing count. */
export function hasMoves(pair: string, window: Window): SQL {
  const { kind, until, before } = window;
  if (until === undefined && before === undefined) {
    return sql`1`;
  }
  if (kind === "insertion") {
    return hasInserted(pair, window);
  }
  const isAfter = before === undefined ? sql`` : sql`AND m.effective > ${before.date}`;
  const isBy = until === undefined ? sql`` : sql`AND ${isEffectiveBy(until)}`;
  // The undated ones come last: they have no index of their own, and a run of dated ones would
  // have to be passed.
  return sql`(EXISTS (SELECT 1 FROM moves m INDEXED BY moves_dated
      WHERE ${isPair("m", pair)} AND m.effective IS NOT NULL AND m.stray IS NULL ${isAfter} ${isBy})
    OR EXISTS (SELECT 1 FROM moves m INDEXED BY moves_stray
      WHERE ${isPair("m", pair)} AND m.stray IS NOT NULL ${isAfter} ${isBy})
    OR ${hasUndated(pair, window)})`;
}

/** A move of the chain whose effective date is its insertion date. */
function hasUndated(pair: string, window: Window): SQL {
  return sql`EXISTS (SELECT 1 FROM moves m
    WHERE ${isPair("m", pair)} AND m.effective IS NULL AND m.stray IS NULL
      ${insertedWithin(pair, window)})`;
}

function hasInserted(pair: string, window: Window): SQL {
  return sql`EXISTS (SELECT 1 FROM moves m
    WHERE ${isPair("m", pair)} ${insertedWithin(pair, window)})`;
}

function insertedWithin(pair: string, { until, before }: Window): SQL {
  const by =
    until === undefined
      ? sql``
      : sql`AND m.transaction_id <= ${until.lastId} AND ${isInsertedBy(until, "all")}`;
  const after =
    before === undefined
      ? sql``
      : sql`AND m.transaction_id > coalesce(${lastInserted(pair, before, "all")}, -1)`;
  return sql`${by} ${after}`;
}
