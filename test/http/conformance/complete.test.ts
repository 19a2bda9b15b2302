/** The table of README.md against the tests: every scenario has a test or a reason to have none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = import.meta.dirname;

/** "1, 3 and 5 to 7" → 1, 3, 5, 6, 7. */
function numbersOf(words: string): readonly number[] {
  return words.split(/,| and /).flatMap((part) => {
    const [first = 0, last = first] = part.split(" to ").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The numbers at the head of tests, or of rows of tests, below a `describe` of this name. */
function testedIn(file: string, name: string): readonly number[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const blocks = text.split(/^describe/m).filter((block) => {
    return /\(\s*"(\w+)/.exec(block)?.[1] === name;
  });
  const heads = /\(\s*"(\d[\d, andto]*):|\[\s*"(\d+)",/g;
  return blocks.flatMap((block) =>
    [...block.matchAll(heads)].flatMap(([, head, row]) => numbersOf(head ?? row ?? "")),
  );
}

const ROW = /^\| (\w+) \| (\d+) \| (.*?) ?\| (.*?) ?\|$/gm;
const ROWS = [...readFileSync(join(FOLDER, "README.md"), "utf8").matchAll(ROW)].map((row) => {
  const [, name = "", count = "", tests = "", leftOut = ""] = row;
  const files = [...tests.matchAll(/\(([\w.-]+)\)/g)].map(([, file = ""]) => file);
  const excused = /^[\d, andto]+(?=:)/.exec(leftOut)?.[0];
  return { name, count: Number(count), files, excused };
});

test.each(ROWS)("every scenario of $name has its test", ({ name, count, files, excused }) => {
  const tested = files.flatMap((file) => testedIn(file, name));
  const known = new Set([...tested, ...(excused === undefined ? [] : numbersOf(excused))]);
  expect([...known].toSorted((a, b) => a - b)).toEqual(numbersOf(`1 to ${count}`));
});

test("the table has every file of the original", () => {
  expect(ROWS.length).toBe(39);
});
