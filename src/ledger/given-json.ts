/**
 * Reading members of JSON that others wrote, where the first thing that is wrong decides: readers
 * note it and give a stand-in, so that a shape is read in one go and judged at its end.
 */
import { isObject, kindOf, member } from "../core/json-read.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { parseTimestamp, ZERO_TIME, type Timestamp } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";

const NOTHING: JsonObject = {};

export class GivenJson {
  /** A sentence about the first fault; undefined while there is none. */
  fault: string | undefined;

  refuse(fault: string): void {
    this.fault ??= fault;
  }

  #mismatch(name: string, type: string, value: Json | undefined): void {
    const got = value === undefined ? "nothing" : kindOf(value);
    this.refuse(`${name} must be ${type}, got ${got}`);
  }

  /** An object that must be there. */
  object(parent: JsonObject, name: string): JsonObject {
    const value = member(parent, name);
    if (isObject(value)) {
      return value;
    }
    this.#mismatch(name, "an object", value);
    return NOTHING;
  }

  /** An object; undefined when it is absent or null. */
  optionalObject(parent: JsonObject, name: string): JsonObject | undefined {
    return (member(parent, name) ?? null) === null ? undefined : this.object(parent, name);
  }

  list(parent: JsonObject, name: string): readonly Json[] {
    const value = member(parent, name);
    if (Array.isArray(value)) {
      return value as readonly Json[];
    }
    this.#mismatch(name, "an array", value);
    return [];
  }

  /** A text; "" when it is absent or null. */
  text(parent: JsonObject, name: string): string {
    const value = member(parent, name) ?? "";
    if (typeof value === "string") {
      return value;
    }
    this.#mismatch(name, "a string", value);
    return "";
  }

  /** A number of the kind that ids are; it must be there. */
  id(parent: JsonObject, name: string): number {
    const value = member(parent, name);
    if (typeof value === "number" && value >= 0) {
      return value;
    }
    this.#mismatch(name, "an unsigned integer", value);
    return 0;
  }

  /** An integer of any size; it must be there. */
  amount(parent: JsonObject, name: string): bigint {
    const value = member(parent, name);
    if (typeof value === "number" || typeof value === "bigint") {
      return BigInt(value);
    }
    this.#mismatch(name, "an integer", value);
    return 0n;
  }

  /** A date; undefined when it is absent, null or Go's zero time. */
  date(parent: JsonObject, name: string): Timestamp | undefined {
    const text = this.text(parent, name);
    const date = text === "" ? ZERO_TIME : parseTimestamp(text);
    if (date === undefined) {
      this.refuse(`${name} must be an RFC 3339 date`);
    }
    return date === ZERO_TIME ? undefined : date;
  }

  /** A map of strings; undefined when it is absent or null. */
  metadata(parent: JsonObject, name: string): Metadata | undefined {
    const value = member(parent, name) ?? null;
    return value === null ? undefined : this.stringMap(value, name);
  }

  /** A map of strings, in which null is ""; null for the whole is an empty one. */
  stringMap(map: Json, name: string): Metadata {
    const entries = this.entries(map, name).map(([key, value]) => {
      if (value !== null && typeof value !== "string") {
        this.#mismatch(`${name}[${JSON.stringify(key)}]`, "a string", value);
      }
      return [key, typeof value === "string" ? value : ""] as const;
    });
    return Object.fromEntries(entries);
  }

  /** The entries of a map whose names are data; null is an empty map. */
  entries(map: Json, name: string): readonly (readonly [string, Json])[] {
    if (map !== null && !isObject(map)) {
      this.#mismatch(name, "an object", map);
      return [];
    }
    return Object.entries(map ?? NOTHING);
  }
}
