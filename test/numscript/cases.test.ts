/**
 * The language by example: every script of cases/ in both runtimes.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCases, runCase } from "./run-case.ts";

const FOLDER = join(import.meta.dirname, "cases");

for (const file of readdirSync(FOLDER)) {
  const cases = readCases(readFileSync(join(FOLDER, file), "utf8"));

  describe(`${file}:`, () => {
    test.each(cases.map((given) => [given.title, given] as const))("%s", (_title, given) => {
      expect([...given.expected.keys()]).toEqual(["machine", "experimental-interpreter"]);
      for (const [runtime, expected] of given.expected) {
        const actual = runCase(given, runtime);
        expect(meets(expected, actual) ? expected : actual).toBe(expected);
      }
    });
  });
}

/** Of an error, the code and a part of the message are expected. */
function meets(expected: string, actual: string): boolean {
  const [, code, part = ""] = /^error (\S+) ?(.*)$/.exec(expected) ?? [];
  return code === undefined
    ? actual === expected
    : actual.startsWith(`error ${code} `) && actual.includes(part);
}
