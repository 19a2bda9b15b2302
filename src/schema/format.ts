/**
 * JSON objects whose members are sorted as Go sorts maps. They are put together as text: a
 * JavaScript object would move names that look like numbers to its front.
 */
import { compareText, quote } from "../core/json.ts";

export type Member = readonly [name: string, json: string];

export function formatMembers(members: readonly Member[]): string {
  const sorted = members.toSorted(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([name, json]) => `${quote(name)}:${json}`).join(",")}}`;
}
