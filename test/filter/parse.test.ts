import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatJson, parseJson, type Json } from "../../src/core/json.ts";
import { FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_LEAVES_MAX } from "../../src/core/limits.ts";
import { must } from "../../src/core/assert.ts";
import type { Resource } from "../../src/filter/fields.ts";
import { formatFilter } from "../../src/filter/format.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import { filterJson } from "./arbitraries.ts";

function json(text: string): Json {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : null;
}

/** The error of a filter as its list words it; "" when there is none. */
function errorOf(resource: Resource, filter: Json): string {
  const parsed = parseFilter(filter, resource);
  if (parsed.ok) {
    return "";
  }
  const { stage, message } = parsed.error;
  return `${stage}: ${message}`;
}

describe("the grammar", () => {
  test.each([["null"], ["{}"]])("%s is no filter", (text) => {
    expect(parseFilter(json(text), "accounts")).toEqual({ ok: true, value: undefined });
  });

  test.each([
    ["[]", "unexpected type []interface {}"],
    ['"x"', "unexpected type string"],
    ["12", "unexpected type *big.Int"],
    ["true", "unexpected type bool"],
    ['{"$foo":{}}', "unexpected operator $foo"],
    ['{"$AND":[]}', "unexpected operator $AND"],
    ['{"match":{"address":"a"}}', "unexpected operator match"],
    ['{"$match":{"address":"a"},"$not":{}}', "expected single key, found more then one"],
    ['{"$match":{}}', "parsing $match: expected single key, found none"],
    ['{"$match":{"a":1,"b":2}}', "parsing $match: expected single key, found more then one"],
    ['{"$match":"x"}', "parsing $match: unexpected type string"],
    ['{"$match":null}', "parsing $match: unexpected type <nil>"],
    ['{"$and":{"address":"a"}}', "parsing $and: unexpected type map[string]interface {}"],
    ['{"$or":"x"}', "parsing $and: unexpected type string"],
    [
      '{"$or":[1]}',
      "parsing $and: unexpected type []interface {} when decoding $or clause at index 0",
    ],
    ['{"$and":[{}]}', "parsing $and: expected single key, found none"],
    ['{"$and":[{"$or":[{"$x":1}]}]}', "parsing $and: parsing $and: unexpected operator $x"],
    ['{"$not":[]}', "parsing $not: unexpected type []interface {}"],
    ['{"$not":{}}', "parsing $not: expected single key, found none"],
    ['{"$not":{"$match":{"id":1.5}}}', "provided json number was not an integer"],
    ['{"$gt":{"balance[USD]":1e3}}', "provided json number was not an integer"],
  ])("%s → %s", (text, message) => {
    expect(errorOf("accounts", json(text))).toBe(`grammar: ${message}`);
  });

  test("an empty $and and an empty $or are filters", () => {
    expect(errorOf("accounts", { $or: [{ $and: [] }, { $or: [] }] })).toBe("");
  });

  test("too many conditions, levels or bytes are refused, and say the limit", () => {
    const leaf = { $match: { address: "a" } };
    const wide = { $or: Array.from({ length: FILTER_LEAVES_MAX + 1 }, () => leaf) };
    let deep: Json = leaf;
    for (let i = 0; i < FILTER_DEPTH_MAX; i++) {
      deep = { $not: deep };
    }
    const long = { $match: { address: "a".repeat(FILTER_BYTES_MAX) } };
    expect(errorOf("accounts", wide)).toContain(String(FILTER_LEAVES_MAX));
    expect(errorOf("accounts", deep)).toContain(String(FILTER_DEPTH_MAX));
    expect(errorOf("accounts", long)).toContain(String(FILTER_BYTES_MAX));
  });

  test("no depth of nesting overflows the stack", () => {
    const text = '{"$not":'.repeat(9_000) + "{}" + "}".repeat(9_000);
    expect(errorOf("accounts", json(text))).toContain("levels");
    const value = "[".repeat(9_000) + "]".repeat(9_000);
    expect(errorOf("accounts", json(`{"$gte":{"first_usage":${value}}}`))).toContain("levels");
  });

  test("a NUL character is refused", () => {
    expect(errorOf("accounts", { $match: { address: "a\0" } })).toContain("\\x00");
  });
});

describe("fields", () => {
  test.each<[Resource, string, string]>([
    ["accounts", '{"$match":{"nothing":1}}', "unknown key 'nothing' when building query"],
    ["accounts", '{"$match":{"reverted":true}}', "unknown key 'reverted' when building query"],
    ["balances", '{"$match":{"account":"a"}}', "unknown key 'account' when building query"],
    ["balances", '{"$match":{"metadata[":"x"}}', "unknown key 'metadata[' when building query"],
    ["transactions", '{"$match":{"id[1]":"x"}}', "unknown key 'id[1]' when building query"],
    [
      "transactions",
      '{"$match":{"insertedAt":"x"}}',
      "unknown key 'insertedAt' when building query",
    ],
    ["accounts", '{"$match":{"metadata[":"x"}}', "invalid filter property metadata["],
    ["accounts", '{"$match":{"metadata[]":"x"}}', "invalid filter property metadata[]"],
    ["transactions", '{"$match":{"metadata[]":"x"}}', "invalid filter property metadata[]"],
    ["volumes", '{"$gt":{"balance[":1}}', "invalid filter property balance["],
    ["ledgers", '{"$match":{"id":1}}', "invalid filter property id"],
    ["ledgers", '{"$match":{"metadata[":"x"}}', "invalid filter property metadata["],
    ["volumes", '{"$gt":{"account":"a"}}', "operator '$gt' is not allowed for property 'address'"],
    [
      "accounts",
      '{"$gt":{"metadata[k]":"a"}}',
      "operator '$gt' is not allowed for property 'metadata'",
    ],
    ["logs", '{"$in":{"date":[]}}', "operator '$in' is not allowed for property 'date'"],
    [
      "accounts",
      '{"$match":{"address":1}}',
      "invalid value '1' for property 'address': expected string value, got *big.Int",
    ],
    [
      "logs",
      '{"$match":{"id":"1"}}',
      "invalid value '1' for property 'id': expected numeric value, got string",
    ],
    [
      "transactions",
      '{"$match":{"reverted":"true"}}',
      "invalid value 'true' for property 'reverted': expected boolean value, got string",
    ],
    [
      "logs",
      '{"$match":{"date":{"b":[null,true],"a":"x"}}}',
      "invalid value 'map[a:x b:[<nil> true]]' for property 'date': " +
        "expected string, time.Time, or *time.Time value, got map[string]interface {}",
    ],
    [
      "logs",
      '{"$in":{"type":["a",1]}}',
      "invalid value '[a 1]' for property 'type': " +
        "expected string value in array for operator $in, got *big.Int",
    ],
    [
      "logs",
      '{"$in":{"type":"a"}}',
      "invalid value 'a' for property 'type': expected array value for operator $in, got string",
    ],
    [
      "transactions",
      '{"$in":{"account":["bank","users:"]}}',
      "invalid value '[bank users:]' for property 'account': " +
        "IN operator only supports full addresses",
    ],
  ])("%s %s", (resource, text, message) => {
    expect(errorOf(resource, json(text))).toBe(`fields: ${message}`);
  });

  test("the first wrong condition is the one blamed", () => {
    const filter = { $and: [{ $gt: { address: 1 } }, { $match: { nothing: 1 } }] };
    expect(errorOf("accounts", filter)).toContain("'$gt'");
  });

  test.each<[Resource, string, object]>([
    ["accounts", "metadata[a[b]c]", { name: "metadata", key: "a[b]c" }],
    [
      "accounts",
      "metadata[com.formance.spec/x y]",
      { name: "metadata", key: "com.formance.spec/x y" },
    ],
    ["ledgers", "metadata[]", { name: "metadata", key: "" }],
    ["ledgers", "features[HASH_LOGS]", { name: "features", key: "HASH_LOGS" }],
    ["volumes", "account", { name: "address", key: undefined }],
    ["accounts", "metadata[__proto__]", { name: "metadata", key: "__proto__" }],
  ])("%s %s", (resource, written, field) => {
    const parsed = parseFilter({ $match: { [written]: "x" } }, resource);
    expect(parsed).toMatchObject({ ok: true, value: { field: { ...field, written } } });
  });

  test("numbers keep every digit, dates are instants", () => {
    const number = parseFilter(json(`{"$gt":{"balance[USD]":${"9".repeat(90)}}}`), "accounts");
    expect(number).toMatchObject({ ok: true, value: { value: BigInt("9".repeat(90)) } });
    const date = parseFilter({ $lt: { timestamp: "2024-01-01T04:00:00+04:00" } }, "transactions");
    expect(date).toMatchObject({ ok: true, value: { value: "2024-01-01T00:00:00.000000Z" } });
  });
});

describe("back to JSON", () => {
  test.each(["transactions", "accounts", "volumes"] as const)("%s", (resource) => {
    fc.assert(
      fc.property(filterJson(resource), (filter) => {
        const parsed = parseFilter(filter, resource);
        const value = must(parsed.ok ? parsed.value : undefined, "a filter");
        const again = formatFilter(value);
        expect(formatJson(again as never)).toBe(formatJson(filter as never));
        expect(parseFilter(again, resource)).toEqual(parsed);
      }),
    );
  });
});
