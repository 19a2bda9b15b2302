import { describe, expect, test } from "vitest";
import { parseJson, type Json } from "../../src/core/json.ts";

describe("the first value counts, and text after it is ignored", () => {
  test.each<[string, Json]>([
    ["nulll", null],
    ["truefalse", true],
    ["null{", null],
    ["12x", 12],
    ["01", 0],
    ["{}}", {}],
    ['{"a":1}nonsense', { a: 1 }],
    ['"x"y', "x"],
    ["[1] [2]", [1]],
  ])("%s", (text, value) => {
    expect(parseJson(text)).toEqual({ ok: true, value });
  });

  test.each(["nul", "tru", "-", "x", "{", '"x', "[1,]", "NaN"])("%s is no value", (text) => {
    expect(parseJson(text).ok).toBe(false);
  });
});

test("minus zero stays what it was written as", () => {
  expect(parseJson("[-0]")).toEqual({ ok: true, value: [-0] });
});
