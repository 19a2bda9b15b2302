/**
 * The parameters of a query: what a list is asked for besides its filter (contract §12.6). They are
 * given with the template and with the call; what the call gives wins.
 */
import type { Json, JsonObject } from "../core/json.ts";
import { isObject } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parseTimestamp, ZERO_TIME, type Timestamp } from "../core/timestamp.ts";
import { FIELDS, toSnakeCase } from "../filter/fields.ts";
import type { QueryResource } from "./query-template.ts";
import { wrongKind } from "./read.ts";

type Read<T> = Result<T, string>;

export interface QueryParams {
  readonly endTime: Timestamp | undefined;
  readonly startTime: Timestamp | undefined;
  readonly expand: readonly string[];
  /** undefined: the usual size. */
  readonly pageSize: number | undefined;
  /** A field's name in snake case; undefined: the usual one. */
  readonly column: string | undefined;
  readonly order: "asc" | "desc" | undefined;
  /** Volumes only. */
  readonly groupBy: number | undefined;
  readonly insertionDate: boolean | undefined;
}

export const NO_PARAMS: QueryParams = {
  endTime: undefined,
  startTime: undefined,
  expand: [],
  pageSize: undefined,
  column: undefined,
  order: undefined,
  groupBy: undefined,
  insertionDate: undefined,
};

const NAMES: readonly string[] = ["endTime", "startTime", "expand", "sort", "pageSize"];
const VOLUME_NAMES: readonly string[] = [...NAMES, "groupBy", "insertionDate"];

/** What is wrong with the parameters of a template. Calls are read more leniently. */
export function checkParams(json: Json, resource: QueryResource): string | undefined {
  const params = overlayParams(NO_PARAMS, json, resource);
  if (!params.ok) {
    return params.error;
  }
  const { column } = params.value;
  if (column !== undefined && !isSortable(column, resource)) {
    return `invalid sort column \`${column}\``;
  }
  const known = resource === "volumes" ? VOLUME_NAMES : NAMES;
  const unknown = isObject(json)
    ? Object.keys(json).find((name) => !known.includes(name))
    : undefined;
  return unknown === undefined ? undefined : `unknown field: \`${unknown}\``;
}

function isSortable(column: string, resource: QueryResource): boolean {
  return FIELDS[resource].some(
    ({ name, alias, sortable }) => sortable && (name === column || alias === column),
  );
}

/**
 * One set of parameters over another. A set that is given at all resets the dates, the expansions
 * and the page size that it leaves out; the sort and what is special to volumes stay (as recorded).
 */
export function overlayParams(
  below: QueryParams,
  json: Json,
  resource: QueryResource,
): Read<QueryParams> {
  if (json === null) {
    return ok(below);
  }
  if (!isObject(json)) {
    return err(wrongKind(json, "params", "an object"));
  }
  const common = readCommon(json);
  if (!common.ok) {
    return common;
  }
  const sort = readSort(json["sort"] ?? "");
  if (!sort.ok) {
    return sort;
  }
  const options = resource === "volumes" ? readVolumeOptions(json) : ok({});
  return options.ok ? ok({ ...below, ...common.value, ...sort.value, ...options.value }) : options;
}

type Common = Pick<QueryParams, "endTime" | "startTime" | "expand" | "pageSize">;

function readCommon(json: JsonObject): Read<Common> {
  const endTime = readDate(json, "endTime");
  if (!endTime.ok) {
    return endTime;
  }
  const startTime = readDate(json, "startTime");
  if (!startTime.ok) {
    return startTime;
  }
  const expand = readExpand(json["expand"] ?? []);
  if (!expand.ok) {
    return expand;
  }
  const pageSize = readPageSize(json["pageSize"] ?? 0);
  if (!pageSize.ok) {
    return pageSize;
  }
  return ok({
    endTime: endTime.value,
    startTime: startTime.value,
    expand: expand.value,
    pageSize: pageSize.value,
  });
}

/** Of 64 bits; 0 leaves it open. */
function readPageSize(value: Json): Read<number | undefined> {
  const isUnsigned =
    (typeof value === "number" || typeof value === "bigint") &&
    !Object.is(value, -0) &&
    BigInt.asUintN(64, BigInt(value)) === BigInt(value);
  if (!isUnsigned) {
    return err("pageSize must be a whole number of 64 bits");
  }
  return ok(Number(value) === 0 ? undefined : Number(value));
}

function readDate(json: JsonObject, name: string): Read<Timestamp | undefined> {
  const value = json[name] ?? null;
  if (value === null) {
    return ok(undefined);
  }
  const date = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (date === undefined) {
    return err(`${name} must be an RFC 3339 date`);
  }
  return ok(date === ZERO_TIME ? undefined : date);
}

function readExpand(value: Json): Read<readonly string[]> {
  const given: readonly Json[] = Array.isArray(value) ? value : [];
  const names = given.filter((name) => typeof name === "string");
  return Array.isArray(value) && names.length === given.length
    ? ok(names)
    : err("expand must be a list of strings");
}

function readSort(value: Json): Read<Partial<Pick<QueryParams, "column" | "order">>> {
  if (typeof value !== "string") {
    return err(wrongKind(value, "sort", "a string"));
  }
  if (value === "") {
    return ok({});
  }
  const colon = value.indexOf(":");
  const column = toSnakeCase(colon === -1 ? value : value.slice(0, colon));
  if (column.trim() === "") {
    return err(`invalid sort column: ${JSON.stringify(value)}`);
  }
  if (colon === -1) {
    return ok({ column });
  }
  const order = value.slice(colon + 1).toLowerCase();
  return order === "asc" || order === "desc"
    ? ok({ column, order })
    : err(`invalid order: ${value.slice(colon + 1)}`);
}

function readVolumeOptions(
  json: JsonObject,
): Read<Partial<Pick<QueryParams, "groupBy" | "insertionDate">>> {
  const groupBy = json["groupBy"] ?? undefined;
  if (groupBy !== undefined && typeof groupBy !== "number" && typeof groupBy !== "bigint") {
    return err(wrongKind(groupBy, "groupBy", "an integer"));
  }
  const insertionDate = json["insertionDate"] ?? undefined;
  if (insertionDate !== undefined && typeof insertionDate !== "boolean") {
    return err(wrongKind(insertionDate, "insertionDate", "a boolean"));
  }
  return ok({
    ...(groupBy === undefined ? {} : { groupBy: Number(groupBy) }),
    ...(insertionDate === undefined ? {} : { insertionDate }),
  });
}
