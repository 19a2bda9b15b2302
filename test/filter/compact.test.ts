import { expect, test } from "vitest";
import { compactAll, compactParams } from "../../src/filter/compact.ts";

test("a hundred values are bound one by one, more travel as one", () => {
  const params = Array.from({ length: 100 }, (_, i) => i);
  const statement = { sql: `SELECT ${params.map(() => "?").join(", ")}`, params };
  expect(compactParams(statement)).toBe(statement);
  const more = compactParams({ sql: `${statement.sql}, ?`, params: [...params, 7] });
  expect(more.params).toEqual([JSON.stringify(params)]);
  expect(more.sql).toContain("(?1 ->> 99), (?1 ->> 7)");
});

test("question marks inside quotes stay", () => {
  expect(
    compactAll({ sql: `SELECT '?', "a?", ? WHERE 'it''s ?' = ?`, params: ["x", "x"] }),
  ).toEqual({
    sql: `SELECT '?', "a?", (?1 ->> 0) WHERE 'it''s ?' = (?1 ->> 0)`,
    params: ['["x"]'],
  });
});
