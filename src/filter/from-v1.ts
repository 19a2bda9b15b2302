/**
 * The query strings of the v1 lists → the same filters that v2 takes as JSON (contract §14.4–14.6,
 * I.4). Parameters are joined by `$and`; empty ones count as absent. Whether fields and values are
 * right is asked by `parseFilter` afterwards.
 */
import type { Json, JsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";

/** Every value of every parameter, in the order given; the first counts. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

/** Undefined: no filter. The error is the sentence after `extracting paginated query: `. */
export type V1Filter = Result<JsonObject | undefined, string>;

export function transactionsFromV1(query: QueryParameters): V1Filter {
  const conditions = ["reference", "source", "destination", "account"].flatMap((name) =>
    matches(query, name),
  );
  conditions.push(
    ...bound("$gte", "timestamp", first(query, "startTime") || first(query, "start_time")),
    ...bound("$lt", "timestamp", first(query, "endTime") || first(query, "end_time")),
    ...metadata(query),
  );
  return withAfter(query, conditions);
}

/** The lists of accounts and of balances. */
export function accountsFromV1(query: QueryParameters): V1Filter {
  const conditions = [...matches(query, "address"), ...metadata(query)];
  const balance = first(query, "balance");
  if (balance === "") {
    return ok(conjunction(conditions));
  }
  const value = parseInt64(balance);
  if (!value.ok) {
    return value;
  }
  const condition = compareBalance(first(query, "balanceOperator"), value.value);
  return condition === undefined
    ? err("invalid balance operator")
    : ok(conjunction([...conditions, condition]));
}

export function aggregateFromV1(query: QueryParameters): V1Filter {
  return ok(conjunction(matches(query, "address")));
}

export function logsFromV1(query: QueryParameters): V1Filter {
  return withAfter(query, [
    ...bound("$gte", "date", first(query, "start_time")),
    ...bound("$lt", "date", first(query, "end_time")),
  ]);
}

function first(query: QueryParameters, name: string): string {
  return query.get(name)?.[0] ?? "";
}

function matches(query: QueryParameters, name: string): readonly JsonObject[] {
  return bound("$match", name, first(query, name));
}

function bound(operator: string, field: string, value: string): readonly JsonObject[] {
  return value === "" ? [] : [condition(operator, field, value)];
}

function condition(operator: string, field: string, value: Json): JsonObject {
  return { [operator]: { [field]: value } };
}

/**
 * `metadata[key]=value` is equality, `metadata=key` asks for the key; an empty value is a value
 * here.
 */
function metadata(query: QueryParameters): readonly JsonObject[] {
  return [...query.keys()]
    .filter((name) => name.startsWith("metadata"))
    .map((name) => condition("$match", name, first(query, name)));
}

/** Lists go from the newest id down: `after` is the last id of the page before. */
function withAfter(query: QueryParameters, conditions: readonly JsonObject[]): V1Filter {
  const after = first(query, "after");
  if (after === "") {
    return ok(conjunction(conditions));
  }
  const id = parseInt64(after);
  return id.ok ? ok(conjunction([...conditions, condition("$lt", "id", id.value)])) : id;
}

function compareBalance(operator: string, value: bigint): JsonObject | undefined {
  switch (operator) {
    case "e":
      return condition("$match", "balance", value);
    case "ne":
      return { $not: condition("$match", "balance", value) };
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return condition(`$${operator}`, "balance", value);
    default:
      return undefined;
  }
}

function parseInt64(text: string): Result<bigint, string> {
  if (!/^[+-]?\d+$/.test(text)) {
    return err(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, value) === value
    ? ok(value)
    : err(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
}

function conjunction(conditions: readonly JsonObject[]): JsonObject | undefined {
  return conditions.length > 1 ? { $and: conditions } : conditions[0];
}
