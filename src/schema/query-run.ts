/**
 * Running a query template: the call's parameters over the template's, the call's variables over
 * their defaults, and the filter with the variables filled in (contract §12.6).
 */
import type { Json, JsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { fillTemplate } from "../filter/template.ts";
import { NO_PARAMS, overlayParams, type QueryParams } from "./query-params.ts";
import {
  resourceOf,
  typeProblem,
  type QueryResource,
  type QueryTemplate,
} from "./query-template.ts";

/** What a call may give; null and absent are the same. */
export interface QueryCall {
  readonly params: Json;
  readonly vars: JsonObject;
}

export interface ResolvedQuery {
  readonly resource: QueryResource;
  readonly params: QueryParams;
  /** A filter in its grammar, not yet parsed; undefined: none. */
  readonly filter: JsonObject | undefined;
}

export function resolveQuery(
  template: QueryTemplate,
  call: QueryCall,
): Result<ResolvedQuery, string> {
  const resource = resourceOf(template);
  const own = overlayParams(NO_PARAMS, template.params ?? null, resource);
  const params = own.ok ? overlayParams(own.value, call.params, resource) : own;
  if (!params.ok) {
    return params;
  }
  const values = valuesOf(template, call.vars);
  if (!values.ok) {
    return values;
  }
  const filter = fillTemplate(template.body ?? null, resource, values.value);
  return filter.ok ? ok({ resource, params: params.value, filter: filter.value }) : filter;
}

/**
 * Variables that the template does not declare are ignored. Null is of every type, and then nothing
 * that a filter takes.
 */
function valuesOf(
  { variables }: QueryTemplate,
  given: JsonObject,
): Result<ReadonlyMap<string, Json>, string> {
  const values = new Map<string, Json>();
  for (const [name, { type, byDefault }] of variables) {
    const value = Object.hasOwn(given, name) ? given[name] : byDefault;
    if (value === undefined) {
      continue;
    }
    const problem = value === null ? undefined : typeProblem(value, type);
    if (problem !== undefined) {
      return err(`invalid variable \`${name}\`: ${problem}`);
    }
    values.set(name, value);
  }
  return ok(values);
}
