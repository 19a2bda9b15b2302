/**
 * Script variables as the API takes them: JSON values become the texts that a script's variables
 * are read from (contract §4.3, I.1). Numbers keep every digit.
 */
import { formatJson, JsonFloat, type Json, type JsonObject } from "./json.ts";
import { ok, type Result } from "./result.ts";

/** Objects without a usable amount are dropped, so that the script misses the variable. */
export function variablesFromJson(
  vars: JsonObject,
): Result<Readonly<Record<string, string>>, string> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(vars)) {
    const text = isObject(value) ? monetaryText(value) : textOf(value);
    if (text !== undefined) {
      entries.push([name, text]);
    }
  }
  return ok(Object.fromEntries(entries));
}

function isObject(value: Json): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonFloat)
  );
}

/** `{asset, amount}`; a missing asset reads as Go writes a missing value. */
function monetaryText(value: JsonObject): string | undefined {
  const amount = value["amount"];
  if (typeof amount !== "string" && typeof amount !== "number" && typeof amount !== "bigint") {
    return undefined;
  }
  const asset = value["asset"] ?? "%!s(<nil>)";
  return `${textOf(asset)} ${amount}`;
}

function textOf(value: Json): string {
  if (typeof value === "string") {
    return value;
  }
  if (value === null) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => textOf(item as Json)).join(" ")}]`;
  }
  return formatJson(value);
}
