/**
 * Variables of scripts: from JSON to the texts that scripts read.
 */
import { describe, expect, test } from "vitest";
import { parseJson, type JsonObject } from "../../src/core/json.ts";
import { variablesFromJson } from "../../src/core/script-variables.ts";

/** What becomes of one variable; undefined: it is dropped. */
function textOf(json: string): string | undefined {
  const vars = parseJson(`{"v":${json}}`);
  const variables = variablesFromJson((vars.ok ? vars.value : {}) as JsonObject);
  return variables.ok ? variables.value["v"] : `refused: ${variables.error}`;
}

describe("plain values", () => {
  test.each([
    ['"text"', "text"],
    ["42", "42"],
    ["-5", "-5"],
    ["true", "true"],
    ["null", "<nil>"],
    ['["a",1,null,[true]]', "[a 1 <nil> [true]]"],
    ['[{"b":1,"a":"x"}]', "[map[a:x b:1]]"],
  ])("%s is %j", (json, text) => {
    expect(textOf(json)).toBe(text);
  });
});

describe("numbers", () => {
  test.each([
    ["1000000", "1000000"],
    ["9007199254740993", "9007199254740993"],
    ["1e6", "1000000"],
    ["1.0", "1"],
    ["0.5", "0.5"],
    ["123456.5", "123456.5"],
    ["1234567.5", "1.2345675e+06"],
    ["0.0001", "0.0001"],
    ["0.00001", "1e-05"],
    ["-0.00001", "-1e-05"],
  ])("%s is %j: integers keep every digit", (json, text) => {
    expect(textOf(json)).toBe(text);
  });

  test.each(["1e400", "-1E400", "9".repeat(310), '{"asset":"USD","amount":1e999}', "[[1e400]]"])(
    "%s is beyond the range of numbers",
    (json) => {
      expect(textOf(json)).toMatch(/^refused: script\.vars\.v: .* is beyond the range of numbers$/);
    },
  );
});

describe("amounts", () => {
  test.each([
    ['{"asset":"USD/2","amount":100}', "USD/2 100"],
    ['{"asset":"USD/2","amount":"100"}', "USD/2 100"],
    ['{"asset":"USD/2","amount":9223372036854775808}', "USD/2 9223372036854775808"],
    ['{"asset":"USD/2","amount":-100}', "USD/2 -100"],
    ['{"asset":"USD/2","amount":100.9}', "USD/2 100"],
    ['{"asset":"USD/2","amount":1e3}', "USD/2 1000"],
    ['{"amount":5}', "%!s(<nil>) 5"],
    ['{"asset":5,"amount":5}', "%!s(float64=5) 5"],
    ['{"asset":true,"amount":5}', "%!s(bool=true) 5"],
    ['{"asset":["a",1],"amount":5}', "[a %!s(float64=1)] 5"],
  ])("%s is %j", (json, text) => {
    expect(textOf(json)).toBe(text);
  });

  test.each(['{"asset":"USD/2"}', '{"asset":"USD/2","amount":null}', "{}", '{"amount":true}'])(
    "%s is no variable at all",
    (json) => {
      expect(textOf(json)).toBeUndefined();
    },
  );
});

test("what is nested without end is refused", () => {
  expect(textOf("[".repeat(50) + "]".repeat(50))).toContain("nested too deep");
});
