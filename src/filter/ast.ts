/**
 * A filter: what a caller asks of a list, as a tree. `parse.ts` makes it from JSON, and only of
 * fields and values that the resource has (`fields.ts`); `compile.ts` gives it to SQL,
 * `evaluate.ts` to plain values, `format.ts` back to JSON.
 */
import type { Timestamp } from "../core/timestamp.ts";

export type Filter = And | Or | Not | Leaf;

/** An empty `and` is true. */
export interface And {
  readonly kind: "and";
  readonly filters: readonly Filter[];
}

/** An empty `or` is true as well (contract §8.2). */
export interface Or {
  readonly kind: "or";
  readonly filters: readonly Filter[];
}

export interface Not {
  readonly kind: "not";
  readonly filter: Filter;
}

export type Leaf = TextLeaf | ListLeaf | DateLeaf | NumberLeaf | BooleanLeaf;

export type Comparator = "$match" | "$lt" | "$lte" | "$gt" | "$gte";
export type Operator = Comparator | "$like" | "$in" | "$exists";

/**
 * A text field, or a map of texts: `metadata[k]` with a key, `metadata` without (the value then
 * names a key).
 */
export interface TextLeaf {
  readonly kind: "text";
  readonly field: Field;
  readonly operator: "$match" | "$like" | "$exists";
  readonly value: string;
}

export interface ListLeaf {
  readonly kind: "list";
  readonly field: Field;
  readonly operator: "$in";
  readonly values: readonly string[];
}

export interface DateLeaf {
  readonly kind: "date";
  readonly field: Field;
  readonly operator: Comparator;
  readonly value: Timestamp;
  /** The date as the caller wrote it. */
  readonly written: string;
}

/** A number, or a map of numbers: `balance[USD/2]` with a key, `balance` without (any of them). */
export interface NumberLeaf {
  readonly kind: "number";
  readonly field: Field;
  readonly operator: Comparator | "$exists";
  readonly value: bigint;
}

export interface BooleanLeaf {
  readonly kind: "boolean";
  readonly field: Field;
  readonly operator: "$match";
  readonly value: boolean;
}

export interface Field {
  /** The field's own name in `fields.ts`, never an alias. */
  readonly name: string;
  /** What stands between the brackets of `metadata[…]`; undefined without brackets. */
  readonly key: string | undefined;
  /** The caller's spelling, which cursors repeat. */
  readonly written: string;
}

/** Whether any condition of a filter is about a field, given by its own name. */
export function namesField(filter: Filter | undefined, name: string): boolean {
  switch (filter?.kind) {
    case "and":
    case "or":
      return filter.filters.some((inner) => namesField(inner, name));
    case "not":
      return namesField(filter.filter, name);
    default:
      return filter?.field.name === name;
  }
}
