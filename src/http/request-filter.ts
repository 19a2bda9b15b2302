/**
 * The filter of a request: the parameter `query`, else the body, also of GET and HEAD, because
 * clients send it there (contract §8.1). Empty text, `null` and `{}` are no filter.
 */
import { validation, type LedgerError } from "../core/error.ts";
import type { Features } from "../core/features.ts";
import type { Json } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Filter } from "../filter/ast.ts";
import type { Resource } from "../filter/fields.ts";
import { parseFilter, type FilterError } from "../filter/parse.ts";
import { parseText, readText } from "./body.ts";
import type { App } from "./context.ts";
import { queryOf, text } from "./query.ts";

type Read<T> = Result<T, LedgerError>;

/** What lists put before errors of the request as a whole, and before those of fields. */
export const EXTRACTING = "extracting paginated query: ";
const BUILDING = "building filtered dataset: ";

const PREFIXES: Readonly<Record<FilterError["stage"], string>> = {
  grammar: EXTRACTING,
  fields: BUILDING,
};

export function prefixed<T>(prefix: string, read: Read<T>): Read<T> {
  return read.ok || read.error.status !== undefined
    ? read
    : err({ ...read.error, message: prefix + read.error.message });
}

export async function readListFilter(
  c: App,
  resource: Resource,
): Promise<Read<Filter | undefined>> {
  const json = prefixed(EXTRACTING, await readFilterJson(c));
  return json.ok ? parseListFilter(json.value, resource) : json;
}

export function parseListFilter(json: Json, resource: Resource): Read<Filter | undefined> {
  const filter = parseFilter(json, resource);
  return filter.ok ? filter : err(validation(PREFIXES[filter.error.stage] + filter.error.message));
}

/** As `readListFilter`, for what is no list: without prefixes. */
export async function readBareFilter(
  c: App,
  resource: Resource,
): Promise<Read<Filter | undefined>> {
  const json = await readFilterJson(c);
  const filter = json.ok ? parseFilter(json.value, resource) : json;
  if (filter.ok) {
    return filter;
  }
  return err("stage" in filter.error ? validation(filter.error.message) : filter.error);
}

async function readFilterJson(c: App): Promise<Read<Json>> {
  const query = text(queryOf(c), "query");
  if (query !== "") {
    return parseText(query);
  }
  const body = await readText(c);
  if (!body.ok || body.value === "") {
    return body.ok ? ok(null) : body;
  }
  return parseText(body.value);
}

/** What the read model says against a filter as a whole. */
export function orRefused<T>(question: Result<T, string>): Read<T> {
  return question.ok ? question : err(validation(BUILDING + question.error));
}

export function missingFeature(name: keyof Features): LedgerError {
  return validation(`${BUILDING}missing feature "${name}"`);
}
