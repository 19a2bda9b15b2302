/**
 * The fields a filter may name, resource by resource (contract §8.4), and what each type allows. Where a field lives in
 * the database is the leaf compilers' business.
 */
import type { Operator } from "./ast.ts";

export type Resource =
  | "transactions"
  | "accounts"
  | "volumes"
  | "balances"
  | "logs"
  | "schemas"
  | "ledgers";

export type FieldType = "text" | "date" | "number" | "boolean";

export interface FieldRule {
  readonly name: string;
  readonly type: FieldType;
  /** A map of the type: `name[key]`. */
  readonly map: boolean;
  readonly sortable: boolean;
  readonly aliases: readonly string[];
}

const COMPARATORS: readonly Operator[] = ["$match", "$lt", "$lte", "$gt", "$gte"];

const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: ["$match", "$like", "$in"],
  date: COMPARATORS,
  number: COMPARATORS,
  boolean: ["$match"],
};

export function isAllowed(operator: Operator, rule: FieldRule): boolean {
  return OPERATORS[rule.type].includes(operator) || (rule.map && (operator === "$exists" || operator === "$match"));
}
