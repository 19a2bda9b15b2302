import { describe, expect, test } from "vitest";
import {
  isPartialAddress,
  matchesAddress,
  parseAddressPattern,
  type InnerDots,
} from "../../src/filter/address-pattern.ts";

function matches(pattern: string, address: string, innerDots: InnerDots = "wildcard"): boolean {
  return matchesAddress(parseAddressPattern(pattern, innerDots), address);
}

describe("address patterns", () => {
  test.each([
    ["users:001", ["users:001"], ["users:001:main", "users:0010", "users"]],
    ["users:", ["users:001", "users:x"], ["users", "users:001:main", "usersx:1"]],
    ["users::main", ["users:001:main", "users:2:main"], ["users:main", "users:1:main:x"]],
    [":foo", ["a:foo"], ["foo", "a:b:foo"]],
    ["users::", ["users:1:main"], ["users:1", "users:1:2:3"]],
    ["users:...", ["users", "users:1", "users:1:main"], ["other", "users-1", "users0", "userss:1"]],
    ["users:001:...", ["users:001", "users:001:a:b"], ["users", "users:0011", "users:002"]],
    ["users::main:...", ["users:1:main", "users:1:main:x"], ["users", "users:1", "users:1:x"]],
    ["::...", ["a", "a:b", "a:b:c:d"], []],
    ["...", ["a", "a:b:c"], []],
    [":", ["a:b"], ["a", "a:b:c"]],
    ["", ["a"], ["a:b"]],
    ["a:...:b", ["a:...:b"], ["a:x:b"]],
  ])("%s", (pattern, matching, others) => {
    expect(matching.filter((address) => !matches(pattern, address))).toEqual([]);
    expect(others.filter((address) => matches(pattern, address))).toEqual([]);
  });

  test("dots before the end of a partial pattern are one segment, but not on transactions", () => {
    expect(matches("...:", "a:b")).toBe(true);
    expect(matches("...:", "a:b", "literal")).toBe(false);
    expect(matches("a:...::...", "a:x:y", "wildcard")).toBe(true);
    expect(matches("a:...::...", "a:...:y", "literal")).toBe(true);
    expect(matches("a:...::...", "a:x:y", "literal")).toBe(false);
  });

  test("a pattern that starts with words is a range of the key", () => {
    expect(parseAddressPattern("users:001:", "wildcard")).toMatchObject({
      range: { from: "users:001:", to: "users:001;" },
      selfOrFrom: undefined,
      length: 3,
      segments: [],
    });
    expect(parseAddressPattern("users:...", "wildcard")).toMatchObject({
      range: { from: "users", to: "users;" },
      selfOrFrom: ["users", "users:"],
      length: undefined,
    });
    expect(parseAddressPattern(":x", "wildcard")).toMatchObject({
      range: undefined,
      segments: [{ position: 1, text: "x" }],
    });
  });

  test("only whole addresses are exact", () => {
    expect(["a", "a:b", "a:...:b"].some(isPartialAddress)).toBe(false);
    expect(["", "a:", ":a", "a::b", "...", "a:..."].every(isPartialAddress)).toBe(true);
  });
});
