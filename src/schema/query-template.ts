/**
 * Query templates: lists kept in the schema, with variables in their filters (contract §12.6).
 * Read and checked when a schema is inserted; `query-run.ts` runs them.
 */
import { must } from "../core/assert.ts";
import { formatJson, JsonFloat, RawJson, type Json, type JsonObject } from "../core/json.ts";
import { isObject, kindOf, member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parseTimestamp } from "../core/timestamp.ts";
import type { Resource } from "../filter/fields.ts";
import { checkTemplate, type VariableType } from "../filter/template.ts";
import { formatMembers } from "./format.ts";
import { checkParams } from "./query-params.ts";
import { readEntries, textMember } from "./read.ts";

type Read<T> = Result<T, string>;

export type QueryResource = Extract<Resource, "transactions" | "accounts" | "logs" | "volumes">;

export interface Variable {
  readonly type: VariableType;
  /** undefined: a call must give a value, if the filter uses the variable. */
  readonly byDefault: Json | undefined;
}

export interface QueryTemplate {
  readonly description: string;
  /** As written, until it is checked. */
  readonly resource: string;
  /** As written; undefined when absent. */
  readonly params: Json | undefined;
  readonly variables: ReadonlyMap<string, Variable>;
  /** The filter as written; undefined when absent. */
  readonly body: Json | undefined;
}

export type QueryTemplates = ReadonlyMap<string, QueryTemplate>;

const RESOURCES: readonly QueryResource[] = ["transactions", "accounts", "logs", "volumes"];

/** The list that a checked template asks for. */
export function resourceOf({ resource }: QueryTemplate): QueryResource {
  return must(resourceNamed(resource), "the resource of a kept query is known");
}

function resourceNamed(name: string): QueryResource | undefined {
  return RESOURCES.find((resource) => resource === name);
}

export function readQueries(json: Json): Read<QueryTemplates> {
  return readEntries(json, "queries", readQuery);
}

function readQuery(object: JsonObject, field: string): Read<QueryTemplate> {
  const description = textMember(object, "description", field);
  if (!description.ok) {
    return description;
  }
  const resource = textMember(object, "resource", field);
  if (!resource.ok) {
    return resource;
  }
  const variables = readVariables(member(object, "vars") ?? null, `${field}.vars`);
  if (!variables.ok) {
    return variables;
  }
  return ok({
    description: description.value,
    resource: resource.value,
    params: member(object, "params"),
    variables: variables.value,
    body: member(object, "body"),
  });
}

/** `{"a": "string"}` is short for `{"a": {"type": "string"}}`. */
function readVariables(json: Json, field: string): Read<QueryTemplate["variables"]> {
  return readEntries(isObject(json) ? inFull(json) : json, field, (object, place) => {
    const type = textMember(object, "type", place);
    if (!type.ok) {
      return type;
    }
    return isVariableType(type.value)
      ? ok({ type: type.value, byDefault: member(object, "default") ?? undefined })
      : err(`${place}: unknown type \`${type.value}\``);
  });
}

function inFull(json: JsonObject): JsonObject {
  const entries = Object.entries(json).map(([name, value]) => {
    return [name, typeof value === "string" ? { type: value } : value] as const;
  });
  return Object.fromEntries(entries);
}

function isVariableType(name: string): name is VariableType {
  return name === "boolean" || name === "date" || name === "int" || name === "string";
}

/** What is wrong with the first query that is wrong. */
export function checkQueries(queries: QueryTemplates): string | undefined {
  for (const query of queries.values()) {
    const problem = checkQuery(query);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function checkQuery(query: QueryTemplate): string | undefined {
  const { params, variables, body } = query;
  const resource = resourceNamed(query.resource);
  if (resource === undefined) {
    return `unknown resource kind: ${query.resource}`;
  }
  const paramsProblem = params === undefined ? undefined : checkParams(params, resource);
  if (paramsProblem !== undefined) {
    return `invalid params: ${paramsProblem}`;
  }
  for (const [name, { type, byDefault }] of variables) {
    const problem = byDefault === undefined ? undefined : typeProblem(byDefault, type);
    if (problem !== undefined) {
      const subject = `invalid default for variable \`${name}\``;
      return `failed to validate variable declarations: ${subject}: ${problem}`;
    }
  }
  const types = new Map([...variables].map(([name, { type }]) => [name, type]));
  const bodyProblem = body === undefined ? undefined : checkTemplate(body, resource, types);
  return bodyProblem === undefined ? undefined : `failed to validate filter body: ${bodyProblem}`;
}

/** What is wrong with a value of a variable. */
export function typeProblem(value: Json, type: VariableType): string | undefined {
  return isOfType(value, type)
    ? undefined
    : `invalid value \`${textOf(value)}\` for type \`${type}\`: value doesn't match expected type`;
}

/** Lists and objects are not repeated to the client: they may be long, and deep. */
function textOf(value: Json): string {
  return typeof value === "object" && !(value instanceof JsonFloat)
    ? kindOf(value)
    : formatJson(value);
}

/** Integers are exact at any size; what is written with a point or an exponent is none. */
function isOfType(value: Json, type: VariableType): boolean {
  switch (type) {
    case "boolean":
    case "string":
      return typeof value === type;
    case "int":
      return typeof value === "number" || typeof value === "bigint";
    case "date":
      return typeof value === "string" && parseTimestamp(value) !== undefined;
  }
}

export function formatQueries(queries: QueryTemplates): string {
  return formatMembers([...queries].map(([id, query]) => [id, formatQuery(query)]));
}

function formatQuery({ description, resource, params, variables, body }: QueryTemplate): string {
  const vars = [...variables].map(([name, { type, byDefault }]) => {
    return [name, formatJson({ type, default: byDefault })] as const;
  });
  return formatJson({
    description: description === "" ? undefined : description,
    resource,
    params,
    vars: vars.length === 0 ? undefined : new RawJson(formatMembers(vars)),
    body,
  });
}
