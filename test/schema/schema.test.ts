import { describe, expect, test } from "vitest";
import { parseJson, type JsonObject } from "../../src/core/json.ts";
import { fingerprint } from "../../src/engine/fingerprint.ts";
import { compileSchema, readSchema } from "../../src/schema/schema.ts";

/** The data as it is logged, or what is wrong with it. */
function read(text: string): string {
  const body = parseJson(text);
  expect(body).toMatchObject({ ok: true });
  const schema = readSchema((body.ok ? body.value : {}) as JsonObject, "machine");
  return schema.ok ? schema.value : schema.error;
}

/** The same of a schema with one query, whose other members stay as they are. */
function readQuery(query: string): string {
  return read(`{"chart":{},"queries":{"Q":${query}}}`);
}

const CREATING = "unexpected error while forging log: creating schema: invalid schema: ";

describe("schema data", () => {
  test.each([
    ['{"chart":null}', '{"chart":{}}'],
    ['{"chart":{},"version":"x","createdAt":1,"more":[]}', '{"chart":{}}'],
    ['{"CHART":{"a":{}},"Transactions":{},"queries":null}', '{"chart":{"a":{}}}'],
    ['{"transactions":null,"chart":{"a":null}}', '{"chart":{"a":{}}}'],
  ])("%s", (text, data) => {
    expect(read(text)).toBe(data);
    expect(read(data)).toBe(data);
  });

  test.each([
    ["{}", `${CREATING}missing chart of accounts`],
    ['{"transactions":{"A":{"script":""}}}', `${CREATING}missing chart of accounts`],
    ['{"chart":[],"transactions":1}', "invalid JSON: chart must be an object, got array"],
    ['{"chart":{},"transactions":1}', "invalid JSON: transactions must be an object, got number"],
    [
      '{"chart":{},"transactions":{"A":true}}',
      'invalid JSON: transactions["A"] must be an object, got bool',
    ],
    [
      '{"chart":{},"transactions":{"A":{"script":1}}}',
      'invalid JSON: transactions["A"].script must be a string, got number',
    ],
    [
      '{"chart":{},"transactions":{"A":{"runtime":"other"}}}',
      `${CREATING}unexpected runtime \`other\`: ` +
        "should be `machine` or `experimental-interpreter`",
    ],
    ['{"chart":{},"queries":[]}', "invalid JSON: queries must be an object, got array"],
  ])("%s is refused", (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  test("faults of the JSON come before those of the schema, and charts before templates", () => {
    const both = '{"chart":{"$x":{}},"queries":{"Q":{"resource":1}}}';
    expect(read(both)).toContain("root cannot have a variable segment");
    expect(read('{"queries":{"Q":{"resource":1}}}')).toContain("resource must be a string");
    expect(read('{"chart":{},"queries":{"Q":{}},"transactions":{"A":{"runtime":"x"}}}')).toContain(
      "unexpected runtime",
    );
  });

  // As the original computed them.
  test.each([
    ["v3.0.0", '{"chart":{}}', "jfmgSdnZpRruPvMSQ-M2Mq2YfZX75xkBhd1I1FeVboE="],
    ["v1", '{"chart":{"world":{}}}', "ecWqF5cD6XzHkOkhX2TW_Jhk2appHi_JhyLQefRNdfA="],
  ])("the fingerprint of %s %s", (version, text, hash) => {
    expect(fingerprint({ kind: "insert-schema", version, data: read(text) })).toBe(hash);
  });
});

describe("query templates come back in their normal form", () => {
  test.each([
    ['{"resource":"accounts"}', '{"resource":"accounts"}'],
    [
      '{"resource":"accounts","body":{},"vars":{},"params":{},"description":"d"}',
      '{"description":"d","resource":"accounts","params":{},"body":{}}',
    ],
    [
      '{"resource":"accounts","params":null,"vars":null,"body":null,"description":null}',
      '{"resource":"accounts","params":null,"body":null}',
    ],
    [
      '{"Resource":"logs","PARAMS":{"sort":"date"},"extra":1}',
      '{"resource":"logs","params":{"sort":"date"}}',
    ],
    [
      '{"resource":"volumes","params":{"groupBy":2,"insertionDate":true,"sort":"account:desc",' +
        '"pageSize":5,"startTime":"2023-01-01T00:00:00Z","endTime":"2024-01-01T00:00:00+02:00"}}',
      '{"resource":"volumes","params":{"groupBy":2,"insertionDate":true,"sort":"account:desc",' +
        '"pageSize":5,"startTime":"2023-01-01T00:00:00Z","endTime":"2024-01-01T00:00:00+02:00"}}',
    ],
    [
      '{"resource":"transactions","params":{"sort":"insertedAt:DESC","expand":["x"]},' +
        '"vars":{"b":"string","a":{"type":"int","default":123456789012345678901234567890}},' +
        '"body":{"$or":[{"$match":{"source":"$b"}},{"$lt":{"id":"${a}"}}]}}',
      '{"resource":"transactions","params":{"sort":"insertedAt:DESC","expand":["x"]},' +
        '"vars":{"a":{"type":"int","default":123456789012345678901234567890},' +
        '"b":{"type":"string"}},' +
        '"body":{"$or":[{"$match":{"source":"$b"}},{"$lt":{"id":"${a}"}}]}}',
    ],
    [
      '{"resource":"accounts","vars":{"a":{"type":"string","default":null},' +
        '"b":{"type":"boolean","default":false},' +
        '"d":{"type":"date","default":"2023-01-01T00:00:00Z"}}}',
      '{"resource":"accounts","vars":{"a":{"type":"string"},' +
        '"b":{"type":"boolean","default":false},' +
        '"d":{"type":"date","default":"2023-01-01T00:00:00Z"}}}',
    ],
  ])("%s", (text, normal) => {
    expect(readQuery(text)).toBe(`{"chart":{},"queries":{"Q":${normal}}}`);
    expect(readQuery(normal)).toBe(`{"chart":{},"queries":{"Q":${normal}}}`);
  });

  test("by name, whatever the name", () => {
    const query = '{"resource":"logs"}';
    const text = `{"chart":{},"queries":{"b":${query},"":${query},"10":${query},"9":${query}}}`;
    const normal = `{"chart":{},"queries":{"":${query},"10":${query},"9":${query},"b":${query}}}`;
    expect(read(text)).toBe(normal);
  });
});

describe("query templates that are refused", () => {
  test.each([
    ["null", `${CREATING}unknown resource kind: `],
    ['{"resource":"ledgers"}', `${CREATING}unknown resource kind: ledgers`],
    ['{"resource":true}', 'invalid JSON: queries["Q"].resource must be a string, got bool'],
    [
      '{"resource":"accounts","vars":{"a":1}}',
      'invalid JSON: queries["Q"].vars["a"] must be an object, got number',
    ],
    ['{"resource":"accounts","vars":{"a":"text"}}', 'queries["Q"].vars["a"]: unknown type `text`'],
    [
      '{"resource":"accounts","params":[]}',
      `${CREATING}invalid params: params must be an object, got array`,
    ],
    [
      '{"resource":"accounts","params":{"groupBy":1}}',
      `${CREATING}invalid params: unknown field: \`groupBy\``,
    ],
    [
      '{"resource":"accounts","params":{"sort":"metadata"}}',
      `${CREATING}invalid params: invalid sort column \`metadata\``,
    ],
    [
      '{"resource":"volumes","params":{"sort":"asset"}}',
      `${CREATING}invalid params: invalid sort column \`asset\``,
    ],
    [
      '{"resource":"accounts","params":{"sort":":asc"}}',
      `${CREATING}invalid params: invalid sort column: ":asc"`,
    ],
    [
      '{"resource":"accounts","params":{"sort":"address:up"}}',
      `${CREATING}invalid params: invalid order: up`,
    ],
    [
      '{"resource":"accounts","params":{"pageSize":-1}}',
      `${CREATING}invalid params: pageSize must be a whole number of 64 bits`,
    ],
    [
      '{"resource":"accounts","params":{"endTime":"yesterday"}}',
      `${CREATING}invalid params: endTime must be an RFC 3339 date`,
    ],
    [
      '{"resource":"accounts","params":{"expand":["a",1]}}',
      `${CREATING}invalid params: expand must be a list of strings`,
    ],
    [
      '{"resource":"volumes","params":{"groupBy":"1"}}',
      `${CREATING}invalid params: groupBy must be an integer, got string`,
    ],
    [
      '{"resource":"accounts","vars":{"a":{"type":"int","default":1.5}}}',
      `${CREATING}failed to validate variable declarations: invalid default for variable \`a\`: ` +
        "invalid value `1.5` for type `int`: value doesn't match expected type",
    ],
    [
      '{"resource":"accounts","vars":{"a":{"type":"date","default":"soon"}}}',
      `${CREATING}failed to validate variable declarations: invalid default for variable \`a\`: ` +
        'invalid value `"soon"` for type `date`: value doesn\'t match expected type',
    ],
    [
      '{"resource":"accounts","body":{"$match":{"address":"$a"}}}',
      `${CREATING}failed to validate filter body: variable \`a\` is not declared`,
    ],
    [
      '{"resource":"accounts","body":[]}',
      `${CREATING}failed to validate filter body: unexpected type []interface {}`,
    ],
  ])("%s", (text, problem) => {
    expect(readQuery(text)).toBe(problem);
  });
});

test("a compiled schema knows its templates", () => {
  const schema = compileSchema(
    "v7",
    '{"chart":{},"transactions":{"T":{"description":"","script":"s"}},' +
      '"queries":{"Q":{"resource":"logs"}},"version":"v7","createdAt":"2024-01-01T00:00:00Z"}',
  );
  expect(schema.version).toBe("v7");
  expect(schema.transactions.get("T")).toEqual({ description: "", script: "s", runtime: "" });
  expect(schema.queries.get("Q")?.resource).toBe("logs");
});
