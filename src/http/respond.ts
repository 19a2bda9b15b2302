/**
 * How answers are written: envelopes of contract §1.2, compact JSON that escapes as Go does, a line
 * feed at the end, and the JSON content type even where there is no body.
 */
import { formatJson, quote, type Writable } from "../core/json.ts";

type Headers = Readonly<Record<string, string>>;

/** JSON text as it stands, with the final line feed. */
export function json(text: string, status = 200, headers: Headers = {}): Response {
  return new Response(text + "\n", {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

/** `{"data":…}`. Text that is JSON already goes in as `new RawJson(text)`. */
export function data(value: Writable, status = 200, headers: Headers = {}): Response {
  return json(`{"data":${formatJson(value)}}`, status, headers);
}

/** One page of a list. */
export interface CursorPage {
  /** Left out when undefined or 0. */
  readonly pageSize: number | undefined;
  readonly previous: string | undefined;
  /** Present exactly when there is more. */
  readonly next: string | undefined;
  readonly data: readonly Writable[];
}

export function formatCursor(page: CursorPage): string {
  const size =
    page.pageSize === undefined || page.pageSize === 0 ? "" : `"pageSize":${page.pageSize},`;
  const previous = page.previous === undefined ? "" : `,"previous":${quote(page.previous)}`;
  const next = page.next === undefined ? "" : `,"next":${quote(page.next)}`;
  const items = page.data.map(formatJson).join(",");
  return `{${size}"hasMore":${page.next !== undefined}${previous}${next},"data":[${items}]}`;
}

/** `{"cursor":…}`. */
export function cursor(page: CursorPage): Response {
  return json(`{"cursor":${formatCursor(page)}}`);
}

/** 204, also the answer of every count, whose figure is in the header `Count`. */
export function noContent(headers: Headers = {}): Response {
  return new Response(null, {
    status: 204,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

export function accepted(): Response {
  return new Response(null, { status: 202, headers: { "Content-Type": "application/json" } });
}
