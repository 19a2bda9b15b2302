/**
 * The token by which a client asks for the page before or after (contract §8.9, whose exact
 * encoding clients decode): base64url, unpadded, of the whole request as JSON.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { isObject } from "../core/json-read.ts";
import { formatJson, parseJson, type Json, type JsonObject, type Writable } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { atMicros, formatTimestamp, parseTimestamp, toMicros } from "../core/timestamp.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { ListShape, PageRequest, Place, Position } from "./page.ts";

/** A page size inside a cursor is the client's; this bounds the answer. */
export const CURSOR_PAGE_SIZE_MAX = 1_000;
const OFFSET_MAX = 2 ** 31 - 1;

export function encodeCursor(request: PageRequest): string {
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

/** Reads a cursor for a list of this shape. Every member is checked: it comes from outside. */
export function decodeCursor(token: string, shape: ListShape): Result<PageRequest, LedgerError> {
  const cursor = readToken(token);
  if (cursor === undefined) {
    return bad("not base64url of a JSON object");
  }
  const column = cursor["column"];
  const kind = typeof column === "string" ? shape.columns.get(column) : undefined;
  if (typeof column !== "string" || kind === undefined) {
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
  const filters = decodeFilters(cursor["filters"], shape);
  if (filters === undefined) {
    return bad("malformed filters");
  }
  const place = kind === "text" ? decodeOffset(cursor) : decodePlace(cursor, kind);
  return place === undefined
    ? bad("malformed position")
    : ok({
        column,
        order: order === 0 ? "asc" : "desc",
        pageSize: Math.min(pageSize, CURSOR_PAGE_SIZE_MAX),
        ...filters,
        place,
      });
}

function readToken(token: string): JsonObject | undefined {
  const text = fromBase64Url(token);
  const parsed = text === undefined ? undefined : parseJson(text);
  return parsed?.ok === true ? objectOf(parsed.value) : undefined;
}

function bad(reason: string): Result<never, LedgerError> {
  return err(validation(`invalid cursor: ${reason}`));
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

type DecodedFilters = Pick<PageRequest, "pit" | "oot" | "filter" | "expand" | "options">;

function decodeFilters(value: Json | undefined, shape: ListShape): DecodedFilters | undefined {
  const filters = objectOf(value ?? {});
  if (filters === undefined) {
    return undefined;
  }
  const pit = decodeDate(filters["pit"]);
  const oot = decodeDate(filters["oot"]);
  const filter = optionalObject(filters["qb"]);
  const expand = decodeNames(filters["expand"]);
  const options = decodeOptions(filters["opts"], shape);
  if (pit === false || oot === false || filter === false || expand === false) {
    return undefined;
  }
  return options === false ? undefined : { pit, oot, filter, expand, options };
}

// Below, absent and null are undefined, and false is a malformed member.

function optionalObject(value: Json | undefined): JsonObject | undefined | false {
  return value === undefined || value === null ? undefined : (objectOf(value) ?? false);
}

function decodeNames(value: Json | undefined): readonly string[] | false {
  if (value === undefined || value === null) {
    return [];
  }
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  return Array.isArray(value) && names.length === value.length ? names : false;
}

function decodeOptions(value: Json | undefined, shape: ListShape): JsonObject | undefined | false {
  const given = optionalObject(value);
  if (shape.readOptions === undefined || given === false) {
    return given === false ? false : undefined;
  }
  return shape.readOptions(given ?? {}) ?? false;
}

function decodeDate(value: Json | undefined): Timestamp | undefined | false {
  if (value === undefined || value === null) {
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
