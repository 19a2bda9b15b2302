/**
 * `Filter` → one SQL condition, total: every filter that parses compiles. Values are always bound; names of columns come
 * from the read model. NULL means unknown, as SQL has it (contract §8.6).
 */
import { sql, type SQL } from "drizzle-orm";
import type { Filter, Leaf } from "./ast.ts";

/** What a leaf means in SQL; each resource supplies one (`transaction-leaf.ts`, `account-leaf.ts`, …). */
export type LeafCompiler = (leaf: Leaf) => SQL;

/** Undefined: no condition. */
export function compileFilter(filter: Filter | undefined, leaf: LeafCompiler): SQL | undefined {
  if (filter === undefined) {
    return undefined;
  }
  switch (filter.kind) {
    case "and":
    case "or":
      return sql`1`;
    case "not":
      return sql`NOT (${compileFilter(filter.filter, leaf)})`;
    default:
      return leaf(filter);
  }
}
