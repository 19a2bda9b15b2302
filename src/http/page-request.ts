/**
 * From the query string and the body of a list to what the read model is asked for: page, order,
 * dates, expansions and filter, or the cursor that repeats them (contract §8). Messages of errors
 * and their prefixes are the original's where it has any.
 */
import { validation, type LedgerError } from "../core/error.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Filter } from "../filter/ast.ts";
import { FIELDS, toSnakeCase, type Resource } from "../filter/fields.ts";
import { formatFilter } from "../filter/format.ts";
import { decodeCursor } from "../read-model/cursor.ts";
import type { ListShape, Order, PageRequest, Place } from "../read-model/page.ts";
import type { App } from "./context.ts";
import { all, date, queryOf, text, unsigned32, type Query } from "./query.ts";
import { EXTRACTING, parseListFilter, prefixed, readListFilter } from "./request-filter.ts";

type Read<T> = Result<T, LedgerError>;

/** The order a list has when nobody asks for another. */
export interface Sort {
  readonly column: string;
  readonly order: Order;
}

/** What is special about the lists of a resource, in one dialect of the API. */
export interface ListRules {
  readonly resource: Resource;
  readonly shape: ListShape;
  readonly sort: Sort;
  /** Whether the client may ask for another order; by default it may. */
  readonly isSortable?: boolean;
  /** By default those of the deployment. */
  readonly pageSizes?: PageSizes;
  /** Where the filter comes from; by default from the parameter `query`, else the body. */
  readonly readFilter?: (c: App) => Read<Filter | undefined>;
  /** Names that `expand` may hold; empty: the list has no expansions and refuses them. */
  readonly expansions: readonly string[];
  /** Those of them that are there unasked. */
  readonly expanded?: readonly string[];
  /** Whether a comma separates names in `expand`; by default it does. */
  readonly splitsExpand?: boolean;
  /** Under which their names are compared; absent: as they stand. */
  readonly spelling?: (name: string) => string;
  /** Older parameters that change the default order. */
  readonly legacySort?: (query: Query, sort: Sort) => Sort;
  /** Parameters that the cursor keeps as `opts`; they are checked even beside a cursor. */
  readonly readOptions?: (query: Query) => Read<JsonObject>;
  /** Dates that have other names than `pit` and `oot`. */
  readonly readDates?: (query: Query) => Read<Dates>;
}

export interface PageSizes {
  /** Where the client leaves it open. */
  readonly usual: number;
  readonly most: number;
}

export interface Dates {
  readonly pit: Timestamp | undefined;
  readonly oot: Timestamp | undefined;
}

export interface ListRequest {
  readonly page: PageRequest;
  readonly filter: Filter | undefined;
}

export async function readList(c: App, rules: ListRules): Promise<Read<ListRequest>> {
  const query = queryOf(c);
  const cursor = text(query, "cursor");
  return cursor === "" ? readFirstPage(c, query, rules) : continueAt(c, query, rules, cursor);
}

/** What a count takes of its list: the rest is not even looked at. */
export interface CountRequest extends Dates {
  readonly filter: Filter | undefined;
}

export async function readCount(c: App, rules: ListRules): Promise<Read<CountRequest>> {
  const dates = readDates(queryOf(c));
  const filter = await readFilter(c, rules);
  if (!dates.ok) {
    return dates;
  }
  return filter.ok ? ok({ ...dates.value, filter: filter.value }) : filter;
}

async function readFilter(c: App, rules: ListRules): Promise<Read<Filter | undefined>> {
  return rules.readFilter === undefined ? readListFilter(c, rules.resource) : rules.readFilter(c);
}

async function readFirstPage(c: App, query: Query, rules: ListRules): Promise<Read<ListRequest>> {
  const { readOptions } = rules;
  const pageSize = readPageSize(query, pageSizesOf(c, rules), EXTRACTING);
  if (!pageSize.ok) {
    return pageSize;
  }
  const sort = readSort(query, rules);
  if (!sort.ok) {
    return sort;
  }
  const dates = (rules.readDates ?? readDates)(query);
  if (!dates.ok) {
    return dates;
  }
  const options = readOptions === undefined ? ok(undefined) : readOptions(query);
  if (!options.ok) {
    return options;
  }
  const expand = readExpansions(query, rules);
  if (!expand.ok) {
    return expand;
  }
  const filter = await readFilter(c, rules);
  if (!filter.ok) {
    return filter;
  }
  return ok(
    startOf(c, rules, {
      ...sort.value,
      ...dates.value,
      pageSize: pageSize.value,
      filter: filter.value,
      expand: expand.value,
      options: options.value,
    }),
  );
}

/** A first page as a query template and its call ask for it. */
export interface AskedPage extends Dates {
  /** As in the query string. */
  readonly sort: string;
  readonly pageSize: number | undefined;
  readonly expand: readonly string[];
  readonly options: JsonObject | undefined;
  readonly filter: Json;
}

export function readAskedPage(c: App, rules: ListRules, asked: AskedPage): Read<ListRequest> {
  const { pit, oot, pageSize, options } = asked;
  const sort = parseSort(asked.sort, rules, rules.sort);
  if (!sort.ok) {
    return sort;
  }
  const expand = checkExpansions(asked.expand, rules);
  if (!expand.ok) {
    return expand;
  }
  const filter = parseListFilter(asked.filter, rules.resource);
  if (!filter.ok) {
    return filter;
  }
  return ok(
    startOf(c, rules, {
      ...sort.value,
      pit,
      oot,
      pageSize: pageSize === undefined ? undefined : cut(pageSize, pageSizesOf(c, rules)),
      filter: filter.value,
      expand: expand.value,
      options,
    }),
  );
}

type Start = Sort &
  Dates & {
    /** undefined: the usual size. */
    readonly pageSize: number | undefined;
    readonly filter: Filter | undefined;
    readonly expand: readonly string[];
    readonly options: JsonObject | undefined;
  };

/** The request for a first page, of parts that are checked. */
function startOf(c: App, rules: ListRules, start: Start): ListRequest {
  const { filter } = start;
  const page: PageRequest = {
    ...start,
    pageSize: start.pageSize ?? pageSizesOf(c, rules).usual,
    filter: filter === undefined ? undefined : formatFilter(filter),
    place: firstPlace(rules.shape, start.column),
  };
  return { page, filter };
}

/** Where the first page of a list begins. */
export function firstPlace(shape: ListShape, column: string): Place {
  return shape.columns.get(column) === "text"
    ? { kind: "offset", offset: 0 }
    : { kind: "row", at: undefined, bottom: undefined, reverse: false };
}

/** Beside a cursor only the page size counts, and parameters of the list's own are checked. */
function continueAt(c: App, query: Query, rules: ListRules, cursor: string): Read<ListRequest> {
  const pageSize = readPageSize(query, pageSizesOf(c, rules), "");
  if (!pageSize.ok) {
    return pageSize;
  }
  const options = rules.readOptions?.(query);
  if (options?.ok === false) {
    return options;
  }
  const request = readCursor(cursor, rules);
  if (!request.ok || pageSize.value === undefined) {
    return request;
  }
  const { page, filter } = request.value;
  return ok({ page: { ...page, pageSize: pageSize.value }, filter });
}

/** The request that a cursor repeats. */
export function readCursor(cursor: string, rules: ListRules): Read<ListRequest> {
  const page = decodeCursor(cursor, rules.shape);
  if (!page.ok) {
    return page;
  }
  const filter = parseListFilter(page.value.filter ?? null, rules.resource);
  return filter.ok ? ok({ page: page.value, filter: filter.value }) : filter;
}

function pageSizesOf(c: App, rules: ListRules): PageSizes {
  const { defaultPageSize, maxPageSize } = c.get("config");
  return rules.pageSizes ?? { usual: defaultPageSize, most: maxPageSize };
}

/** Undefined where the client leaves it open. Too large a page is cut silently. */
function readPageSize(query: Query, sizes: PageSizes, prefix: string): Read<number | undefined> {
  const pageSize = prefixed(prefix, unsigned32(query, "pageSize"));
  if (!pageSize.ok || pageSize.value === undefined || pageSize.value === 0) {
    return pageSize.ok ? ok(undefined) : pageSize;
  }
  return ok(cut(pageSize.value, sizes));
}

function cut(pageSize: number, { most }: PageSizes): number {
  return Math.min(pageSize, most);
}

function readDates(query: Query): Read<Dates> {
  const pit = prefixed(EXTRACTING, date(query, "pit"));
  const oot = prefixed(EXTRACTING, date(query, "oot"));
  if (!pit.ok) {
    return pit;
  }
  return oot.ok ? ok({ pit: pit.value, oot: oot.value }) : oot;
}

function readSort(query: Query, rules: ListRules): Read<Sort> {
  if (rules.isSortable === false) {
    return ok(rules.sort);
  }
  const usual = rules.legacySort?.(query, rules.sort) ?? rules.sort;
  return parseSort(text(query, "sort"), rules, usual);
}

/** `field`, `field:asc`, `field:desc` or "": the usual order. */
export function parseSort(written: string, rules: ListRules, usual: Sort): Read<Sort> {
  const colon = written.indexOf(":");
  const order = colon === -1 ? usual.order : parseOrder(written.slice(colon + 1));
  if (order === undefined) {
    return err(validation(`${EXTRACTING}invalid order: ${written.slice(colon + 1)}`));
  }
  const field = toSnakeCase(colon === -1 ? written : written.slice(0, colon));
  if (field === "") {
    return ok({ column: usual.column, order });
  }
  const rule = FIELDS[rules.resource].find(({ name, alias }) => name === field || alias === field);
  if (rule === undefined) {
    return err(validation(`field ${field} is unknown`));
  }
  const column = [rule.name, rule.alias].find((name) => rules.shape.columns.has(name ?? ""));
  return column === undefined
    ? err(validation(`field ${field} is not paginated`))
    : ok({ column, order });
}

function parseOrder(word: string): Order | undefined {
  const order = word.toLowerCase();
  return order === "asc" || order === "desc" ? order : undefined;
}

function readExpansions(query: Query, rules: ListRules): Read<readonly string[]> {
  const values = all(query, "expand");
  const names = rules.splitsExpand === false ? values : values.flatMap((value) => value.split(","));
  return checkExpansions(names, rules);
}

function checkExpansions(names: readonly string[], rules: ListRules): Read<readonly string[]> {
  return rules.expansions.length === 0 && names.some((name) => name !== "")
    ? err(validation(`expand is not possible on ${rules.resource}`))
    : ok(expansionsIn([...names, ...(rules.expanded ?? [])], rules));
}

/** Those of the expansions that are given. Others are ignored. */
export function expansionsIn(
  given: readonly string[],
  { expansions, spelling = (name) => name }: Pick<ListRules, "expansions" | "spelling">,
): readonly string[] {
  const names = new Set(given.map(spelling));
  return expansions.filter((name) => names.has(spelling(name)));
}
