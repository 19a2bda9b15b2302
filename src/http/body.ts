/**
 * Reading bodies: bounded, strictly UTF-8, lossless, and with Go's leniency where clients can see
 * it (contract §1.1.5): unknown members are ignored, names match in any case, null counts as
 * absent.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { parseJson, type Json, type JsonObject } from "../core/json.ts";
import { isObject, kindOf, member } from "../core/json-read.ts";
import { BODY_BYTES_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Metadata } from "../core/transaction.ts";
import type { App } from "./context.ts";
import { mayRepeat, parseRepeated } from "./repeated-members.ts";

type Read<T> = Result<T, LedgerError>;

/** The whole body as text; "" when there is none. Over the limit: 413 that names it. */
export async function readText(c: App, limit = BODY_BYTES_MAX): Promise<Read<string>> {
  const request = c.req.raw;
  if (request.body === null) {
    return ok("");
  }
  const declared = request.headers.get("Content-Length");
  const isBounded = declared !== null && Number(declared) <= limit;
  const bytes = isBounded
    ? await request.arrayBuffer()
    : await readChunks(request.body as ReadableStream<Uint8Array>, limit);
  return bytes === undefined ? err(tooLarge(limit)) : decodeUtf8(bytes);
}

function tooLarge(limit: number): LedgerError {
  const message = `request body is too large: the limit is ${limit} bytes`;
  return { code: "VALIDATION", message, status: 413 };
}

/** How much of a body above the limit is read and thrown away, in limits. */
const DRAINED = 4;

/**
 * A body of unknown length; undefined when it passes the limit. Some of the rest is read, because a
 * client that is still sending when the line closes never hears why.
 */
async function readChunks(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length <= limit) {
      chunks.push(chunk);
    } else if (length > DRAINED * limit) {
      break;
    }
  }
  if (length > limit) {
    return undefined;
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

const BYTE_ORDER_MARK = "\u{feff}";

function decodeUtf8(bytes: ArrayBuffer | Uint8Array): Read<string> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith(BYTE_ORDER_MARK)
      ? err(validation("invalid JSON: the body starts with a byte order mark"))
      : ok(text);
  } catch {
    return err(validation("the body is not valid UTF-8"));
  }
}

/** The first JSON value of the body. An empty body is an error, `EOF`. */
export async function readJson(c: App): Promise<Read<Json>> {
  const text = await readText(c);
  return text.ok ? parseText(text.value) : text;
}

/** The JSON object of the body; null stands for an empty one. */
export async function readObject(c: App): Promise<Read<JsonObject>> {
  const body = await readJson(c);
  return body.ok ? asObject(body.value, "the body") : body;
}

// The character NUL as an escape; unescaped, it is no JSON.
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** The character NUL is refused wherever it stands: no name, reference or value may hold it. */
export function parseText(text: string): Read<Json> {
  if (text.includes("\\u0000") && NUL.test(text)) {
    return err(validation("invalid JSON: the character NUL is not allowed"));
  }
  const parsed = parseJson(text);
  if (!parsed.ok) {
    return err(validation(parsed.error));
  }
  return mayRepeat(text) ? ok(parseRepeated(text) ?? parsed.value) : parsed;
}

function mismatch(value: Json, field: string, type: string): { ok: false; error: LedgerError } {
  return err(validation(`invalid JSON: ${field} must be ${type}, got ${kindOf(value)}`));
}

export function asObject(value: Json, field: string): Read<JsonObject> {
  if (value === null) {
    return ok({});
  }
  return isObject(value) ? ok(value) : mismatch(value, field, "an object");
}

/** A text member; absent and null are undefined. */
export function textMember(object: JsonObject, name: string): Read<string | undefined> {
  const value = member(object, name) ?? undefined;
  return value === undefined || typeof value === "string"
    ? ok(value)
    : mismatch(value, name, "a string");
}

/** A boolean member; absent and null are false. */
export function flagMember(object: JsonObject, name: string): Read<boolean> {
  const value = member(object, name) ?? false;
  return typeof value === "boolean" ? ok(value) : mismatch(value, name, "a boolean");
}

/** An object member; absent and null are undefined. */
export function objectMember(object: JsonObject, name: string): Read<JsonObject | undefined> {
  const value = member(object, name) ?? undefined;
  return value === undefined || isObject(value) ? ok(value) : mismatch(value, name, "an object");
}

/** A list member; absent and null are undefined. */
export function listMember(object: JsonObject, name: string): Read<readonly Json[] | undefined> {
  const value = member(object, name) ?? undefined;
  return value === undefined || Array.isArray(value)
    ? ok(value as readonly Json[] | undefined)
    : mismatch(value, name, "an array");
}

/** A map of strings; null as a value is "". Null for the whole is undefined. */
export function asStringMap(value: Json, field: string): Read<Metadata | undefined> {
  if (value === null) {
    return ok(undefined);
  }
  if (!isObject(value)) {
    return mismatch(value, field, "an object of strings");
  }
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && typeof item !== "string") {
      return mismatch(item, `${field}[${JSON.stringify(key)}]`, "a string");
    }
    entries.push([key, item ?? ""]);
  }
  return ok(Object.fromEntries(entries));
}

export function stringMapMember(object: JsonObject, name: string): Read<Metadata | undefined> {
  const value = member(object, name);
  return value === undefined ? ok(undefined) : asStringMap(value, name);
}
