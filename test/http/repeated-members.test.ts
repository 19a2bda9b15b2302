/**
 * Members that a body names twice, as the original reads them.
 */
import { expect, test } from "vitest";
import { mayRepeat, parseRepeated } from "../../src/http/repeated-members.ts";

test.each([
  ['{"metadata":{"a":"1"},"metadata":{"b":"2"}}', { metadata: { a: "1", b: "2" } }],
  ['{"metadata":{"a":"1"},"metadata":{"a":"2"}}', { metadata: { a: "2" } }],
  ['{"script":{"plain":"x"},"script":null}', { script: { plain: "x" } }],
  ['{"reference":"a", "reference" : "b"}', { reference: "b" }],
  ['{"postings":[{"a":1},[]],"postings":[2, {"a":null}]}', { postings: [2, { a: null }] }],
  ['{"vars":{"n":{"x":1,"y":2}},"vars":{"n":{"x":3}}}', { vars: { n: { x: 3, y: 2 } } }],
  [
    '{"config":{"a":1},"config":{"k":123456789012345678901}}',
    { config: { k: 123456789012345678901n } },
  ],
  [
    '{"postings":[1],"postings":null,"driver":"noop","driver":null}',
    { postings: null, driver: "noop" },
  ],
  ['{"plain":"a,]}\\"","plain":"{\\"[:"} and more', { plain: '{"[:' }],
])("%s", (text, value) => {
  expect(mayRepeat(text)).toBe(true);
  expect(parseRepeated(text)).toEqual(value);
});

test("most texts repeat nothing and are read once", () => {
  expect(mayRepeat('{"postings":[{"source":"a"}],"metadata":{"reference":"r"}}')).toBe(false);
});

test("what is nested too deep for a record is left as it was", () => {
  expect(parseRepeated("[".repeat(5_000) + "]".repeat(5_000))).toBeUndefined();
});

test("a member named like an inherited one is a member", () => {
  const value = parseRepeated('{"metadata":{"__proto__":"a"},"metadata":{"b":"c"}}');
  expect(JSON.stringify(value)).toBe('{"metadata":{"__proto__":"a","b":"c"}}');
});
