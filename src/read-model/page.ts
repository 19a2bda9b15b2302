/**
 * Pages of lists: what a client asks for, the cursor it is given (contract §8.9, whose exact
 * encoding clients decode), and which rows lie before and after. Lists by id or date continue at a
 * row (keyset); a date is completed by a hidden tie-breaker, so that equal dates neither repeat nor
 * stick. Lists by text continue at an offset.
 */
import type { JsonObject } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { encodeCursor } from "./cursor.ts";

export type Order = "asc" | "desc";
export type ColumnKind = "number" | "date" | "text";

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

/** What a list can be sorted by, and what it takes beside. */
export interface ListShape {
  readonly columns: ReadonlyMap<string, ColumnKind>;
  /** Reads the options out of a cursor; undefined when malformed. Absent: the list has none. */
  readonly readOptions?: (options: JsonObject) => JsonObject | undefined;
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
        : encodeCursor({ ...request, place: { ...place, at: positionOf(first) } });
    const next = encodeCursor({ ...request, place: { ...place, reverse: false } });
    return { pageSize, items: items.toReversed(), previous, next };
  }
  const first = items[0];
  const bottom = place.bottom ?? (first === undefined ? undefined : positionOf(first));
  const next =
    beyond === undefined
      ? undefined
      : encodeCursor({ ...request, place: { ...place, bottom, at: positionOf(beyond) } });
  const isLater =
    place.at !== undefined &&
    place.bottom !== undefined &&
    isBeyond(place.at, place.bottom, request);
  const previous = isLater
    ? encodeCursor({ ...request, place: { ...place, bottom, reverse: true } })
    : undefined;
  return { pageSize, items, previous, next };
}

function offsetPage<T>(request: PageRequest, offset: number, rows: readonly T[]): Page<T> {
  const { pageSize } = request;
  const at = (target: number): string => {
    return encodeCursor({ ...request, place: { kind: "offset", offset: target } });
  };
  return {
    pageSize,
    items: rows.slice(0, pageSize),
    previous: offset > 0 ? at(Math.max(0, offset - pageSize)) : undefined,
    next: rows.length > pageSize ? at(offset + pageSize) : undefined,
  };
}

/** Dates that rise with the ids: lists by them are lists by id. */
const RISING: ReadonlySet<string> = new Set(["inserted_at", "date"]);

/** Whether a comes after b in a list. Rows without a value are last in either order. */
function isBeyond(a: Position, b: Position, { column, order }: PageRequest): boolean {
  const hasTies = a.tie !== undefined && b.tie !== undefined;
  const isTied = a.value === b.value || (hasTies && RISING.has(column));
  const [left, right] = isTied ? [a.tie, b.tie] : [a.value, b.value];
  if (left === undefined || right === undefined) {
    return !isTied && left === undefined;
  }
  return left !== right && left > right === (order === "asc");
}
