/**
 * Reading the JSON of a schema: what has the wrong type is told by its place and kind. Names match
 * in any case, and null counts as absent (contract §1.1.5).
 */
import type { Json, JsonObject } from "../core/json.ts";
import { isObject, kindOf, member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";

type Read<T> = Result<T, string>;

export function wrongKind(value: Json, field: string, type: string): string {
  return `${field} must be ${type}, got ${kindOf(value)}`;
}

function mismatch(value: Json, field: string, type: string): Read<never> {
  return err(`invalid JSON: ${wrongKind(value, field, type)}`);
}

/** A text member; "" when absent. */
export function textMember(object: JsonObject, name: string, field: string): Read<string> {
  const value = member(object, name) ?? "";
  return typeof value === "string" ? ok(value) : mismatch(value, `${field}.${name}`, "a string");
}

/** A map of objects by name, in the order of the text. */
export function readEntries<T>(
  json: Json,
  field: string,
  readEntry: (object: JsonObject, field: string) => Read<T>,
): Read<ReadonlyMap<string, T>> {
  const entries = new Map<string, T>();
  if (json === null) {
    return ok(entries);
  }
  if (!isObject(json)) {
    return mismatch(json, field, "an object");
  }
  for (const [name, value] of Object.entries(json)) {
    const place = `${field}[${JSON.stringify(name)}]`;
    if (value !== null && !isObject(value)) {
      return mismatch(value, place, "an object");
    }
    const entry = readEntry(value ?? {}, place);
    if (!entry.ok) {
      return entry;
    }
    entries.set(name, entry.value);
  }
  return ok(entries);
}
