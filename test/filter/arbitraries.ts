/**
 * Random books and random filters over them, from small alphabets so that they meet: weird keys,
 * huge integers, dates that fall together, addresses of any shape.
 */
import fc from "fast-check";
import type { Json } from "../../src/core/json.ts";
import { atMicros, formatTimestamp, type Timestamp } from "../../src/core/timestamp.ts";
import { must } from "../../src/core/assert.ts";
import type { Resource } from "../../src/filter/fields.ts";

export const KEYS = [
  "k",
  "a.b/c",
  "__proto__",
  'q"uo"te',
  "br[ack]et",
  "",
  "é☃",
  "back\\slash",
  "$.x",
  "<&>",
];
const VALUES = ["v", "", "1", '<b> & "q"', "é ☃", "__proto__", "it's", "V"];
export const ASSETS = ["USD", "USD/2", "GEM_RARE/3"];
export const AMOUNTS = [
  0n,
  1n,
  -1n,
  9n,
  10n,
  -10n,
  100n,
  2n ** 53n + 1n,
  -(2n ** 64n),
  10n ** 40n,
  -(10n ** 77n),
  7n * 10n ** 76n,
];
export const REFERENCES = [
  "a",
  "A",
  "ab",
  "a%b",
  "a_b",
  "a*b",
  "a?[b]",
  "order-1",
  "order-10",
  "é☃x",
  "x".repeat(60),
  "xy".repeat(40),
  "\\",
];
const PATTERNS = [
  "%",
  "_",
  "a%",
  "%b",
  "a_b",
  "a\\%b",
  "A%",
  "%-1%",
  "order-_",
  "order-__",
  "é_x",
  "%☃%",
  "a*%",
  "%[b]",
  `${"x".repeat(58)}_%`,
  `%${"yx".repeat(30)}%_`,
  "a",
  "",
  "\\",
  "_%_%b",
];
const SEGMENTS = ["users", "bank", "main", "001", "x", "..."];

export const address = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(fc.constantFrom("users", "bank", "main", "001", "x", "0"), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.join(":")),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "it's",
      "users::main",
      "é:x",
      "users-1",
      "a:...:b",
      "...",
      'users:"q":main',
    ),
  },
);

const pattern = fc.oneof(
  address,
  fc
    .array(fc.constantFrom(...SEGMENTS, ""), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(":")),
);

/** Dates a microsecond to a few days apart. */
export const date: fc.Arbitrary<Timestamp> = fc
  .constantFrom(0, 1, 2, 1_000_000, 86_400_000_000, 172_800_000_001)
  .map((micros) => {
    return must(atMicros(1_700_000_000_000_000n + BigInt(micros)), "in range");
  });

export const metadata = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)),
  { maxLength: 3, selector: ([key]) => key },
);

const COMPARATORS = ["$match", "$lt", "$lte", "$gt", "$gte"] as const;

function leaf(
  operators: readonly string[],
  fields: readonly string[],
  value: fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...fields), value)
    .map(([operator, field, operand]) => ({ [operator]: { [field]: operand } }));
}

const dateText = date.map(formatTimestamp);
const amount = fc.constantFrom(...AMOUNTS);
const metadataLeaves = [
  leaf(
    ["$match", "$like", "$exists"],
    KEYS.filter((key) => key !== "").map((key) => `metadata[${key}]`),
    fc.constantFrom(...VALUES),
  ),
  leaf(["$match", "$exists", "$like"], ["metadata"], fc.constantFrom(...KEYS)),
  leaf(
    ["$in"],
    ["metadata", "metadata[k]"],
    fc.array(fc.constantFrom(...KEYS, "v"), { maxLength: 3 }),
  ),
];
const isWhole = (text: string): boolean => !text.split(":").includes("") && !text.endsWith("...");
const wholeAddresses = fc.array(address.filter(isWhole), { maxLength: 4 });

const LEAVES: Readonly<Partial<Record<Resource, readonly fc.Arbitrary<Json>[]>>> = {
  transactions: [
    leaf(["$match", "$like"], ["account", "source", "destination"], pattern),
    leaf(["$match", "$like"], ["account", "source", "destination"], pattern),
    leaf(["$in"], ["account", "source", "destination"], wholeAddresses),
    leaf(COMPARATORS, ["id"], fc.oneof(fc.integer({ min: -1, max: 12 }), amount)),
    leaf(COMPARATORS, ["timestamp", "inserted_at", "updated_at", "reverted_at"], dateText),
    leaf(COMPARATORS, ["timestamp", "inserted_at", "updated_at", "reverted_at"], dateText),
    leaf(["$match"], ["reverted"], fc.boolean()),
    leaf(["$match"], ["reference"], fc.constantFrom(...REFERENCES)),
    leaf(["$like"], ["reference"], fc.constantFrom(...PATTERNS)),
    leaf(["$in"], ["reference"], fc.array(fc.constantFrom(...REFERENCES), { maxLength: 4 })),
    ...metadataLeaves,
  ],
  accounts: [
    leaf(["$match", "$like"], ["address"], pattern),
    leaf(["$match", "$like"], ["address"], pattern),
    leaf(["$in"], ["address"], wholeAddresses),
    leaf(COMPARATORS, ["first_usage", "insertion_date", "updated_at"], dateText),
    leaf(
      [...COMPARATORS, "$exists"],
      ["balance", ...ASSETS.map((asset) => `balance[${asset}]`)],
      amount,
    ),
    leaf(
      [...COMPARATORS, "$exists"],
      ["balance", ...ASSETS.map((asset) => `balance[${asset}]`)],
      amount,
    ),
    ...metadataLeaves,
  ],
  volumes: [
    leaf(["$match", "$like"], ["address", "account"], pattern),
    leaf(["$in"], ["address", "account"], wholeAddresses),
    leaf(COMPARATORS, ["first_usage"], dateText),
    leaf(
      [...COMPARATORS, "$exists"],
      ["balance", ...ASSETS.map((asset) => `balance[${asset}]`)],
      amount,
    ),
    ...metadataLeaves,
  ],
};

export function filterJson(resource: "transactions" | "accounts" | "volumes"): fc.Arbitrary<Json> {
  const { expression } = fc.letrec<{ expression: Json }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: fc.oneof(...(LEAVES[resource] ?? [])) },
      {
        weight: 1,
        arbitrary: fc
          .array(tie("expression"), { maxLength: 4 })
          .map((filters) => ({ $and: filters })),
      },
      {
        weight: 1,
        arbitrary: fc
          .array(tie("expression"), { maxLength: 4 })
          .map((filters) => ({ $or: filters })),
      },
      { weight: 1, arbitrary: tie("expression").map((filter) => ({ $not: filter })) },
    ),
  }));
  return expression;
}
