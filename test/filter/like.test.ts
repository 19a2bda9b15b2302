import { describe, expect, test } from "vitest";
import { compareText } from "../../src/core/json.ts";
import { afterPrefix, matchesLike, parseLike } from "../../src/filter/like.ts";

describe("LIKE", () => {
  test.each([
    ["order-%", ["order-", "order-1"], ["Order-1", "order"]],
    ["%-1", ["a-1", "-1"], ["a-10"]],
    ["a_c", ["abc", "a%c", "a☃c", "a😀c"], ["ac", "abbc"]],
    ["a\\%b", ["a%b"], ["axb"]],
    ["a\\_b", ["a_b"], ["axb"]],
    ["\\", ["\\"], [""]],
    ["%%", ["", "x"], []],
    ["", [""], ["x"]],
    ["%b%d", ["bd", "abcd", "b\nd"], ["db", "bdx"]],
    ["[a]*?.", ["[a]*?."], ["a"]],
  ])("%s", (pattern, matching, others) => {
    const tokens = parseLike(pattern);
    expect(matching.filter((text) => !matchesLike(tokens, text))).toEqual([]);
    expect(others.filter((text) => matchesLike(tokens, text))).toEqual([]);
  });

  test("the text after a prefix is above all that start with it", () => {
    expect(afterPrefix("users:")).toBe("users;");
    expect(afterPrefix("a\u{10ffff}")).toBe("b");
    expect(afterPrefix("\u{10ffff}")).toBeUndefined();
    expect(afterPrefix("")).toBeUndefined();
    expect(afterPrefix("\ud7ff")).toBe("\ue000");
    expect(compareText("é\u{10ffff}\u{10ffff}", afterPrefix("é") ?? "")).toBeLessThan(0);
  });
});
