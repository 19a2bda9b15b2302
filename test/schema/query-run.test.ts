import { describe, expect, test } from "vitest";
import { parseJson, type Json, type JsonObject } from "../../src/core/json.ts";
import { resolveQuery } from "../../src/schema/query-run.ts";
import { compileSchema } from "../../src/schema/schema.ts";

function json(text: string): Json {
  const parsed = parseJson(text);
  expect(parsed).toMatchObject({ ok: true });
  return parsed.ok ? parsed.value : null;
}

/** Runs a template, both written as JSON. */
function run(query: string, params: string, vars = "{}") {
  const schema = compileSchema("v1", `{"chart":{},"queries":{"Q":${query}}}`);
  const template = schema.queries.get("Q");
  if (template === undefined) {
    throw new Error("the query is there");
  }
  return resolveQuery(template, { params: json(params), vars: json(vars) as JsonObject });
}

const EARLY = "2023-01-01T00:00:00.000000Z";
const LATE = "2024-01-01T00:00:00.000000Z";

const VOLUMES = `{"resource":"volumes","params":{"pageSize":5,"sort":"account:desc",
  "expand":["volumes"],"startTime":"${EARLY}","endTime":"${LATE}",
  "groupBy":2,"insertionDate":true}}`;

describe("parameters: the call's over the template's", () => {
  test.each([
    ["null", { pageSize: 5, startTime: EARLY, endTime: LATE, expand: ["volumes"] }],
    ["null", { column: "account", order: "desc", groupBy: 2, insertionDate: true }],
    // Given at all, it resets the dates, the expansions and the page size.
    ["{}", { pageSize: undefined, startTime: undefined, endTime: undefined, expand: [] }],
    ["{}", { column: "account", order: "desc", groupBy: 2, insertionDate: true }],
    ['{"pageSize":3}', { pageSize: 3, endTime: undefined, expand: [], groupBy: 2 }],
    ['{"pageSize":0}', { pageSize: undefined }],
    ['{"pageSize":18446744073709551615}', { pageSize: 2 ** 64 }],
    ['{"sort":"account"}', { column: "account", order: "desc" }],
    ['{"sort":"account:ASC"}', { column: "account", order: "asc" }],
    ['{"sort":"firstUsage:asc"}', { column: "first_usage", order: "asc" }],
    ['{"groupBy":-1,"insertionDate":false}', { groupBy: -1, insertionDate: false }],
    ['{"groupBy":null,"sort":null,"expand":null}', { groupBy: 2, column: "account", expand: [] }],
    ['{"endTime":"0001-01-01T00:00:00Z"}', { endTime: undefined }],
    ['{"unknown":1}', { pageSize: undefined, column: "account" }],
  ])("%s gives %j", (params, expected) => {
    expect(run(VOLUMES, params)).toMatchObject({ ok: true, value: { params: expected } });
  });

  test("what only volumes know is not looked at elsewhere", () => {
    const accounts = '{"resource":"accounts"}';
    expect(run(accounts, '{"groupBy":"x","insertionDate":7}')).toMatchObject({
      ok: true,
      value: { resource: "accounts", params: { groupBy: undefined, insertionDate: undefined } },
    });
  });

  test.each([
    ["[]", "params must be an object, got array"],
    ['"x"', "params must be an object, got string"],
    ['{"pageSize":"x"}', "pageSize must be a whole number of 64 bits"],
    ['{"pageSize":-0}', "pageSize must be a whole number of 64 bits"],
    ['{"pageSize":1.0}', "pageSize must be a whole number of 64 bits"],
    ['{"pageSize":18446744073709551616}', "pageSize must be a whole number of 64 bits"],
    ['{"sort":"account:sideways"}', "invalid order: sideways"],
    ['{"sort":1}', "sort must be a string, got number"],
    ['{"expand":"volumes"}', "expand must be a list of strings"],
    ['{"endTime":"yesterday"}', "endTime must be an RFC 3339 date"],
    ['{"startTime":7}', "startTime must be an RFC 3339 date"],
    ['{"groupBy":1.5}', "groupBy must be an integer, got number"],
    ['{"insertionDate":"yes"}', "insertionDate must be a boolean, got string"],
  ])("%s is refused", (params, error) => {
    expect(run(VOLUMES, params)).toEqual({ ok: false, error });
  });
});

const FILTERED = `{"resource":"transactions",
  "vars":{"s":"string","n":{"type":"int","default":2},"b":{"type":"boolean","default":false},
    "d":{"type":"date","default":"2023-01-01T00:00:00Z"},"unused":"int"},
  "body":{"$and":[{"$match":{"account":"users:$s"}},{"$gte":{"id":"\${n}"}},
    {"$match":{"reverted":"\${b}"}},{"$lt":{"timestamp":"\${d}"}}]}}`;

function filterOf(s: string, n: Json, b: Json, d: string) {
  return {
    $and: [
      { $match: { account: s } },
      { $gte: { id: n } },
      { $match: { reverted: b } },
      { $lt: { timestamp: d } },
    ],
  };
}

describe("variables: the call's over their defaults", () => {
  const date = "2023-01-01T00:00:00Z";

  test.each<[string, object]>([
    ['{"s":"1"}', filterOf("users:1", 2, false, date)],
    ['{"s":"","n":3,"b":true,"more":[]}', filterOf("users:", 3, true, date)],
    [
      '{"s":"1","n":-123456789012345678901234567890}',
      filterOf("users:1", -123456789012345678901234567890n, false, date),
    ],
    ['{"s":"1","unused":null}', filterOf("users:1", 2, false, date)],
    [
      '{"s":"$n","d":"2024-01-01T00:00:00+04:00"}',
      filterOf("users:$n", 2, false, "2024-01-01T00:00:00+04:00"),
    ],
  ])("%s", (vars, filter) => {
    expect(run(FILTERED, "null", vars)).toMatchObject({ ok: true, value: { filter } });
  });

  test.each([
    ["{}", "invalid filter on key account: missing variable: s"],
    ['{"S":"1"}', "invalid filter on key account: missing variable: s"],
    ['{"s":null}', "invalid filter on key account: unexpected variable type: <nil>"],
    ['{"s":"1","n":null}', "invalid filter on key id: unexpected variable type: <nil>"],
    ['{"s":1}', "invalid variable `s`: invalid value `1` for type `string`"],
    ['{"s":["x"]}', "invalid variable `s`: invalid value `array` for type `string`"],
    ['{"s":"1","n":1.5}', "invalid variable `n`: invalid value `1.5` for type `int`"],
    ['{"s":"1","n":"1"}', 'invalid variable `n`: invalid value `"1"` for type `int`'],
    ['{"s":"1","b":1}', "invalid variable `b`: invalid value `1` for type `boolean`"],
    ['{"s":"1","d":"soon"}', 'invalid variable `d`: invalid value `"soon"` for type `date`'],
    ['{"s":"1","unused":"x"}', 'invalid variable `unused`: invalid value `"x"` for type `int`'],
  ])("%s is refused", (vars, error) => {
    const resolved = run(FILTERED, "null", vars);
    expect(resolved.ok ? "" : resolved.error).toContain(error);
  });

  test("a template without a filter lists everything", () => {
    expect(run('{"resource":"logs","body":{}}', "null")).toMatchObject({
      ok: true,
      value: { filter: undefined },
    });
  });
});
