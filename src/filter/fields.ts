/**
 * The fields a filter may name, resource by resource (contract §3.3, §8.4), and what each type
 * allows. Where a field lives in the database is the leaf compilers' business (`*-leaf.ts`).
 */
import type { Field, Operator } from "./ast.ts";

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
  /** A map of the type, named whole (`metadata`) or by key (`metadata[k]`). */
  readonly map: boolean;
  readonly sortable: boolean;
  readonly alias: string | undefined;
}

function field(name: string, type: FieldType, alias?: string): FieldRule {
  return { name, type, map: false, sortable: false, alias };
}

function sortable(name: string, type: FieldType): FieldRule {
  return { ...field(name, type), sortable: true };
}

function map(name: string, type: FieldType): FieldRule {
  return { ...field(name, type), map: true };
}

export const FIELDS: Readonly<Record<Resource, readonly FieldRule[]>> = {
  transactions: [
    sortable("id", "number"),
    sortable("timestamp", "date"),
    sortable("inserted_at", "date"),
    sortable("updated_at", "date"),
    sortable("reverted_at", "date"),
    field("reverted", "boolean"),
    field("reference", "text"),
    field("account", "text"),
    field("source", "text"),
    field("destination", "text"),
    map("metadata", "text"),
  ],
  accounts: [
    sortable("address", "text"),
    sortable("first_usage", "date"),
    sortable("insertion_date", "date"),
    sortable("updated_at", "date"),
    map("balance", "number"),
    map("metadata", "text"),
  ],
  volumes: [
    { ...sortable("address", "text"), alias: "account" },
    field("first_usage", "date"),
    map("balance", "number"),
    map("metadata", "text"),
  ],
  balances: [field("address", "text"), map("metadata", "text")],
  logs: [sortable("id", "number"), sortable("date", "date"), field("type", "text")],
  schemas: [sortable("version", "text"), sortable("created_at", "date")],
  ledgers: [
    sortable("id", "number"),
    field("name", "text"),
    field("bucket", "text"),
    map("features", "text"),
    map("metadata", "text"),
  ],
};

const COMPARATORS: readonly Operator[] = ["$match", "$lt", "$lte", "$gt", "$gte"];

const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: ["$match", "$like", "$in"],
  date: COMPARATORS,
  number: COMPARATORS,
  boolean: ["$match"],
};

export function isAllowed(operator: Operator, rule: FieldRule): boolean {
  return OPERATORS[rule.type].includes(operator) || (rule.map && operator === "$exists");
}

/**
 * The rule for a field as a caller writes it: by name, by alias, or a map's name and an opening
 * bracket.
 */
export function findRule(written: string, resource: Resource): FieldRule | undefined {
  return FIELDS[resource].find(
    (rule) =>
      rule.name === written ||
      rule.alias === written ||
      (rule.map && written.startsWith(`${rule.name}[`)),
  );
}

const ADDRESSES: ReadonlySet<string> = new Set(["address", "account", "source", "destination"]);

/** Whether a text field holds addresses, and so takes patterns. */
export function holdsAddresses(name: string): boolean {
  return ADDRESSES.has(name);
}

/**
 * Maps of the ledgers' and balances' lists have an entry under the empty key; elsewhere
 * `metadata[]` is refused.
 */
const EMPTY_KEYS: readonly Resource[] = ["ledgers", "balances"];

/**
 * Splits `metadata[key]`: the key is all between the first `[` and the last `]`, so it may hold
 * both. Undefined where there is no such pair.
 */
export function toField(written: string, rule: FieldRule, resource: Resource): Field | undefined {
  const open = rule.map ? written.indexOf("[") : -1;
  if (open < 0) {
    return { name: rule.name, key: undefined, written };
  }
  const close = written.lastIndexOf("]");
  const shortest = EMPTY_KEYS.includes(resource) ? open + 1 : open + 2;
  return close < shortest
    ? undefined
    : { name: rule.name, key: written.slice(open + 1, close), written };
}

/** `insertionDate` → `insertion_date`: fields to sort by may be written either way. */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}
