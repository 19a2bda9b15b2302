/**
 * `Filter` → one SQL condition, total: every filter that parses compiles. Values are always bound;
 * names of columns come from the read model. NULL means unknown, as SQL has it (contract §8.6).
 * Long `$and` and `$or` become balanced trees, since SQLite takes expressions up to a depth of 100.
 */
import { SQL, sql, StringChunk } from "drizzle-orm";
import { FILTER_SQL_BYTES_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { isPartialAddress } from "./address-pattern.ts";
import type { Filter, Leaf, TextLeaf } from "./ast.ts";
import { TRUE } from "./conditions.ts";

/**
 * What a leaf means in SQL; each resource supplies one (`transaction-leaf.ts`, `account-leaf.ts`,
 * `list-leaf.ts`).
 */
export type LeafCompiler = (leaf: Leaf) => SQL;

/**
 * As `compileFilter`, with a sentence for the caller where the condition would not fit into a
 * statement.
 */
export function compileWithin(
  filter: Filter | undefined,
  leaf: LeafCompiler,
  bytesMax = FILTER_SQL_BYTES_MAX,
): Result<SQL | undefined, string> {
  const condition = compileFilter(filter, leaf);
  if (condition === undefined) {
    return ok(undefined);
  }
  const bytes = bytesOf(condition);
  return bytes <= bytesMax
    ? ok(condition)
    : err(`the filter takes ${bytes} bytes of SQL, at most ${bytesMax} are allowed`);
}

/** What the longest way to write a bound value takes: `(?1 ->> 1234)`. */
const VALUE_BYTES = 13;

/** How long a statement is, without writing it, which costs twenty times as much. */
function bytesOf(part: unknown): number {
  if (part instanceof SQL) {
    return part.queryChunks.reduce<number>((bytes, chunk) => bytes + bytesOf(chunk), 0);
  }
  return part instanceof StringChunk ? part.value.join("").length : VALUE_BYTES;
}

/** Undefined: no condition. */
export function compileFilter(filter: Filter | undefined, leaf: LeafCompiler): SQL | undefined {
  return filter === undefined ? undefined : compile(filter, leaf).condition;
}

/** A condition and how deep its tree is above the leaves. */
interface Compiled {
  readonly condition: SQL;
  readonly height: number;
}

function compile(filter: Filter, leaf: LeafCompiler): Compiled {
  switch (filter.kind) {
    case "and":
      return balance(filter.filters, sql.raw(" AND "), leaf);
    case "or":
      return balance(mergeEqualities(filter.filters), sql.raw(" OR "), leaf);
    case "not": {
      const { condition, height } = compile(filter.filter, leaf);
      return { condition: sql`NOT (${condition})`, height: height + 1 };
    }
    default:
      return { condition: leaf(filter), height: 0 };
  }
}

/** Joins the two lowest trees, again and again: no tree of them all is lower. */
function balance(filters: readonly Filter[], operator: SQL, leaf: LeafCompiler): Compiled {
  const trees = filters.map((filter) => compile(filter, leaf)).sort(byHeight);
  while (trees.length > 1) {
    const [first, second] = trees.splice(0, 2);
    if (first !== undefined && second !== undefined) {
      const height = Math.max(first.height, second.height) + 1;
      const condition = sql`(${first.condition}${operator}${second.condition})`;
      const place = trees.findIndex((tree) => tree.height >= height);
      trees.splice(place < 0 ? trees.length : place, 0, { condition, height });
    }
  }
  return trees[0] ?? { condition: TRUE, height: 0 };
}

function byHeight(a: Compiled, b: Compiled): number {
  return a.height - b.height;
}

const MERGED_FIELDS: ReadonlySet<string> = new Set([
  "address",
  "account",
  "source",
  "destination",
  "reference",
]);

/** `a = 1 OR a = 2 OR …` becomes one list, which an index answers at once. */
function mergeEqualities(filters: readonly Filter[]): readonly Filter[] {
  const kept: Filter[] = [];
  const equalities = new Map<string, TextLeaf[]>();
  for (const filter of filters) {
    if (isEquality(filter)) {
      const group = equalities.get(filter.field.name) ?? [];
      group.push(filter);
      equalities.set(filter.field.name, group);
    } else {
      kept.push(filter);
    }
  }
  for (const group of equalities.values()) {
    const [first] = group;
    if (first !== undefined) {
      const values = group.map((leaf) => leaf.value);
      const { field } = first;
      kept.push(group.length === 1 ? first : { kind: "list", operator: "$in", field, values });
    }
  }
  return kept;
}

function isEquality(filter: Filter): filter is TextLeaf {
  return (
    filter.kind === "text" &&
    filter.operator === "$match" &&
    MERGED_FIELDS.has(filter.field.name) &&
    (filter.field.name === "reference" || !isPartialAddress(filter.value))
  );
}
