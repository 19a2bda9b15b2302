/**
 * How the model writes: JSON in the style of Go's encoder, instants as text, SHA-256. Written from
 * the contract alone, without a look at how the ledger does it.
 */
import { createHash } from "node:crypto";

/** An object whose members are written in the order given; undefined ones are left out. */
export class Members {
  readonly list: readonly (readonly [name: string, value: Value | undefined])[];
  constructor(list: Iterable<readonly [string, Value | undefined]>) {
    this.list = [...list];
  }
}

export type Value = null | boolean | string | number | bigint | readonly Value[] | Members;

export function members(object: Readonly<Record<string, Value | undefined>>): Members {
  return new Members(Object.entries(object));
}

/** A map whose keys are written in the order of their UTF-8 bytes. */
export function sorted<T>(map: Iterable<readonly [string, T]>, value: (item: T) => Value): Members {
  const entries = [...map].map(([key, item]) => [key, value(item)] as const);
  return new Members(entries.toSorted(([a], [b]) => compareBytes(a, b)));
}

export function compareBytes(a: string, b: string): number {
  const x = new TextEncoder().encode(a);
  const y = new TextEncoder().encode(b);
  const at = x.findIndex((byte, index) => byte !== y[index]);
  return at === -1 ? x.length - y.length : (x[at] ?? 0) - (y[at] ?? -1);
}

export function writeJson(value: Value): string {
  if (typeof value === "string") {
    return `"${Array.from(value, escaped).join("")}"`;
  }
  if (value instanceof Members) {
    const written = value.list.flatMap(([name, member]) => {
      return member === undefined ? [] : [`${writeJson(name)}:${writeJson(member)}`];
    });
    return `{${written.join(",")}}`;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: Value) => writeJson(item)).join(",")}]`;
  }
  return String(value);
}

const SHORT = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isUnsafe = code < 32 || "<>&\u2028\u2029".includes(character);
  const long = isUnsafe ? `\\u${code.toString(16).padStart(4, "0")}` : character;
  return SHORT.get(character) ?? long;
}

export function sha256(text: string, encoding: "base64" | "base64url"): string {
  const digest = createHash("sha256").update(text).digest("base64");
  return encoding === "base64" ? digest : digest.replace(/\+/g, "-").replace(/\//g, "_");
}

/** Instants are microseconds since 1970 here. */
export type Micros = bigint;

/** Reads the fixed form of an instant, `2024-01-31T23:59:59.123456Z`. */
export function readInstant(text: string): Micros {
  const [seconds = "", fraction = ""] = text.slice(0, -1).split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction);
}

export function fixedInstant(micros: Micros): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(fraction).padStart(6, "0")}Z`;
}

export function wireInstant(micros: Micros): string {
  return fixedInstant(micros).replace(/\.?0+Z$/, "Z");
}
