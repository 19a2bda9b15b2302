/**
 * Looking into JSON as Go's decoder does where clients can see it (contract §1.1.5): members are
 * found in any case, and the last of several counts.
 */
import { JsonFloat, type Json, type JsonObject } from "./json.ts";

export function isObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonFloat)
  );
}

/** What a JSON value is, in words for a client. */
export function kindOf(value: Json): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  if (typeof value === "bigint" || value instanceof JsonFloat) {
    return "number";
  }
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** A member by its name in any case; of several spellings the last counts. */
export function member(object: JsonObject, name: string): Json | undefined {
  let found: Json | undefined;
  for (const key of Object.keys(object)) {
    if (key === name || (key.length === name.length && key.toLowerCase() === name.toLowerCase())) {
      found = object[key];
    }
  }
  return found;
}
