/**
 * A stream of text falls into the same JSON values wherever it is cut, whatever stands between
 * them.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonSplitter, type JsonText } from "../../src/core/json-stream.ts";

function split(text: string, cuts: readonly number[]): readonly JsonText[] {
  const splitter = new JsonSplitter();
  const values: JsonText[] = [];
  let from = 0;
  for (const to of [...cuts.toSorted((a, b) => a - b), text.length]) {
    values.push(...splitter.push(text.slice(from, to)));
    from = to;
  }
  const last = splitter.end();
  return last === undefined ? values : [...values, last];
}

const CASES: readonly (readonly [text: string, values: readonly (readonly [number, string])[]])[] =
  [
    ["", []],
    [" \n\t\r ", []],
    ['{"a":1}', [[1, '{"a":1}']]],
    [
      '{"a":1}\n{"b":2}\n',
      [
        [1, '{"a":1}'],
        [2, '{"b":2}'],
      ],
    ],
    [
      '{"a":1}{"b":2}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
      ],
    ],
    [
      '\n\n{\n"a":\n[1]}\n\n{}',
      [
        [3, '{\n"a":\n[1]}'],
        [7, "{}"],
      ],
    ],
    [
      '{"a":"}{\\"\\\\"}[]',
      [
        [1, '{"a":"}{\\"\\\\"}'],
        [1, "[]"],
      ],
    ],
    [
      "true null\n12",
      [
        [1, "true"],
        [1, "null"],
        [2, "12"],
      ],
    ],
    ['{"a":', [[1, '{"a":']]],
    [
      '{}\n{"open',
      [
        [1, "{}"],
        [2, '{"open'],
      ],
    ],
    ["}", [[1, "}"]]],
  ];

test.each(CASES)("%j", (text, values) => {
  const expected = values.map(([line, value]) => ({ line, text: value }));
  const cut = fc.array(fc.nat(text.length), { maxLength: 5 });
  fc.assert(
    fc.property(cut, (cuts) => {
      expect(split(text, cuts)).toEqual(expected);
    }),
  );
});

test("objects come out as they went in, in any number, with anything blank between", () => {
  const blanks = fc.array(fc.constantFrom(" ", "\n", "\t", "\r"), { maxLength: 3 });
  const values = fc.array(fc.tuple(fc.dictionary(fc.string(), fc.json()), blanks));
  fc.assert(
    fc.property(values, fc.array(fc.nat(1_000)), (given, cuts) => {
      const texts = given.map(([value]) => JSON.stringify(value));
      const text = given.map(([, blank], i) => `${texts[i]}${blank.join("")}`).join("");
      const within = cuts.map((at) => Math.min(at, text.length));
      expect(split(text, within).map((value) => value.text)).toEqual(texts);
    }),
  );
});
