/**
 * Lossless JSON. Integers of any size come in as number (when safe) or bigint and go out as digits;
 * numbers that are not written as integers stay text (`JsonFloat`), so that `1.0` and `1e3` can be
 * told from `1` and `1000`. Reading follows Go's decoder where clients can see it: the first value
 * counts, text after it is ignored (contract §1.1.5).
 */
import type { Result } from "./result.ts";
import { err, ok } from "./result.ts";

/** A JSON number that is not written as a plain integer. */
export class JsonFloat {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Json =
  | null
  | boolean
  | string
  | number
  | bigint
  | JsonFloat
  | readonly Json[]
  | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

/** Deeper nesting is refused; Go's decoder stops at the same depth. */
export const JSON_DEPTH_MAX = 10_000;

// Plain JSON.parse is exact unless a number is long, fractional, exponential or minus zero, and
// text is well formed unless a surrogate is written as an escape. Numbers stand at the start,
// behind a name's colon, a comma or a bracket; what only looks so inside a text costs time and
// nothing else.
const NEEDS_CARE = /(?:^|"\s*:|[[,])\s*(?:-0|-?(?:\d{16}|\d+[.eE]))|\\u[dD]/;

/** Parses the first JSON value of a text. The error is a sentence for the client. */
export function parseJson(text: string): Result<Json, string> {
  if (text.trim() === "") {
    return err("EOF");
  }
  if (text.length > JSON_DEPTH_MAX && depthOf(text) > JSON_DEPTH_MAX) {
    return err(`exceeded max depth of ${JSON_DEPTH_MAX}`);
  }
  const careful = NEEDS_CARE.test(text);
  try {
    return ok(parseWhole(text, careful));
  } catch (error) {
    const end = endOfFirstValue(text);
    if (end !== undefined && end < text.length) {
      try {
        return ok(parseWhole(text.slice(0, end), careful));
      } catch {
        // The first value itself is malformed: report the error of the whole text.
      }
    }
    return err(messageOf(error));
  }
}

/** Parses a text that must hold exactly one JSON value. */
export function parseWholeJson(text: string): Result<Json, string> {
  const end = endOfFirstValue(text);
  if (end !== undefined && text.slice(end).trim() !== "") {
    return err("invalid character after top-level value");
  }
  return parseJson(text);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `invalid JSON: ${message}`;
}

interface SourceContext {
  readonly source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context: SourceContext) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

function parseWhole(text: string, careful: boolean): Json {
  return (careful ? parseWithSource(text, revive) : JSON.parse(text)) as Json;
}

function revive(this: unknown, _key: string, value: unknown, context: SourceContext): unknown {
  if (typeof value === "string") {
    return value.isWellFormed() ? value : value.toWellFormed();
  }
  if (typeof value !== "number") {
    return value;
  }
  const source = context.source ?? String(value);
  if (!/^-?\d+$/.test(source)) {
    return new JsonFloat(source);
  }
  return Number.isSafeInteger(value) ? value : BigInt(source);
}

export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      i = (endOfString(text, i) ?? text.length) - 1;
    } else if (code === 123 || code === 91) {
      deepest = Math.max(deepest, ++depth);
    } else if (code === 125 || code === 93) {
      depth--;
    }
  }
  return deepest;
}

/**
 * The index after the closing quote of the string that opens at `start`; undefined when it does not
 * close.
 */
function endOfString(text: string, start: number): number | undefined {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? undefined : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 92) {
    backslashes++;
  }
  return backslashes % 2 === 1;
}

/**
 * Where the first JSON value of a text ends (exclusive), without judging its inside; undefined
 * while it is incomplete. A bare number or word at the very end of the text counts as complete.
 */
export function endOfFirstValue(text: string, from = 0): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      const end = endOfString(text, i);
      if (end === undefined || depth === 0) {
        return end;
      }
      i = end - 1;
    } else if (code === 123 || code === 91) {
      depth++;
    } else if (code === 125 || code === 93) {
      depth--;
      if (depth <= 0) {
        return i + 1;
      }
    } else if (depth === 0 && code > 32) {
      return endOfWord(text, i);
    }
  }
  return undefined;
}

const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** A word or a number ends where it is complete: `nulll` is null, and a letter after it. */
function endOfWord(text: string, start: number): number {
  WORD.lastIndex = start;
  if (WORD.test(text)) {
    return WORD.lastIndex;
  }
  let i = start;
  while (i < text.length && !/[\s{}[\]",:]/.test(text.charAt(i))) {
    i++;
  }
  return Math.max(i, start + 1);
}

/**
 * The text of an object's member, as it stands in the text of the object; undefined when it has
 * none. Parsing and writing again would put members with names like numbers first. The object is
 * well formed; of a name that occurs twice the last counts.
 */
export function memberText(object: string, name: string): string | undefined {
  let found: string | undefined;
  let at = nextSolid(object, object.indexOf("{") + 1);
  while (object.charCodeAt(at) === 34) {
    const afterName = endOfString(object, at) ?? object.length;
    const isWanted = JSON.parse(object.slice(at, afterName)) === name;
    const start = nextSolid(object, object.indexOf(":", afterName) + 1);
    const end = endOfFirstValue(object, start) ?? object.length;
    found = isWanted ? object.slice(start, end) : found;
    const comma = nextSolid(object, end);
    at = nextSolid(object, comma + 1);
  }
  return found;
}

function nextSolid(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) {
    at++;
  }
  return at;
}

/** Any value this program wants to write: undefined members are left out. */
export type Writable =
  | null
  | undefined
  | boolean
  | string
  | number
  | bigint
  | JsonFloat
  | RawJson
  | readonly Writable[]
  | { readonly [member: string]: Writable };

/** Text that is JSON already and is written as it stands. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPED = /[<>&\u2028\u2029]/g;
const ESCAPED_ONCE = /[<>&\u2028\u2029]/;

/** A JSON string as Go writes it: `<`, `>`, `&`, U+2028 and U+2029 as escapes. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return ESCAPED_ONCE.test(quoted) ? quoted.replace(ESCAPED, escapeOf) : quoted;
}

function escapeOf(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}

/** Compact JSON text; bigint as digits. */
export function formatJson(value: Writable): string {
  if (typeof value === "string") {
    return quote(value);
  }
  if (value === null || value === undefined) {
    return "null";
  }
  if (typeof value !== "object") {
    return String(value);
  }
  if (value instanceof RawJson) {
    return value.text;
  }
  if (value instanceof JsonFloat) {
    return value.source;
  }
  if (Array.isArray(value)) {
    return `[${value.map(formatJson).join(",")}]`;
  }
  const members: string[] = [];
  for (const [name, member] of Object.entries(value as Record<string, Writable>)) {
    if (member !== undefined) {
      members.push(`${quote(name)}:${formatJson(member)}`);
    }
  }
  return `{${members.join(",")}}`;
}

/** Bytewise order of UTF-8, which is the order of code points; Go sorts the keys of maps so. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // Surrogates stand for code points above the rest of the plane.
      return (
        (x >= 0xd800 && x < 0xe000 ? x + 0x10000 : x) -
        (y >= 0xd800 && y < 0xe000 ? y + 0x10000 : y)
      );
    }
  }
  return a.length - b.length;
}

/** A map of strings with its keys sorted, as compact JSON. */
export function formatStringMap(map: Readonly<Record<string, string>>): string {
  const keys = Object.keys(map);
  if (keys.length > 1) {
    keys.sort(compareText);
  }
  return `{${keys.map((key) => `${quote(key)}:${quote(map[key] ?? "")}`).join(",")}}`;
}
