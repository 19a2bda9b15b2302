/**
 * Which accounts a contract of a v1 mapping is about, and which balances it allows.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileContracts } from "../../src/schema/contracts.ts";

const ANY = { $gte: ["$balance", 0] };

function compile(account: unknown, expr: unknown) {
  return compileContracts(JSON.stringify({ contracts: [{ account, expr, name: "" }] }))[0];
}

describe("the accounts of a contract", () => {
  test.each([
    ["*", "users:1", true],
    ["", "users:1", true],
    [undefined, "users:1", true],
    ["users:1", "users:1", true],
    ["users:1", "users:12", false],
    ["users:*", "users:1:main", true],
    ["users:*", "users:", true],
    ["users:*", "xusers:1", false],
    ["*:main", "users:1:main", true],
    ["*:main", "users:1:main:x", false],
    ["users:*:main", "users:1:main", true],
    ["users:*:main", "users:main", false],
    ["a*a", "a", false],
    ["a*b*b", "ab", false],
    ["a*b*b", "abb", true],
  ])("%s and %s: %s", (pattern, address, matches) => {
    expect(compile(pattern, ANY)?.matches(address)).toBe(matches);
  });

  test("as a regular expression with .* for every star would have it", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ":", "*"), minLength: 1 });
    const address = fc.string({ unit: fc.constantFrom("a", "b", ":") });
    fc.assert(
      fc.property(pattern, address, (account, other) => {
        const expected = new RegExp(`^${account.replaceAll("*", ".*")}$`).test(other);
        expect(compile(account, ANY)?.matches(other)).toBe(expected);
      }),
    );
  });
});

describe("the balances a contract allows", () => {
  const metadata = { kyc: "done", floor: "-50", code: "007" };
  const LARGE = 10n ** 30n;
  test.each<[expr: unknown, balance: bigint, holds: boolean]>([
    [{ $gte: ["$balance", 0] }, 0n, true],
    [{ $gte: ["$balance", 0] }, -1n, false],
    [{ $gt: ["$balance", 0] }, 0n, false],
    [{ $lt: ["$balance", 10] }, 9n, true],
    [{ $lte: ["$balance", 10] }, 11n, false],
    [{ $gte: [100, "$balance"] }, 100n, true],
    [{ $eq: ["$balance", 5] }, 5n, true],
    [{ $eq: ["$balance", 5] }, 6n, false],
    [{ $eq: ["$balance", "5"] }, 5n, true],
    [{ $eq: [{ $meta: "kyc" }, "done"] }, -9n, true],
    [{ $eq: [{ $meta: "kyc" }, "open"] }, 9n, false],
    [{ $eq: [{ $meta: "none" }, { $meta: "none" }] }, 9n, false],
    [{ $eq: [{ $meta: "toString" }, "x"] }, 9n, false],
    [{ $eq: [{ $meta: "code" }, "7"] }, 0n, false],
    [{ $eq: [{ $meta: "code" }, 7] }, 0n, true],
    [{ $gte: ["$balance", { $meta: "floor" }] }, -50n, true],
    [{ $gte: ["$balance", { $meta: "floor" }] }, -51n, false],
    [{ $gte: ["$balance", { $meta: "kyc" }] }, 9n, false],
    [{ $gte: ["$balance", { $meta: "none" }] }, 9n, false],
    [{ $and: [] }, -1n, true],
    [{ $or: [] }, 1n, false],
    [{ $and: [{ $gte: ["$balance", -5] }, { $lte: ["$balance", 5] }] }, 4n, true],
    [{ $and: [{ $gte: ["$balance", -5] }, { $lte: ["$balance", 5] }] }, 6n, false],
    [{ $or: [{ $gte: ["$balance", 0] }, { $eq: [{ $meta: "kyc" }, "done"] }] }, -LARGE, true],
  ])("%j at %s: %s", (expr, balance, holds) => {
    expect(compile("*", expr)?.holds({ balance, metadata })).toBe(holds);
  });

  test("amounts are exact at any size", () => {
    const contract = compileContracts(
      `{"contracts":[{"account":"*","expr":{"$gte":["$balance",-${LARGE}]}}]}`,
    )[0];
    expect(contract?.holds({ balance: -LARGE, metadata })).toBe(true);
    expect(contract?.holds({ balance: -LARGE - 1n, metadata })).toBe(false);
  });
});

describe("what binds nobody", () => {
  test.each([
    ["no expression", "*", {}],
    ["null", "*", null],
    ["two operators", "*", { $gte: ["$balance", 0], $lte: ["$balance", 9] }],
    ["an unknown operator", "*", { $ne: ["$balance", 0] }],
    ["an unknown variable", "*", { $gte: ["$input", 0] }],
    ["three operands", "*", { $gte: ["$balance", 0, 1] }],
    ["one operand", "*", { $gte: ["$balance"] }],
    ["no list", "*", { $gte: 0 }],
    ["a fraction", "*", { $gte: ["$balance", 0.5] }],
    ["a boolean", "*", { $eq: [{ $meta: "kyc" }, true] }],
    ["an unknown part", "*", { $or: [ANY, { $not: [ANY] }] }],
    ["metadata without a key", "*", { $eq: [{ $meta: 1 }, "x"] }],
    ["a regular expression", "^users:[0-9]+$", ANY],
  ])("%s", (_, account, expr) => {
    expect(compile(account, expr)).toBeUndefined();
  });

  test("the others still do, in their order", () => {
    const contracts = compileContracts(
      JSON.stringify({
        contracts: [
          { account: "a", expr: {} },
          { account: "a", expr: { $gte: ["$balance", -5] } },
          { account: "*", expr: ANY },
        ],
      }),
    );
    expect(contracts).toHaveLength(2);
    expect(contracts.find(({ matches }) => matches("a"))).toBe(contracts[0]);
  });
});
