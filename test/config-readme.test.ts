/**
 * The README's table of variables against the program's.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SETTINGS } from "../src/core/config.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const README = readFileSync(join(HERE, "..", "README.md"), "utf8");
const TABLE = /## Configuration[^]*?\n## /.exec(README)?.[0] ?? "";

test("every variable is told, and no other", () => {
  const told = [...TABLE.matchAll(/`([A-Z][A-Z_]{5,})`/g)].map((match) => match[1] ?? "");
  const known = Object.values(SETTINGS).map(({ name }) => name);
  expect(told.toSorted()).toEqual([...known].toSorted());
});

test("defaults are told as they are", () => {
  const rows = new Map(
    [...TABLE.matchAll(/^\| `([A-Z_]+)` \| `?([^`|]*?)`? \|/gm)].map(([, name, fallback]) => {
      return [name, fallback] as const;
    }),
  );
  const single = Object.values(SETTINGS).filter(({ name }) => rows.has(name));
  expect(single.length).toBeGreaterThan(10);
  expect(single.map(({ name }) => `${name} ${rows.get(name)}`)).toEqual(
    single.map(({ name, fallback }) => `${name} ${fallback}`),
  );
});
