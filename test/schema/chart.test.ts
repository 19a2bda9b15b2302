import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, type Json } from "../../src/core/json.ts";
import { CHART_DEPTH_MAX } from "../../src/core/limits.ts";
import { formatChart, readChart } from "../../src/schema/chart-json.ts";
import { checkPosting, defaultMetadata } from "../../src/schema/chart.ts";
import { compileSchema } from "../../src/schema/schema.ts";

function json(text: string): Json {
  const parsed = parseJson(text);
  expect(parsed).toMatchObject({ ok: true });
  return parsed.ok ? parsed.value : null;
}

/** The chart's normal form, or what is wrong with it. */
function read(text: string): string {
  const chart = readChart(json(text));
  return chart.ok ? formatChart(chart.value) : chart.error;
}

describe("charts come back in their normal form", () => {
  test.each([
    ["null", "{}"],
    ["{}", "{}"],
    ['{"a":null}', '{"a":{}}'],
    ['{"a":{"b":null}}', '{"a":{"b":{}}}'],
    ['{"b":{},"a":{}}', '{"a":{},"b":{}}'],
    ['{"a":{".self":{}}}', '{"a":{}}'],
    ['{"a":{"b":{},".self":null}}', '{"a":{".self":{},"b":{}}}'],
    ['{"a":{".rules":{"x":1}}}', '{"a":{}}'],
    ['{"a":{".metadata":null}}', '{"a":{}}'],
    ['{"a":{".metadata":{}}}', '{"a":{".metadata":{}}}'],
    [
      '{"a":{".metadata":{"m":{"default":"<x>"},"k":null,"l":{"default":null,"more":1}}}}',
      '{"a":{".metadata":{"k":{},"l":{},"m":{"default":"\\u003cx\\u003e"}}}}',
    ],
    ['{"a":{".metadata":{"k":{"Default":""}}}}', '{"a":{".metadata":{"k":{"default":""}}}}'],
    ['{"a":{".foo":1,"b":{".bar":[]}}}', '{"a":{"b":{}}}'],
    ['{"_a":{},"10":{},"9":{},"-":{},"A-b":{}}', '{"-":{},"10":{},"9":{},"A-b":{},"_a":{}}'],
    [
      '{"a":{"x":{},"$v":{".pattern":"^x+$","y":{},".self":{},".metadata":{}}}}',
      '{"a":{"$v":{".metadata":{},".pattern":"^x+$",".self":{},"y":{}},"x":{}}}',
    ],
    ['{"a":{"$x":{"$x":{".pattern":""}}}}', '{"a":{"$x":{"$x":{".pattern":""}}}}'],
    ['{"__proto__":{"constructor":{}}}', '{"__proto__":{"constructor":{}}}'],
  ])("%s", (text, normal) => {
    expect(read(text)).toBe(normal);
    expect(read(normal)).toBe(normal);
  });
});

describe("charts that are refused", () => {
  test.each([
    ["[]", "invalid JSON: chart must be an object, got array"],
    ['{"us ers":{}}', "invalid segment name: us ers"],
    ['{"":{}}', "invalid segment name: "],
    ['{"$x":{}}', "invalid key $x: root cannot have a variable segment"],
    ['{".self":{}}', "invalid key .self: the root cannot be an account"],
    ['{".foo":{}}', "invalid key .foo: the root cannot be an account"],
    ['{"a":1}', "invalid segment: a must be an object, got number"],
    ['{"a":{".pattern":1}}', "cannot have a pattern on a fixed segment"],
    ['{"a":{"b c":{}}}', "invalid segment `a`: invalid address segment: b c"],
    ['{"a":{"$":{}}}', "invalid segment `a`: invalid address segment: $"],
    ['{"a":{"b":"x"}}', "invalid segment `a`: invalid segment: b must be an object, got string"],
    [
      '{"a":{"b":{"c:d":{}}}}',
      "invalid segment `a`: invalid segment: invalid address segment: c:d",
    ],
    [
      '{"a":{"b":{".pattern":"x"}}}',
      "invalid segment `a`: cannot have a pattern on a fixed segment",
    ],
    ['{"a":{"$b":{".pattern":null}}}', "invalid segment `a`: pattern must be a string"],
    [
      '{"a":{"$b":{".pattern":"(?<!x)"}}}',
      "invalid segment `a`: invalid pattern regex: error parsing regexp: " +
        "invalid named capture: `(?<!x)`",
    ],
    [
      '{"a":{"$b":{},"$c":{}}}',
      "invalid segment `a`: cannot have two variable segments with the same prefix",
    ],
    [
      '{"a":{".metadata":{},"b":{}}}',
      "invalid segment `a`: cannot have .metadata on a non-account segment",
    ],
    [
      '{"a":{".rules":{},"b":{}}}',
      "invalid segment `a`: cannot have .rules on a non-account segment",
    ],
    ['{"a":{".self":true}}', "invalid segment `a`: .self must be an empty object"],
    ['{"a":{".self":{"x":1},"b":{}}}', "invalid segment `a`: .self must be an empty object"],
    [
      '{"a":{".rules":"x"}}',
      "invalid segment `a`: invalid account rules: .rules must be an object, got string",
    ],
    [
      '{"a":{".metadata":[]}}',
      "invalid segment `a`: invalid default metadata: .metadata must be an object, got array",
    ],
    [
      '{"a":{".metadata":{"k":"v"}}}',
      "invalid segment `a`: invalid default metadata: k must be an object, got string",
    ],
    [
      '{"a":{".metadata":{"k":{"default":1}}}}',
      "invalid segment `a`: invalid default metadata: k.default must be a string, got number",
    ],
  ])("%s", (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  test("more patterns than a chart may have", () => {
    const variables = (count: number): string => {
      const segments = Array.from(
        { length: count },
        (_, i) => `"a${i}":{"$v":{".pattern":"x{90}"}}`,
      );
      return `{${segments.join(",")}}`;
    };
    // Each has 5 characters and 91 steps.
    expect(read(variables(520))).toMatch(/^\{/);
    expect(read(variables(521))).toBe(
      "invalid segment `a520`: the patterns of a chart may have 50000 characters and steps " +
        "together",
    );
  });

  test("a chart deeper than any address needs", () => {
    const nested = (depth: number): string => '{"a":'.repeat(depth) + "{}" + "}".repeat(depth);
    expect(read(nested(CHART_DEPTH_MAX))).toBe(nested(CHART_DEPTH_MAX));
    expect(read(nested(CHART_DEPTH_MAX + 1))).toContain(`${CHART_DEPTH_MAX} segments deep`);
    expect(read(nested(9_000))).toContain(`${CHART_DEPTH_MAX} segments deep`);
  });
});

const BOOKS = compileSchema(
  "v1",
  JSON.stringify({
    chart: {
      world: {},
      bank: { $bank: { ".pattern": "^[0-9]{3}$" } },
      users: {
        vip: { card: {} },
        $user: {
          ".pattern": "^[0-9]{3}$",
          ".self": {},
          ".metadata": { foo: { default: "test" }, free: {}, empty: { default: "" } },
          main: {},
          wallets: { $w: {} },
        },
      },
      fees: { ".metadata": { ["__proto__"]: { default: "x" }, kind: { default: "fee" } } },
    },
  }),
);

describe("addresses", () => {
  test.each([
    ["world", ""],
    ["fees", ""],
    ["bank:001", ""],
    ["users:001", ""],
    ["users:001:main", ""],
    ["users:001:wallets:main", ""],
    ["users:vip:card", ""],
    ["bonk", "account `bonk` is not defined in the chart of accounts"],
    ["bonk:x", "account starting with `bonk` is not defined in the chart of accounts"],
    ["users", "account `users` is not defined in the chart of accounts"],
    ["world:x", "segment `x` is not allowed by the chart of accounts at `world`"],
    [
      "bank:12",
      "segment `12` defined by the chart of accounts at `bank` does not match the pattern",
    ],
    [
      "users:01:main",
      "segment `01` defined by the chart of accounts at `users` does not match the pattern",
    ],
    ["bank:001:x", "segment `x` is not allowed by the chart of accounts at `bank:001`"],
    ["users:001:nope", "segment `nope` is not allowed by the chart of accounts at `users:001`"],
    [
      "users:001:wallets",
      "segment `wallets` is not allowed by the chart of accounts at `users:001`",
    ],
    [
      "users:001:wallets:a:b",
      "segment `b` is not allowed by the chart of accounts at `users:001:wallets:a`",
    ],
    // The fixed segment wins, and the walk does not turn back to the variable one.
    ["users:vip", "segment `vip` is not allowed by the chart of accounts at `users`"],
    ["users:vip:main", "segment `main` is not allowed by the chart of accounts at `users:vip`"],
  ])("%s", (address, problem) => {
    const posting = { source: "world", destination: address, amount: 1n, asset: "USD" };
    expect(checkPosting(BOOKS, posting) ?? "").toBe(problem);
  });

  test("the source of a posting is looked at before its destination", () => {
    const posting = { source: "x", destination: "y", amount: 1n, asset: "USD" };
    expect(checkPosting(BOOKS, posting)).toContain("`x`");
  });

  test("nothing is an account of an empty chart, not even the world", () => {
    const empty = compileSchema("v0", '{"chart":{}}');
    const posting = { source: "world", destination: "a", amount: 1n, asset: "USD" };
    expect(checkPosting(empty, posting)).toContain("account `world` is not defined");
  });
});

describe("default metadata", () => {
  test.each([
    ["users:001", '{"foo":"test","empty":""}'],
    ["fees", '{"__proto__":"x","kind":"fee"}'],
    ["users:001:main", "{}"],
    ["users:abc", "{}"],
    ["users", "{}"],
    ["not an address: at all", "{}"],
    ["", "{}"],
  ])("of %j", (address, metadata) => {
    expect(JSON.stringify(defaultMetadata(BOOKS, address))).toBe(metadata);
  });
});

// --- random charts ---

interface Node {
  readonly [key: string]: Node | string | object;
}

const segment = fc.constantFrom("a", "b", "10", "9", "_x", "Z-1", "__proto__");
const properties = fc.record(
  {
    ".self": fc.constant({}),
    ".metadata": fc.dictionary(
      fc.string(),
      fc.record({ default: fc.string() }, { requiredKeys: [] }),
    ),
    ".rules": fc.constant({}),
  },
  { requiredKeys: [] },
);

function merged(parts: readonly object[]): Node {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

const { node: randomNode } = fc.letrec<{ node: Node; below: Node }>((tie) => ({
  below: fc
    .tuple(
      fc.dictionary(segment, tie("node"), { maxKeys: 3, noNullPrototype: true }),
      fc.option(tie("node"), { nil: undefined }),
      fc.constantFrom(undefined, "^[a-z]+$", ""),
    )
    .map(([fixed, variable, pattern]) => {
      const own = pattern === undefined ? {} : { ".pattern": pattern };
      return merged([fixed, variable === undefined ? {} : { $v: merged([variable, own]) }]);
    }),
  node: fc.oneof(
    { maxDepth: 4 },
    properties,
    fc.tuple(tie("below"), fc.boolean()).map(([below, isAccount]) => {
      return merged([below, isAccount ? { ".self": {} } : {}]);
    }),
  ),
}));
const randomChart = fc
  .dictionary(segment, randomNode, { noNullPrototype: true })
  .map((chart) => JSON.stringify(chart));

test("the normal form of a normal form is itself", () => {
  fc.assert(
    fc.property(randomChart, (text) => {
      const normal = read(text);
      expect(normal).toMatch(/^\{/);
      expect(read(normal)).toBe(normal);
    }),
  );
});

/** Every account the chart has, with "q" for each variable. */
function accountsOf(node: Node, path: readonly string[]): string[] {
  const below = Object.entries(node).filter(([key]) => !key.startsWith("."));
  const own = below.length === 0 || ".self" in node ? [path.join(":")] : [];
  return [
    ...own,
    ...below.flatMap(([key, value]) => {
      return accountsOf(value as Node, [...path, key.startsWith("$") ? "q" : key]);
    }),
  ];
}

test("every account of a chart is allowed, and nothing below a leaf", () => {
  fc.assert(
    fc.property(randomChart, (text) => {
      const schema = compileSchema("v", `{"chart":${text}}`);
      const chart = JSON.parse(text) as Node;
      const accounts = Object.entries(chart).flatMap(([key, node]) => {
        return accountsOf(node as Node, [key]);
      });
      for (const address of accounts) {
        const posting = { source: address, destination: address, amount: 0n, asset: "A" };
        expect(checkPosting(schema, posting), address).toBeUndefined();
        expect(
          checkPosting(schema, { ...posting, source: `${address}:?:?:?:?:?:?` }),
        ).toBeDefined();
      }
    }),
  );
});
