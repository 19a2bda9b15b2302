/**
 * Escapes in strings, as Go reads them.
 */
import { expect, test } from "vitest";
import { unescapeGo } from "../../src/numscript/go-escapes.ts";

test.each([
  ["plain é 🙂", "plain é 🙂"],
  [String.raw`a\"b\n\t\\ c`, 'a"b\n\t\\ c'],
  [String.raw`\a\b\f\r\v`, "\u0007\b\f\r\v"],
  [String.raw`\x41\101`, "AA"],
  [String.raw`\xc3\xa9 and \303\251`, "é and é"],
  [String.raw`\u00e9\U0001f642`, "é🙂"],
  [String.raw`\ufeffx`, "\ufeffx"],
  [String.raw`\xff`, "\ufffd"],
])("%j is %j", (raw, expected) => {
  expect(unescapeGo(raw)).toBe(expected);
});

test.each([
  String.raw`\q`,
  String.raw`\'`,
  String.raw`\x4`,
  String.raw`\400`,
  String.raw`\18`,
  String.raw`\u12`,
  String.raw`\ud800`,
  String.raw`\U00110000`,
  "\\",
])("%j is no string", (raw) => {
  expect(unescapeGo(raw)).toBeUndefined();
});
