/**
 * Filters inside query templates (contract §12.6): the grammar of filters, with variables in the
 * place of values. Checked when a schema is inserted, filled in when the query runs; what comes out
 * is ordinary JSON for `parseFilter`.
 *
 * In text fields `$name` and `${name}` stand anywhere inside the text, and a dollar sign can mean
 * nothing else; in all others the value is a literal, or exactly `"${name}"` of a variable of the
 * field's own type.
 */
import type { Json, JsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { findRule, isAllowed, toField, type FieldRule, type FieldType } from "./fields.ts";
import type { Resource } from "./fields.ts";
import { goText, goType, isArray, parseExpression } from "./grammar.ts";
import type { Condition, Expression } from "./grammar.ts";

export type VariableType = "boolean" | "date" | "int" | "string";

const VARIABLE_OF: Readonly<Record<FieldType, VariableType>> = {
  text: "string",
  date: "date",
  number: "int",
  boolean: "boolean",
};

const INTERPOLATED = /\$(?:\{([a-z][a-z0-9_]*)\}|([a-z][a-z0-9_]*))/g;
const WHOLE = /^\$\{([a-z_]+)\}$/;
const KEY = /^[A-Za-z0-9_/]+$/;

/** What is wrong with the body of a template; undefined: nothing. */
export function checkTemplate(
  body: Json,
  resource: Resource,
  variables: ReadonlyMap<string, VariableType>,
): string | undefined {
  const expression = parseExpression(body);
  if (!expression.ok) {
    return expression.error;
  }
  const conditions = expression.value === undefined ? [] : conditionsOf(expression.value);
  for (const condition of conditions) {
    const problem = checkCondition(condition, resource, variables);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

/**
 * The body with the variables' values in place. The values have been checked against the variables'
 * types.
 */
export function fillTemplate(
  body: Json,
  resource: Resource,
  values: ReadonlyMap<string, Json>,
): Result<JsonObject | undefined, string> {
  const expression = parseExpression(body);
  if (!expression.ok || expression.value === undefined) {
    return expression.ok ? ok(undefined) : expression;
  }
  return fill(expression.value, resource, values);
}

function conditionsOf(expression: Expression): readonly Condition[] {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.expressions.flatMap(conditionsOf);
    case "not":
      return conditionsOf(expression.expression);
    default:
      return [expression];
  }
}

function checkCondition(
  condition: Condition,
  resource: Resource,
  variables: ReadonlyMap<string, VariableType>,
): string | undefined {
  const { field: written, operator, value } = condition;
  const rule = findRule(written, resource);
  if (rule === undefined) {
    return `unknown field: ${written}`;
  }
  if (!isAllowed(operator, rule)) {
    return `operator '${operator}' is not allowed for property '${rule.name}'`;
  }
  const field = toField(written, rule, resource);
  if (field === undefined || (field.key !== undefined && !KEY.test(field.key))) {
    return `invalid field: ${written}`;
  }
  if (rule.map && field.key === undefined && operator !== "$exists") {
    return `field ${written} needs a key for operator '${operator}'`;
  }
  if (operator !== "$in") {
    return checkValue(value, rule, variables);
  }
  if (!isArray(value)) {
    return `expected array value for operator $in, got ${goType(value)}`;
  }
  return value
    .map((element) => checkValue(element, rule, variables))
    .find((it) => it !== undefined);
}

function checkValue(
  value: Json,
  rule: FieldRule,
  variables: ReadonlyMap<string, VariableType>,
): string | undefined {
  if (rule.type === "text") {
    if (typeof value !== "string") {
      return `expected string value, got ${goType(value)}`;
    }
    if (value.replaceAll(INTERPOLATED, "").includes("$")) {
      return `expected the name of a variable after every \`$\`, got \`${value}\``;
    }
    const missing = namesIn(value).find((name) => !variables.has(name));
    return missing === undefined ? undefined : `variable \`${missing}\` is not declared`;
  }
  if (typeof value !== "string") {
    return isLiteral(value, rule.type)
      ? undefined
      : `invalid value \`${goText(value)}\` for property '${rule.name}'`;
  }
  const name = WHOLE.exec(value)?.[1];
  if (name === undefined) {
    return `expected a "\${variable}" string or a plain value, got \`${value}\``;
  }
  const declared = variables.get(name);
  const expected = VARIABLE_OF[rule.type];
  if (declared === undefined) {
    return `variable \`${name}\` is not declared`;
  }
  return declared === expected
    ? undefined
    : `variable \`${name}\` is of type \`${declared}\`, \`${rule.name}\` takes \`${expected}\``;
}

/** Dates have no literals: a plain text is taken for a misspelt variable. */
function isLiteral(value: Json, type: FieldType): boolean {
  switch (type) {
    case "number":
      return typeof value === "number" || typeof value === "bigint";
    case "boolean":
      return typeof value === "boolean";
    default:
      return false;
  }
}

function namesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(INTERPOLATED), (match) => match[1] ?? match[2] ?? "");
}

// --- filling in ---

type Filled<T> = Result<T, string>;

function fill(
  expression: Expression,
  resource: Resource,
  values: ReadonlyMap<string, Json>,
): Filled<JsonObject> {
  switch (expression.kind) {
    case "and":
    case "or": {
      const filled = all(expression.expressions, (inner) => fill(inner, resource, values));
      return filled.ok ? ok({ [`$${expression.kind}`]: filled.value }) : filled;
    }
    case "not": {
      const inner = fill(expression.expression, resource, values);
      return inner.ok ? ok({ $not: inner.value }) : inner;
    }
    default:
      return fillCondition(expression, resource, values);
  }
}

function fillCondition(
  condition: Condition,
  resource: Resource,
  values: ReadonlyMap<string, Json>,
): Filled<JsonObject> {
  const { operator, field, value } = condition;
  const isText = findRule(field, resource)?.type === "text";
  const fillOne = (operand: Json): Filled<Json> => {
    if (typeof operand !== "string") {
      return ok(operand);
    }
    return isText ? interpolate(operand, values) : substitute(operand, values);
  };
  const filled = isArray(value) ? all(value, fillOne) : fillOne(value);
  return filled.ok
    ? ok({ [operator]: { [field]: filled.value } })
    : err(`invalid filter on key ${field}: ${filled.error}`);
}

function interpolate(text: string, values: ReadonlyMap<string, Json>): Filled<string> {
  const names = namesIn(text);
  const texts = all(names, (name) => textOf(name, values));
  if (!texts.ok) {
    return texts;
  }
  let next = 0;
  return ok(text.replace(INTERPOLATED, () => texts.value[next++] ?? ""));
}

function textOf(name: string, values: ReadonlyMap<string, Json>): Filled<string> {
  const value = values.get(name);
  if (value === undefined) {
    return err(`missing variable: ${name}`);
  }
  const isPrintable = ["string", "number", "bigint", "boolean"].includes(typeof value);
  return isPrintable ? ok(String(value)) : err(`unexpected variable type: ${goType(value)}`);
}

function substitute(text: string, values: ReadonlyMap<string, Json>): Filled<Json> {
  const name = WHOLE.exec(text)?.[1];
  if (name === undefined) {
    return ok(text);
  }
  const value = values.get(name);
  if (value === undefined) {
    return err(`missing variable: ${name}`);
  }
  return value === null ? err(`unexpected variable type: ${goType(value)}`) : ok(value);
}

/** All results, or the first error. */
function all<A, B>(items: readonly A[], make: (item: A) => Filled<B>): Filled<readonly B[]> {
  const made: B[] = [];
  for (const item of items) {
    const result = make(item);
    if (!result.ok) {
      return result;
    }
    made.push(result.value);
  }
  return ok(made);
}
