/**
 * Takes a JSON object apart without reading its values: kept logs are texts, and answers show parts
 * of them as they stand. Only for text that this program wrote or has parsed before.
 */
import { endOfFirstValue } from "./json.ts";

/** Name → the text of its value. Of several members with one name the last counts. */
export function rawMembers(object: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = object.indexOf('"');
  while (at !== -1) {
    const nameEnd = endOfFirstValue(object, at) ?? object.length;
    const value = object.indexOf(":", nameEnd) + 1;
    const valueEnd = endOfFirstValue(object, value) ?? object.length;
    members.set(stringIn(object.slice(at, nameEnd)), object.slice(value, valueEnd));
    at = object.indexOf('"', valueEnd);
  }
  return members;
}

function stringIn(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
