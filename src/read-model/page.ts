/**
 * Pages of lists: what a client asks for, the cursor it is given (contract §8.9, whose exact
 * encoding clients decode), and which rows lie before and after. Lists by id or date continue at a
 * row (keyset); a date is completed by a hidden tie-breaker, so that equal dates neither repeat nor
 * stick. Lists by text continue at an offset.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { formatJson, parseJson, type Json, type JsonObject, type Writable } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { atMicros, formatTimestamp, parseTimestamp, toMicros } from "../core/timestamp.ts";
import type { Timestamp } from "../core/timestamp.ts";

export type Order = "asc" | "desc";
export type ColumnKind = "number" | "date" | "text";

/** A page size inside a cursor is the client's; this bounds the answer. */
export const CURSOR_PAGE_SIZE_MAX = 1_000;
const OFFSET_MAX = 2 ** 31 - 1;

/** Where a row stands in a list by id or date. */
export interface Position {
  /** undefined: the row has no such date; these come last. */
  readonly value: number | Timestamp | undefined;
  /** undefined in cursors written by others: before every row of this value. */
  readonly tie: number | string | undefined;
}

export type Place =
  | {
      readonly kind: "row";
      /** undefined: the first page. */
      readonly at: Position | undefined;
      /** The very first row of the first page. */
      readonly bottom: Position | undefined;
      readonly reverse: boolean;
    }
  | { readonly kind: "offset"; readonly offset: number };

export interface PageRequest {
  readonly column: string;
  readonly order: Order;
  readonly pageSize: number;
  readonly pit: Timestamp | undefined;
  readonly oot: Timestamp | undefined;
  /** The filter as the client wrote it; undefined: none. */
  readonly filter: JsonObject | undefined;
  readonly expand: readonly string[];
  /** What a list takes beside; null on the wire for lists without. */
  readonly options: JsonObject | undefined;
  readonly place: Place;
}

export interface Page<T> {
  readonly pageSize: number;
  readonly items: readonly T[];
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/**
 * Makes a page of up to pageSize + 1 rows, fetched in list order (in reverse order for a reverse
 * cursor). `positionOf` is not called for lists by offset.
 */
export function toPage<T>(
  request: PageRequest,
  rows: readonly T[],
  positionOf: (row: T) => Position,
): Page<T> {
  const { place, pageSize } = request;
  if (place.kind === "offset") {
    return offsetPage(request, place.offset, rows);
  }
  const items = rows.slice(0, pageSize);
  const beyond = rows[pageSize];
  if (place.reverse) {
    const first = items.at(-1);
    const previous =
      beyond === undefined || first === undefined
        ? undefined
        : encode({ ...request, place: { ...place, at: positionOf(first) } });
    const next = encode({ ...request, place: { ...place, reverse: false } });
    return { pageSize, items: items.toReversed(), previous, next };
  }
  const first = items[0];
  const bottom = place.bottom ?? (first === undefined ? undefined : positionOf(first));
  const next =
    beyond === undefined
      ? undefined
      : encode({ ...request, place: { ...place, bottom, at: positionOf(beyond) } });
  const isLater =
    place.at !== undefined &&
    place.bottom !== undefined &&
    comparePositions(place.at, place.bottom, request.order) > 0;
  const previous = isLater
    ? encode({ ...request, place: { ...place, bottom, reverse: true } })
    : undefined;
  return { pageSize, items, previous, next };
}

function offsetPage<T>(request: PageRequest, offset: number, rows: readonly T[]): Page<T> {
  const { pageSize } = request;
  const at = (target: number): string => {
    return encode({ ...request, place: { kind: "offset", offset: target } });
  };
  return {
    pageSize,
    items: rows.slice(0, pageSize),
    previous: offset > 0 ? at(Math.max(0, offset - pageSize)) : undefined,
    next: rows.length > pageSize ? at(offset + pageSize) : undefined,
  };
}

/**
 * Above zero when a comes after b in a list of this order. Rows without a value are last in either
 * order.
 */
function comparePositions(a: Position, b: Position, order: Order): number {
  if (a.value === undefined || b.value === undefined) {
    if (a.value !== b.value) {
      return a.value === undefined ? 1 : -1;
    }
  } else if (a.value !== b.value) {
    return a.value > b.value === (order === "asc") ? 1 : -1;
  }
  if (a.tie === undefined || b.tie === undefined || a.tie === b.tie) {
    return 0;
  }
  return a.tie > b.tie === (order === "asc") ? 1 : -1;
}

// --- the token ---

function encode(request: PageRequest): string {
  const { place, options } = request;
  const filters: Writable = {
    pit: request.pit === undefined ? null : formatTimestamp(request.pit),
    oot: request.oot === undefined ? null : formatTimestamp(request.oot),
    qb: request.filter ?? null,
    opts: options ?? null,
    expand: request.expand.length === 0 ? undefined : request.expand,
  };
  const cursor: Writable = {
    column: request.column,
    order: request.order === "asc" ? 0 : 1,
    pageSize: request.pageSize,
    filters,
    ...(place.kind === "offset"
      ? { offset: place.offset }
      : {
          bottom: valueOf(place.bottom),
          paginationID: valueOf(place.at),
          reverse: place.reverse,
          ...tiesOf(place.bottom, place.at),
        }),
  };
  return toBase64Url(formatJson(cursor));
}

function valueOf(position: Position | undefined): Writable {
  const value = position?.value;
  return typeof value === "string" ? toMicros(value) : (value ?? null);
}

/** Members of our own, left out where the value alone tells the row. */
function tiesOf(bottom: Position | undefined, at: Position | undefined): Record<string, Writable> {
  return { bottomTie: bottom?.tie, tie: at?.tie };
}

function toBase64Url(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(token: string): string | undefined {
  const bare = token.replaceAll(/[\r\n]/g, "");
  if (!/^[A-Za-z0-9_-]*$/.test(bare)) {
    return undefined;
  }
  try {
    const binary = atob(bare.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What a list can be sorted by, and what it takes beside. */
export interface ListShape {
  readonly columns: ReadonlyMap<string, ColumnKind>;
  /** Reads the options out of a cursor; undefined when malformed. Absent: the list has none. */
  readonly readOptions?: (options: JsonObject) => JsonObject | undefined;
}

/** Reads a cursor for a list of this shape. Every member is checked: a cursor comes from outside. */
export function decode(token: string, shape: ListShape): Result<PageRequest, LedgerError> {
  const text = fromBase64Url(token);
  const parsed = text === undefined ? undefined : parseJson(text);
  if (parsed === undefined || !parsed.ok) {
    return bad("not base64url of JSON");
  }
  const cursor = objectOf(parsed.value);
  const column = cursor?.["column"];
  const kind = typeof column === "string" ? shape.columns.get(column) : undefined;
  if (cursor === undefined || typeof column !== "string" || kind === undefined) {
    return bad("unknown column");
  }
  const order = cursor["order"];
  const pageSize = cursor["pageSize"];
  if (order !== 0 && order !== 1) {
    return bad("order must be 0 or 1");
  }
  if (typeof pageSize !== "number" || pageSize < 1) {
    return bad("pageSize must be a positive integer");
  }
  const filters = decodeFilters(cursor["filters"] ?? null, shape);
  const place = kind === "text" ? decodeOffset(cursor) : decodePlace(cursor, kind);
  if (filters === undefined || place === undefined) {
    return bad(filters === undefined ? "malformed filters" : "malformed position");
  }
  return ok({
    column,
    order: order === 0 ? "asc" : "desc",
    pageSize: Math.min(pageSize, CURSOR_PAGE_SIZE_MAX),
    ...filters,
    place,
  });
}

function bad(reason: string): Result<never, LedgerError> {
  return err(validation(`invalid cursor: ${reason}`));
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
    ? (value as JsonObject)
    : undefined;
}

type DecodedFilters = Pick<PageRequest, "pit" | "oot" | "filter" | "expand" | "options">;

function decodeFilters(value: Json, shape: ListShape): DecodedFilters | undefined {
  const filters = value === null ? {} : objectOf(value);
  if (filters === undefined) {
    return undefined;
  }
  const pit = decodeDate(filters["pit"] ?? null);
  const oot = decodeDate(filters["oot"] ?? null);
  const qb = filters["qb"] ?? null;
  const filter = qb === null ? undefined : objectOf(qb);
  const expand = filters["expand"] ?? [];
  const given = (filters["opts"] ?? null) === null ? {} : objectOf(filters["opts"]);
  const options = given === undefined ? undefined : shape.readOptions?.(given);
  if (pit === false || oot === false || (qb !== null && filter === undefined)) {
    return undefined;
  }
  if (!Array.isArray(expand) || (shape.readOptions !== undefined && options === undefined)) {
    return undefined;
  }
  const names = expand.filter((name): name is string => typeof name === "string");
  return names.length === expand.length ? { pit, oot, filter, expand: names, options } : undefined;
}

/** false: not a date. */
function decodeDate(value: Json): Timestamp | undefined | false {
  if (value === null) {
    return undefined;
  }
  return typeof value === "string" ? (parseTimestamp(value) ?? false) : false;
}

function decodeOffset(cursor: JsonObject): Place | undefined {
  const offset = cursor["offset"];
  return typeof offset === "number" && offset >= 0 && offset <= OFFSET_MAX
    ? { kind: "offset", offset }
    : undefined;
}

function decodePlace(cursor: JsonObject, kind: "number" | "date"): Place | undefined {
  const reverse = cursor["reverse"] ?? false;
  const at = decodePosition(cursor["paginationID"], cursor["tie"], kind);
  const bottom = decodePosition(cursor["bottom"], cursor["bottomTie"], kind);
  if (typeof reverse !== "boolean" || at === false || bottom === false) {
    return undefined;
  }
  return (cursor["offset"] ?? null) === null ? { kind: "row", at, bottom, reverse } : undefined;
}

/** false: malformed. */
function decodePosition(
  value: Json | undefined,
  tie: Json | undefined,
  kind: "number" | "date",
): Position | undefined | false {
  if (tie !== undefined && typeof tie !== "number" && typeof tie !== "string") {
    return false;
  }
  if (value === undefined || value === null) {
    return tie === undefined ? undefined : { value: undefined, tie };
  }
  if (typeof value !== "number" && typeof value !== "bigint") {
    return false;
  }
  if (kind === "number") {
    return { value: Number(value), tie };
  }
  const date = atMicros(BigInt(value));
  return date === undefined ? false : { value: date, tie };
}
