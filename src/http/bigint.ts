/**
 * The amounts of an answer as JSON strings, for clients that ask with `Formance-Bigint-As-String`
 * (contract §4.7). Works on text that is JSON already; ids and everything inside strings stay.
 */
import type { App } from "./context.ts";

const YES = new Set(["true", "yes", "y", "1"]);

export function bigintAsString(c: App): boolean {
  const header = c.req.raw.headers.get("Formance-Bigint-As-String");
  return header !== null && YES.has(header.trim().toLowerCase());
}

// A string, and what makes it the name of a member that is a number.
const NUMBER_MEMBER = /"(?:[^"\\]|\\.)*"(?::(-?\d+))?/g;
const AMOUNTS = new Set(['"amount"', '"input"', '"output"', '"balance"']);

/** Metadata cannot be taken for amounts: its values are strings. */
export function amountsAsStrings(json: string): string {
  return json.replace(NUMBER_MEMBER, (text: string, number?: string) => {
    const name = number === undefined ? text : text.slice(0, -number.length - 1);
    return number !== undefined && AMOUNTS.has(name) ? `${name}:"${number}"` : text;
  });
}
