/** Schedules with seconds: what they are, and when they come round next. */
import { expect, test } from "vitest";
import { nextInstant, parseSchedule } from "../../src/core/schedule.ts";

function next(text: string, from: string): string | undefined {
  const schedule = parseSchedule(text);
  const at = schedule && nextInstant(schedule, Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString();
}

test.each([
  ["0 0 * * * *", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00.000Z"],
  ["0 0 * * * *", "2024-01-01T10:00:00.001Z", "2024-01-01T11:00:00.000Z"],
  ["30 */15 * * * *", "2024-01-01T10:45:31Z", "2024-01-01T11:00:30.000Z"],
  ["0 0 0 29 2 *", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["0 0 12 * * 1-5", "2024-01-06T00:00:00Z", "2024-01-08T12:00:00.000Z"],
  ["0 0 0 13 * 5", "2024-01-01T00:00:00Z", "2024-01-05T00:00:00.000Z"],
])("%s from %s", (text, from, expected) => {
  expect(next(text, from)).toBe(expected);
});

test("the thirty-first of February never comes", () => {
  expect(next("0 0 0 31 2 *", "2024-01-01T00:00:00Z")).toBeUndefined();
});

test.each([
  "",
  "* * * * *",
  "60 * * * * *",
  "* * 24 * * *",
  "* * * 0 * *",
  "5-2 * * * * *",
  "*/0 * * * * *",
])("%j is no schedule", (text) => {
  expect(parseSchedule(text)).toBeUndefined();
});
