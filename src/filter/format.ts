/**
 * `Filter` → the JSON it was parsed from, as cursors repeat it (`qb`, contract §8.9). `parseFilter`
 * of the result gives the same filter again.
 */
import type { JsonObject } from "../core/json.ts";
import type { Filter, Leaf } from "./ast.ts";

export function formatFilter(filter: Filter): JsonObject {
  switch (filter.kind) {
    case "and":
      return { $and: filter.filters.map(formatFilter) };
    case "or":
      return { $or: filter.filters.map(formatFilter) };
    case "not":
      return { $not: formatFilter(filter.filter) };
    default:
      return { [filter.operator]: { [filter.field.written]: valueOf(filter) } };
  }
}

function valueOf(leaf: Leaf): string | boolean | bigint | readonly string[] {
  switch (leaf.kind) {
    case "list":
      return leaf.values;
    case "date":
      return leaf.written;
    default:
      return leaf.value;
  }
}
