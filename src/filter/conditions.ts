/**
 * Conditions on one value in SQL: comparisons, lists, LIKE, address patterns, maps of texts. A
 * value that is NULL makes every condition on it NULL. Columns come from the read model, qualified
 * by their table, since they are also used inside subqueries; what a caller sent is always bound.
 */
import { sql, type SQL } from "drizzle-orm";
import { compareText } from "../core/json.ts";
import type { Comparator, ListLeaf, TextLeaf } from "./ast.ts";
import { parseAddressPattern, type InnerDots, type PartialAddress } from "./address-pattern.ts";
import { afterPrefix, parseLike, type LikeToken } from "./like.ts";

export const TRUE = sql.raw("1");
export const FALSE = sql.raw("0");

const SIGNS: Readonly<Record<Comparator, SQL>> = {
  $match: sql.raw("="),
  $lt: sql.raw("<"),
  $lte: sql.raw("<="),
  $gt: sql.raw(">"),
  $gte: sql.raw(">="),
};

export function signOf(operator: Comparator): SQL {
  return SIGNS[operator];
}

export function compare(column: SQL, operator: Comparator, value: SQL | string | number): SQL {
  return sql`${column} ${SIGNS[operator]} ${value}`;
}

/** A list is one bound parameter however long it is. */
export function isOneOf(column: SQL, values: readonly string[]): SQL {
  if (values.length === 0) {
    // False, but unknown where the column is: SQLite calls `NULL IN ()` false.
    return sql`${column} <> ${column}`;
  }
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/** Column of integers that stay below 2^53, against an integer of any size. */
export function compareInteger(column: SQL, operator: Comparator, value: bigint): SQL {
  if (value > Number.MAX_SAFE_INTEGER) {
    return operator === "$lt" || operator === "$lte" ? TRUE : FALSE;
  }
  if (value < Number.MIN_SAFE_INTEGER) {
    return operator === "$gt" || operator === "$gte" ? TRUE : FALSE;
  }
  return compare(column, operator, Number(value));
}

/** A plain text column. */
export function matchesText(column: SQL, leaf: TextLeaf | ListLeaf): SQL {
  if (leaf.kind === "list") {
    return isOneOf(column, leaf.values);
  }
  return leaf.operator === "$like"
    ? isLike(column, leaf.value)
    : compare(column, "$match", leaf.value);
}

/**
 * A text column with an index of its own beside the primary key. Without statistics SQLite takes
 * the primary key's first columns for narrow and leaves the index alone, unless a range is asked.
 */
export function matchesIndexedText(column: SQL, leaf: TextLeaf | ListLeaf): SQL {
  if (leaf.kind === "text") {
    return leaf.operator === "$like"
      ? isLike(column, leaf.value)
      : isBetween(column, leaf.value, leaf.value);
  }
  const sorted = leaf.values.toSorted(compareText);
  const [first] = sorted;
  const last = sorted.at(-1);
  const list = isOneOf(column, leaf.values);
  return first === undefined || last === undefined
    ? list
    : sql`(${isBetween(column, first, last)} AND ${list})`;
}

/** The same for comparisons. */
export function compareIndexed(column: SQL, operator: Comparator, value: string): SQL {
  return operator === "$match" ? isBetween(column, value, value) : compare(column, operator, value);
}

function isBetween(column: SQL, from: string, to: string): SQL {
  return sql`(${column} >= ${from} AND ${column} <= ${to})`;
}

/** A column of addresses; `$match` and `$like` are the same, lists hold whole addresses. */
export function matchesAddressLeaf(
  column: SQL,
  leaf: TextLeaf | ListLeaf,
  innerDots: InnerDots,
): SQL {
  if (leaf.kind === "list") {
    return isOneOf(column, leaf.values);
  }
  const pattern = parseAddressPattern(leaf.value, innerDots);
  return pattern.kind === "exact"
    ? compare(column, "$match", pattern.address)
    : matchesPartial(column, pattern);
}

function matchesPartial(column: SQL, pattern: PartialAddress): SQL {
  const { range, selfOrFrom, length, segments } = pattern;
  const conditions: SQL[] = [];
  if (range !== undefined) {
    conditions.push(sql`${column} >= ${range.from} AND ${column} < ${range.to}`);
  }
  if (selfOrFrom !== undefined) {
    conditions.push(sql`(${column} = ${selfOrFrom[0]} OR ${column} >= ${selfOrFrom[1]})`);
  }
  if (length !== undefined) {
    const colons = sql.raw(String(length - 1));
    conditions.push(sql`length(${column}) - length(replace(${column}, ':', '')) = ${colons}`);
  }
  for (const { position, text } of segments) {
    const path = sql.raw(`'$[${position}]'`);
    conditions.push(sql`json_extract(${segmentsOf(column)}, ${path}) IS ${text}`);
  }
  return conditions.length === 0 ? TRUE : sql`(${sql.join(conditions, sql` AND `)})`;
}

/**
 * The segments of an address as a JSON array. No colon is part of an escape, so all of them
 * separate.
 */
function segmentsOf(column: SQL): SQL {
  return sql`'[' || replace(json_quote(${column}), ':', '","') || ']'`;
}

/** SQLite on D1 refuses longer patterns of GLOB. */
const GLOB_BYTES_MAX = 50;

export function isLike(column: SQL, pattern: string): SQL {
  const tokens = parseLike(pattern);
  const [first] = tokens;
  const prefix = first?.kind === "text" ? first.text : "";
  const wild = prefix === "" ? tokens : tokens.slice(1);
  if (wild.length === 0) {
    return isBetween(column, prefix, prefix);
  }
  const range = startsWith(column, prefix);
  if (wild.length === 1 && wild[0]?.kind === "any") {
    return range;
  }
  const glob = globOf(tokens);
  const isShort = new TextEncoder().encode(glob).length <= GLOB_BYTES_MAX;
  const residual = isShort ? sql`${column} GLOB ${glob}` : isAccepted(column, tokens);
  return sql`(${range} AND ${residual})`;
}

function startsWith(column: SQL, prefix: string): SQL {
  const to = afterPrefix(prefix);
  return to === undefined
    ? sql`${column} >= ${prefix}`
    : sql`(${column} >= ${prefix} AND ${column} < ${to})`;
}

function globOf(tokens: readonly LikeToken[]): string {
  return tokens.map(globOfToken).join("");
}

function globOfToken(token: LikeToken): string {
  switch (token.kind) {
    case "any":
      return "*";
    case "one":
      return "?";
    default:
      return token.text.replace(/[*?[]/g, "[$&]");
  }
}

/**
 * Long patterns as a walk over (place in the text, token): UNION drops what was visited, so the
 * walk ends after at most length × tokens steps.
 */
function isAccepted(column: SQL, tokens: readonly LikeToken[]): SQL {
  const list = JSON.stringify(tokens.map(encodeToken));
  const end = sql.raw(String(tokens.length));
  return sql`CASE WHEN ${column} IS NOT NULL THEN EXISTS (WITH RECURSIVE
    like_token(number, run) AS (SELECT key, value FROM json_each(${list})),
    like_step(width) AS (SELECT 0 UNION ALL SELECT 1),
    like_walk(place, number) AS (
      SELECT 1, 0
      UNION
      SELECT place + CASE WHEN typeof(run) = 'text' THEN length(run) ELSE width END,
        like_walk.number + (typeof(run) = 'text' OR run = 1 OR width = 0)
      FROM like_walk JOIN like_token ON like_token.number = like_walk.number JOIN like_step
        ON CASE
          WHEN typeof(run) = 'text' THEN width = 0 AND substr(${column}, place, length(run)) = run
          WHEN run = 1 THEN width = 1 AND place <= length(${column})
          ELSE width = 0 OR place <= length(${column})
        END)
    SELECT 1 FROM like_walk WHERE number = ${end} AND place = length(${column}) + 1) END`;
}

function encodeToken(token: LikeToken): string | number {
  switch (token.kind) {
    case "any":
      return 0;
    case "one":
      return 1;
    default:
      return token.text;
  }
}

// --- maps of texts, kept as JSON objects ---

/** A map; `mayBeMissing` where it can be NULL (no history at a date). */
export interface MapColumn {
  readonly json: SQL;
  readonly mayBeMissing: boolean;
}

/**
 * `metadata[k]`: equality whatever the operator; `metadata`: the value names a key. Any key is
 * legal.
 */
export function matchesMap(map: MapColumn, leaf: TextLeaf | ListLeaf): SQL {
  const { key } = leaf.field;
  if (leaf.kind === "list") {
    return key === undefined
      ? sql`EXISTS (SELECT 1 FROM json_each(${map.json}) AS entry
          WHERE ${isOneOf(sql.raw("entry.key"), leaf.values)})`
      : FALSE;
  }
  if (key === undefined) {
    return sql`EXISTS (SELECT 1 FROM json_each(${map.json}) AS entry
      WHERE entry.key = ${leaf.value})`;
  }
  const holds = sql`EXISTS (SELECT 1 FROM json_each(${map.json}) AS entry
    WHERE entry.key = ${key} AND entry.value = ${leaf.value})`;
  return map.mayBeMissing ? sql`CASE WHEN ${map.json} IS NOT NULL THEN ${holds} END` : holds;
}
