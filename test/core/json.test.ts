import { describe, expect, test } from "vitest";
import { JsonFloat, parseJson, type Json, type JsonObject } from "../../src/core/json.ts";

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

describe("numbers are exact wherever they stand", () => {
  const long = "12345678901234567890";
  const places: readonly (readonly [place: string, read: (json: Json) => Json | undefined])[] = [
    ["#", (json) => json],
    [" #", (json) => json],
    ["[#]", (json) => (json as readonly Json[])[0]],
    ["[ #]", (json) => (json as readonly Json[])[0]],
    ["[1,#]", (json) => (json as readonly Json[])[1]],
    ["[1,\n#]", (json) => (json as readonly Json[])[1]],
    ['{"a":#}', (json) => (json as JsonObject)["a"]],
    ['{"a" :\t#}', (json) => (json as JsonObject)["a"]],
    ['{"a\\"":#}', (json) => (json as JsonObject)['a"']],
    ['{"a":1,"b":#}', (json) => (json as JsonObject)["b"]],
  ];

  test.each(places)("%j", (place, read) => {
    const valueOf = (number: string): Json | undefined => {
      const parsed = parseJson(place.replace("#", number));
      return parsed.ok ? read(parsed.value) : undefined;
    };
    expect(valueOf(long)).toBe(BigInt(long));
    expect(valueOf(`-${long}`)).toBe(-BigInt(long));
    for (const number of ["1.0", "-1.5", "1e3", "12E-2"]) {
      expect(valueOf(number)).toEqual(new JsonFloat(number));
    }
    expect(valueOf("-17")).toBe(-17);
  });

  test("texts that look like numbers stay texts", () => {
    const value = { date: "2024-01-01T10:00:00.5Z", hash: "1e5", list: ["1.5", `[${long}`] };
    expect(parseJson(JSON.stringify(value))).toEqual({ ok: true, value });
  });
});
