/**
 * The grammar of filters (contract §8.2), before anybody asks whether the fields exist:
 *
 * expression := { "$and": [expression…] } | { "$or": [expression…] } | { "$not": expression }
 * | { operator: { field: value } }
 * operator   := $match | $like | $lt | $lte | $gt | $gte | $in | $exists
 *
 * Messages name types as Go does, since clients compare them.
 */
import { isObject } from "../core/json-read.ts";
import { JsonFloat, type Json, type JsonObject } from "../core/json.ts";
import { FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_LEAVES_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Operator } from "./ast.ts";

export type Expression =
  | { readonly kind: "and" | "or"; readonly expressions: readonly Expression[] }
  | { readonly kind: "not"; readonly expression: Expression }
  | Condition;

export interface Condition {
  readonly kind: "condition";
  readonly operator: Operator;
  readonly field: string;
  readonly value: Json;
}

type Parsed<T> = Result<T, string>;

/** Undefined: no filter. */
export function parseExpression(json: Json): Parsed<Expression | undefined> {
  const refusal = refuse(json);
  if (refusal !== undefined) {
    return err(refusal);
  }
  if (json === null) {
    return ok(undefined);
  }
  if (!isObject(json)) {
    return err(`unexpected type ${goType(json)}`);
  }
  return Object.keys(json).length === 0 ? ok(undefined) : parseObject(json);
}

function parseObject(object: JsonObject): Parsed<Expression> {
  const member = onlyMember(object);
  if (!member.ok) {
    return member;
  }
  const [operator, value] = member.value;
  switch (operator) {
    case "$and":
    case "$or":
      // The original blames `$and` for both.
      return within("$and", parseList(operator, value));
    case "$not":
      return within("$not", parseNot(value));
    case "$match":
    case "$like":
    case "$lt":
    case "$lte":
    case "$gt":
    case "$gte":
    case "$in":
    case "$exists":
      return within(operator, parseCondition(operator, value));
    default:
      return err(`unexpected operator ${operator}`);
  }
}

function parseList(operator: "$and" | "$or", value: Json): Parsed<Expression> {
  if (!isArray(value)) {
    return err(`unexpected type ${goType(value)}`);
  }
  const expressions: Expression[] = [];
  for (const [index, element] of value.entries()) {
    if (!isObject(element)) {
      const type = goType(value);
      return err(`unexpected type ${type} when decoding ${operator} clause at index ${index}`);
    }
    const expression = parseObject(element);
    if (!expression.ok) {
      return expression;
    }
    expressions.push(expression.value);
  }
  return ok({ kind: operator === "$and" ? "and" : "or", expressions });
}

function parseNot(value: Json): Parsed<Expression> {
  if (!isObject(value)) {
    return err(`unexpected type ${goType(value)}`);
  }
  const expression = parseObject(value);
  return expression.ok ? ok({ kind: "not", expression: expression.value }) : expression;
}

function parseCondition(operator: Operator, value: Json): Parsed<Expression> {
  if (!isObject(value)) {
    return err(`unexpected type ${goType(value)}`);
  }
  const member = onlyMember(value);
  if (!member.ok) {
    return member;
  }
  const [field, operand] = member.value;
  return ok({ kind: "condition", operator, field, value: operand });
}

function onlyMember(object: JsonObject): Parsed<readonly [string, Json]> {
  const [first, second] = Object.entries(object);
  if (first === undefined) {
    return err("expected single key, found none");
  }
  return second === undefined ? ok(first) : err("expected single key, found more then one");
}

function within<T>(operator: string, result: Parsed<T>): Parsed<T> {
  return result.ok ? result : err(`parsing ${operator}: ${result.error}`);
}

// --- what is refused before the grammar is looked at ---

/** Walks the whole value, without recursion since it may be nested deeply. */
function refuse(json: Json): string | undefined {
  const encoder = new TextEncoder();
  let bytes = 0;
  let conditions = 0;
  const pending: { readonly value: Json; readonly depth: number }[] = [{ value: json, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (value instanceof JsonFloat) {
      return "provided json number was not an integer";
    }
    if (typeof value === "string") {
      if (value.includes("\0")) {
        return "invalid character '\\x00' in a text";
      }
      bytes += encoder.encode(JSON.stringify(value)).length;
    } else if (typeof value === "bigint") {
      bytes += value.toString().length;
    } else if (isArray(value)) {
      bytes += value.length;
      for (const element of value) {
        // A list of expressions is no level of its own; a list in a list can only be a wrong value.
        pending.push({ value: element, depth: isArray(element) ? depth + 1 : depth });
      }
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        conditions += isCondition(name, member) ? 1 : 0;
        pending.push({ value: name, depth }, { value: member, depth: depth + 1 });
      }
    }
    if (depth > FILTER_DEPTH_MAX) {
      return `a filter may nest ${FILTER_DEPTH_MAX} levels`;
    }
  }
  if (conditions > FILTER_LEAVES_MAX) {
    return `a filter may hold ${FILTER_LEAVES_MAX} conditions, got ${conditions}`;
  }
  return bytes > FILTER_BYTES_MAX
    ? `the texts of a filter may take ${FILTER_BYTES_MAX} bytes, got ${bytes}`
    : undefined;
}

function isCondition(name: string, member: Json): boolean {
  return name !== "$not" && name.startsWith("$") && isObject(member);
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// --- Go's names and spellings ---

export function goType(value: Json): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "*big.Int";
    default:
      return goTypeOfObject(value);
  }
}

function goTypeOfObject(value: Json): string {
  if (value === null) {
    return "<nil>";
  }
  return isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

/** A value as Go's `%v` prints it. */
export function goText(value: Json): string {
  if (value === null) {
    return "<nil>";
  }
  if (isArray(value)) {
    return `[${value.map(goText).join(" ")}]`;
  }
  if (isObject(value)) {
    const names = Object.keys(value).toSorted();
    return `map[${names.map((name) => `${name}:${goText(value[name] ?? null)}`).join(" ")}]`;
  }
  return value instanceof JsonFloat ? value.source : String(value);
}
