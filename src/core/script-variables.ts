/**
 * Script variables as the API takes them: JSON values become the texts that a script's variables
 * are read from, in the words Go prints them in (contract §4.3, I.1). Integers keep every digit,
 * where the original takes them through a float.
 */
import { isObject } from "./json-read.ts";
import { compareText, JsonFloat, type Json, type JsonObject } from "./json.ts";
import { err, ok, type Result } from "./result.ts";

/** The error is a sentence. Objects without a usable amount are dropped: a variable is missing. */
export function variablesFromJson(
  vars: JsonObject,
): Result<Readonly<Record<string, string>>, string> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(vars)) {
    const wrong = findWrong(value, 0);
    if (wrong !== undefined) {
      return err(`script.vars.${name}: ${wrong}`);
    }
    const text = isObject(value) ? monetaryText(value) : printed(value, plainText);
    if (text !== undefined) {
      entries.push([name, text]);
    }
  }
  return ok(Object.fromEntries(entries));
}

const QUOTED_CHARS_MAX = 40;

/** Nothing below the second level can be of use to a script. */
const DEPTH_MAX = 20;

/** Numbers that the original cannot hold are refused, however they are written. */
function findWrong(value: Json, depth: number): string | undefined {
  if (isNumber(value)) {
    const text = value instanceof JsonFloat ? value.source : String(value);
    const shown = text.slice(0, QUOTED_CHARS_MAX);
    return Number.isFinite(Number(text)) ? undefined : `${shown} is beyond the range of numbers`;
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if (depth === DEPTH_MAX) {
    return `nested too deep, the limit is ${DEPTH_MAX}`;
  }
  for (const inner of Object.values(value as object) as Json[]) {
    const found = findWrong(inner, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

type JsonNumber = number | bigint | JsonFloat;

function isNumber(value: Json | undefined): value is JsonNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof JsonFloat;
}

/** `{asset, amount}`. A fraction of an amount is cut off. */
function monetaryText(value: JsonObject): string | undefined {
  const amount = value["amount"];
  if (typeof amount !== "string" && !isNumber(amount)) {
    return undefined;
  }
  const digits = typeof amount === "string" ? amount : integerText(amount);
  return `${printed(value["asset"] ?? null, verbText)} ${digits}`;
}

function integerText(number: JsonNumber): string {
  return number instanceof JsonFloat
    ? String(BigInt(Math.trunc(Number(number.source))))
    : String(number);
}

/** Go's text of a value, given that of what is neither text, list nor map. */
function printed(value: Json, leaf: (value: null | boolean | JsonNumber) => string): string {
  if (typeof value === "string") {
    return value;
  }
  if (value === null || typeof value === "boolean" || isNumber(value)) {
    return leaf(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: Json) => printed(item, leaf)).join(" ")}]`;
  }
  const members = Object.entries(value as JsonObject).toSorted(([a], [b]) => compareText(a, b));
  return `map[${members.map(([name, member]) => `${name}:${printed(member, leaf)}`).join(" ")}]`;
}

/** Go's `%v`. */
function plainText(value: null | boolean | JsonNumber): string {
  if (value === null) {
    return "<nil>";
  }
  return isNumber(value) ? numberText(value) : String(value);
}

/** Go's `%s`, which complains of what is no text. */
function verbText(value: null | boolean | JsonNumber): string {
  if (value === null) {
    return "%!s(<nil>)";
  }
  return isNumber(value) ? `%!s(float64=${numberText(value)})` : `%!s(bool=${value})`;
}

/** Whole numbers as digits, however they are written; others as Go prints a float. */
function numberText(number: JsonNumber): string {
  if (!(number instanceof JsonFloat)) {
    return String(number);
  }
  const float = Number(number.source);
  return Number.isInteger(float) ? String(BigInt(float)) : floatText(float);
}

/** The fewest digits that tell the float, with an exponent below 1e-4 and from 1e6 on. */
function floatText(float: number): string {
  const [digits = "", exponent = "0"] = float.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return String(float);
  }
  const sign = power < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}
