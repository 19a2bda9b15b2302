import { describe, expect, test } from "vitest";
import type { Json } from "../../src/core/json.ts";
import type { Resource } from "../../src/filter/fields.ts";
import { checkTemplate, fillTemplate, type VariableType } from "../../src/filter/template.ts";

const VARIABLES = new Map<string, VariableType>([
  ["s", "string"],
  ["b2", "string"],
  ["n", "int"],
  ["d", "date"],
  ["b", "boolean"],
]);

const VALUES = new Map<string, Json>([
  ["s", "user"],
  ["b2", "2"],
  ["n", 10n ** 30n],
  ["d", "2024-01-01T00:00:00Z"],
  ["b", false],
]);

describe("the body of a query template", () => {
  test.each<[Resource, Json]>([
    ["accounts", null],
    ["accounts", {}],
    ["accounts", { $match: { address: "${s}s:$b2" } }],
    ["accounts", { $in: { address: ["users:$s", "${b2}", "world"] } }],
    ["accounts", { $exists: { metadata: "hat" } }],
    ["accounts", { $match: { "metadata[a_B/1]": "x" } }],
    ["accounts", { $gte: { "balance[USD/2]": "${n}" } }],
    ["accounts", { $gte: { "balance[USD/2]": -1 } }],
    ["transactions", { $and: [{ $gte: { timestamp: "${d}" } }, { $match: { reverted: "${b}" } }] }],
    ["transactions", { $not: { $match: { reverted: true } } }],
  ])("%s %j is accepted", (resource, body) => {
    expect(checkTemplate(body, resource, VARIABLES)).toBeUndefined();
  });

  test.each<[Resource, Json, string]>([
    ["accounts", [], "unexpected type []interface {}"],
    ["accounts", { $match: { nothing: "x" } }, "unknown field: nothing"],
    ["accounts", { $match: { "metadata[a-b]": "x" } }, "invalid field: metadata[a-b]"],
    ["accounts", { $match: { metadata: "k" } }, "needs a key"],
    ["accounts", { $lt: { address: "x" } }, "not allowed"],
    ["accounts", { $match: { address: 1 } }, "expected string value"],
    ["accounts", { $match: { address: "$unknown" } }, "`unknown` is not declared"],
    ["accounts", { $match: { address: "users:$" } }, "name of a variable after every `$`"],
    ["accounts", { $match: { address: "${s" } }, "name of a variable after every `$`"],
    ["accounts", { $match: { "metadata[price]": "$5" } }, "name of a variable after every `$`"],
    ["accounts", { $in: { address: "$s" } }, "expected array value"],
    [
      "accounts",
      { $gte: { updated_at: "2023-01-01T00:00:00Z" } },
      "or a plain value, got `2023-01",
    ],
    ["accounts", { $gte: { balance: "${n} " } }, "needs a key"],
    ["accounts", { $gte: { "balance[USD]": "${s}" } }, "is of type `string`"],
    ["accounts", { $gte: { "balance[USD]": true } }, "invalid value `true`"],
    ["transactions", { $match: { reverted: "${missing}" } }, "is not declared"],
  ])("%s %j is refused", (resource, body, message) => {
    expect(checkTemplate(body, resource, VARIABLES)).toContain(message);
  });
});

describe("filling in", () => {
  test("texts take variables anywhere, other fields take them whole", () => {
    const body = {
      $and: [
        { $match: { account: "${s}s:$b2:$" } },
        { $not: { $in: { reference: ["$s", "x", "$n", "$b"] } } },
        { $or: [{ $gte: { id: "${n}" } }, { $match: { reverted: "${b}" } }, { $lt: { id: 3 } }] },
        { $lt: { timestamp: "${d}" } },
      ],
    };
    expect(fillTemplate(body, "transactions", VALUES)).toEqual({
      ok: true,
      value: {
        $and: [
          { $match: { account: "users:2:$" } },
          { $not: { $in: { reference: ["user", "x", `1${"0".repeat(30)}`, "false"] } } },
          {
            $or: [
              { $gte: { id: 10n ** 30n } },
              { $match: { reverted: false } },
              { $lt: { id: 3 } },
            ],
          },
          { $lt: { timestamp: "2024-01-01T00:00:00Z" } },
        ],
      },
    });
  });

  test("what a value brings in is not looked at again", () => {
    const values = new Map<string, Json>([["s", "$b2 $&"]]);
    expect(fillTemplate({ $match: { address: "<$s>" } }, "accounts", values)).toMatchObject({
      value: { $match: { address: "<$b2 $&>" } },
    });
  });

  test("a variable without value is named", () => {
    expect(fillTemplate({ $match: { address: "$s" } }, "accounts", new Map())).toEqual({
      ok: false,
      error: "invalid filter on key address: missing variable: s",
    });
    expect(fillTemplate({ $match: { address: "$s" } }, "accounts", new Map([["s", null]]))).toEqual(
      {
        ok: false,
        error: "invalid filter on key address: unexpected variable type: <nil>",
      },
    );
  });
});
