/**
 * Query strings as Go reads them (contract I.4): a pair with `;` or a broken escape is dropped, the
 * first of repeated values counts, `+` is a blank. Bytes that are not UTF-8 become replacement
 * characters.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parseTimestamp, ZERO_TIME, type Timestamp } from "../core/timestamp.ts";
import type { App } from "./context.ts";

/** Every value of every parameter, in the order given. */
export type Query = ReadonlyMap<string, readonly string[]>;

const NOTHING: Query = new Map();

export function queryOf(c: App): Query {
  const url = c.req.raw.url;
  const start = url.indexOf("?");
  return start === -1 ? NOTHING : parseQuery(url.slice(start + 1));
}

export function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  for (const pair of text.split("&")) {
    if (pair === "" || pair.includes(";")) {
      continue;
    }
    const equals = pair.indexOf("=");
    const name = unescapeQuery(equals === -1 ? pair : pair.slice(0, equals));
    const value = unescapeQuery(equals === -1 ? "" : pair.slice(equals + 1));
    if (name === undefined || value === undefined) {
      continue;
    }
    const values = query.get(name);
    if (values === undefined) {
      query.set(name, [value]);
    } else {
      values.push(value);
    }
  }
  return query;
}

function unescapeQuery(text: string): string | undefined {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;

export function hasBrokenEscape(text: string): boolean {
  return text.includes("%") && BROKEN_ESCAPE.test(text);
}

/** Percent-decodes once; undefined when an escape is broken. */
export function decodePercent(text: string): string | undefined {
  if (!text.includes("%")) {
    return text;
  }
  if (BROKEN_ESCAPE.test(text)) {
    return undefined;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeLoosely(text);
  }
}

/** For escapes that are well formed but are not UTF-8. */
function decodeLoosely(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    const bytes = run
      .slice(1)
      .split("%")
      .map((hex) => Number.parseInt(hex, 16));
    return new TextDecoder().decode(new Uint8Array(bytes));
  });
}

/** The first value; "" when the parameter is absent or empty, which Go does not tell apart. */
export function text(query: Query, name: string): string {
  return query.get(name)?.[0] ?? "";
}

/** True for `1` and `true` in any case; anything else is false and no error. */
export function flag(query: Query, name: string): boolean {
  const value = text(query, name);
  return value === "1" || value.toLowerCase() === "true";
}

/** All values of a parameter. */
export function all(query: Query, name: string): readonly string[] {
  return query.get(name) ?? [];
}

/** A date; absent, empty and Go's zero time are undefined. */
export function date(query: Query, name: string): Result<Timestamp | undefined, LedgerError> {
  const value = text(query, name);
  if (value === "") {
    return ok(undefined);
  }
  const timestamp = parseTimestamp(value);
  if (timestamp === undefined) {
    return err(validation(`invalid '${name}' query param: "${value}" is not an RFC 3339 date`));
  }
  return ok(timestamp === ZERO_TIME ? undefined : timestamp);
}

const SIGNED = /^[+-]?\d+$/;
const UNSIGNED = /^\d+$/;

/** A signed 64-bit integer; absent and empty are undefined. */
export function integer(query: Query, name: string): Result<bigint | undefined, LedgerError> {
  const value = text(query, name);
  if (value === "") {
    return ok(undefined);
  }
  if (!SIGNED.test(value)) {
    return err(validation(`invalid '${name}' query param: ${value} is not an integer`));
  }
  const number = BigInt(value.startsWith("+") ? value.slice(1) : value);
  return BigInt.asIntN(64, number) === number
    ? ok(number)
    : err(validation(`invalid '${name}' query param: ${value} is out of range`));
}

/** An unsigned integer of 32 bits; absent and empty are undefined. */
export function unsigned32(query: Query, name: string): Result<number | undefined, LedgerError> {
  const value = text(query, name);
  if (value === "") {
    return ok(undefined);
  }
  if (!UNSIGNED.test(value) || Number(value) > 0xffff_ffff) {
    return err(validation(`invalid '${name}' query param`));
  }
  return ok(Number(value));
}
