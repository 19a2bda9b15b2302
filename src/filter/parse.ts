/**
 * JSON → `Filter`: the grammar first (`grammar.ts`), then every condition against the fields of the
 * resource (contract §8.3). What comes out holds only fields, operators and values that mean
 * something there.
 */
import type { Json } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parseTimestamp } from "../core/timestamp.ts";
import { isPartialAddress } from "./address-pattern.ts";
import type { Comparator, Field, Filter, Leaf, Operator } from "./ast.ts";
import { findRule, holdsAddresses, isAllowed, toField } from "./fields.ts";
import type { FieldRule, Resource } from "./fields.ts";
import {
  goText,
  goType,
  isArray,
  parseExpression,
  type Condition,
  type Expression,
} from "./grammar.ts";

/**
 * Which of the two families of errors: lists prefix a grammar error with `extracting paginated
 * query: ` and one of fields with `building filtered dataset: `; aggregates prefix neither.
 */
export interface FilterError {
  readonly stage: "grammar" | "fields";
  readonly message: string;
}

/** No filter (`null`, `{}`) is undefined. */
export function parseFilter(
  json: Json,
  resource: Resource,
): Result<Filter | undefined, FilterError> {
  const expression = parseExpression(json);
  if (!expression.ok) {
    return err({ stage: "grammar", message: expression.error });
  }
  if (expression.value === undefined) {
    return ok(undefined);
  }
  const filter = resolve(expression.value, resource);
  return filter.ok ? filter : err({ stage: "fields", message: filter.error });
}

function resolve(expression: Expression, resource: Resource): Result<Filter, string> {
  switch (expression.kind) {
    case "and":
    case "or": {
      const filters: Filter[] = [];
      for (const inner of expression.expressions) {
        const filter = resolve(inner, resource);
        if (!filter.ok) {
          return filter;
        }
        filters.push(filter.value);
      }
      return ok({ kind: expression.kind, filters });
    }
    case "not": {
      const filter = resolve(expression.expression, resource);
      return filter.ok ? ok({ kind: "not", filter: filter.value }) : filter;
    }
    default:
      return resolveLeaf(expression, resource);
  }
}

function resolveLeaf(condition: Condition, resource: Resource): Result<Leaf, string> {
  const { field: written, operator, value } = condition;
  const rule = findRule(written, resource);
  if (rule === undefined) {
    return err(`unknown key '${written}' when building query`);
  }
  if (!isAllowed(operator, rule)) {
    return err(`operator '${operator}' is not allowed for property '${rule.name}'`);
  }
  const field = toField(written, rule, resource);
  const leaf = toLeaf(field ?? { name: rule.name, key: undefined, written }, rule, operator, value);
  if (!leaf.ok) {
    return err(`invalid value '${goText(value)}' for property '${rule.name}': ${leaf.error}`);
  }
  if (field === undefined && resource === "balances") {
    return err(`unknown key '${written}' when building query`);
  }
  // The ledgers' list is sorted by id, but cannot be asked for one.
  if (field === undefined || (resource === "ledgers" && rule.name === "id")) {
    return err(`invalid filter property ${written}`);
  }
  return leaf;
}

function toLeaf(
  field: Field,
  rule: FieldRule,
  operator: Operator,
  value: Json,
): Result<Leaf, string> {
  switch (rule.type) {
    case "text":
      return operator === "$in" ? toList(field, value) : toText(field, operator, value);
    case "date":
      return toDate(field, operator, value);
    case "number":
      return toNumber(field, operator, value);
    case "boolean":
      return typeof value === "boolean"
        ? ok({ kind: "boolean", field, operator: "$match", value })
        : err(`expected boolean value, got ${goType(value)}`);
  }
}

function toText(field: Field, operator: Operator, value: Json): Result<Leaf, string> {
  if (typeof value !== "string") {
    return err(`expected string value, got ${goType(value)}`);
  }
  const kept = operator === "$like" || operator === "$exists" ? operator : "$match";
  return ok({ kind: "text", field, operator: kept, value });
}

function toList(field: Field, value: Json): Result<Leaf, string> {
  if (!isArray(value)) {
    return err(`expected array value for operator $in, got ${goType(value)}`);
  }
  const values: string[] = [];
  for (const element of value) {
    if (typeof element !== "string") {
      return err(`expected string value in array for operator $in, got ${goType(element)}`);
    }
    values.push(element);
  }
  if (holdsAddresses(field.name) && values.some(isPartialAddress)) {
    return err("IN operator only supports full addresses");
  }
  return ok({ kind: "list", field, operator: "$in", values });
}

const LAYOUT = "2006-01-02T15:04:05.999999999Z07:00";

function toDate(field: Field, operator: Operator, value: Json): Result<Leaf, string> {
  if (typeof value !== "string") {
    return err(`expected string, time.Time, or *time.Time value, got ${goType(value)}`);
  }
  const date = parseTimestamp(value);
  if (date === undefined) {
    const quoted = JSON.stringify(value);
    return err(
      `invalid date value: parsing time ${quoted} as "${LAYOUT}": cannot parse ${quoted} as "2006"`,
    );
  }
  return ok({
    kind: "date",
    field,
    operator: comparatorOf(operator),
    value: date,
    written: value,
  });
}

function toNumber(field: Field, operator: Operator, value: Json): Result<Leaf, string> {
  if (typeof value !== "number" && typeof value !== "bigint") {
    return err(`expected numeric value, got ${goType(value)}`);
  }
  const kept = operator === "$exists" ? operator : comparatorOf(operator);
  return ok({ kind: "number", field, operator: kept, value: BigInt(value) });
}

/** Of the operators that a date or a number allows. */
function comparatorOf(operator: Operator): Comparator {
  switch (operator) {
    case "$lt":
    case "$lte":
    case "$gt":
    case "$gte":
      return operator;
    default:
      return "$match";
  }
}
