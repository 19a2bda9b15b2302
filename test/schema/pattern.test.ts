import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PATTERN_CHARS_MAX, PATTERN_STEPS_MAX } from "../../src/core/limits.ts";
import { matches, parsePattern } from "../../src/schema/pattern.ts";

function isMatch(source: string, text: string): boolean {
  const pattern = parsePattern(source);
  expect(pattern).toMatchObject({ ok: true });
  return pattern.ok && matches(pattern.value, text);
}

// Every row was also put to Go's regexp.
describe("what matches", () => {
  test.each<[pattern: string, yes: readonly string[], no: readonly string[]]>([
    ["", ["", "a"], []],
    ["b", ["b", "abc"], ["", "a", "B"]],
    ["^[0-9]{3}$", ["123"], ["12", "1234", "a123", "123\n"]],
    ["^(?:user|bank)-\\d+$", ["user-1", "bank-007"], ["bank-", "xuser-1"]],
    ["^a|b$", ["ax", "xb"], ["xa", "bx"]],
    ["^$", [""], ["\n", "a"]],
    ["^(|a)b?$", ["", "a", "b", "ab"], ["ba"]],
    ["^a{2,}$", ["aa", "aaaa"], ["a"]],
    ["^a{0}b{1,2}?$", ["b", "bb"], ["ab", "bbb"]],
    ["^a{,2}$", ["a{,2}"], ["aa"]],
    ["^a{01}$", ["a{01}"], ["a"]],
    ["^x{y$", ["x{y"], ["xy"]],
    ["(a*)*$", ["", "aaa", "b"], []],
    ["^(?i)abc$", ["abc", "ABC", "aBc"], ["abd"]],
    ["^a(?i:b)c$", ["abc", "aBc"], ["Abc", "abC"]],
    ["^(?:(?i)a)b$", ["Ab"], ["AB"]],
    ["^(?i-s:k).$", ["kx", "\u212ax"], ["k\n"]],
    ["^(?i)[^k]$", ["j"], ["k", "K", "\u212a"]],
    ["^(?i)\\W$", ["-"], ["s", "\u017f"]],
    ["^(?i)σ$", ["Σ", "ς"], ["s"]],
    ["^.$", ["a", "😀", "\u2028"], ["\n", "ab", ""]],
    ["^(?s).$", ["\n"], []],
    ["(?m)^b$", ["a\nb\nc"], ["ab"]],
    ["\\Ab\\z", ["b"], ["a\nb", "b\n"]],
    ["\\bb", ["b", "a-b", "éb"], ["ab", "_b"]],
    ["\\Bb", ["ab"], ["b", "-b"]],
    ["^[]a]$", ["]", "a"], ["[", ""]],
    ["^[^]a]$", ["b", "\n"], ["]", "a"]],
    ["^[a-]$", ["a", "-"], ["b"]],
    ["^[\\d\\-_]+$", ["1-_"], ["a", "\\"]],
    ["^[^\\W_]$", ["a", "9"], ["_", "-"]],
    ["^[[:alpha:][:^ascii:]]$", ["Z", "é"], ["1"]],
    ["^[:alpha:]$", [":", "a", "l"], ["b"]],
    ["^\\s$", [" ", "\t", "\f"], ["\v", "\u00a0"]],
    ["^\\pL\\p{Greek}\\P{Lu}\\p{^Nd}$", ["aλaa"], ["aλAa", "aλa1", "aaaa"]],
    ["^\\x41\\x{1F600}\\101\\0$", ["A😀A\0"], ["A😀A0"]],
    ["^\\Q.*\\E+$", [".*", ".***"], ["..", "a"]],
    ["^\\.\\_\\-\\/$", ["._-/"], ["a_-/"]],
    ["^(?P<x>a)(?<y>b)$", ["ab"], ["a"]],
    ["^(?U)a+$", ["aaa"], [""]],
    ["^*a", ["a"], ["b"]],
  ])("%j", (pattern, yes, no) => {
    const wrong = [
      ...yes.filter((text) => !isMatch(pattern, text)),
      ...no.filter((text) => isMatch(pattern, text)),
    ];
    expect(wrong).toEqual([]);
  });
});

describe("what is refused", () => {
  test.each<[pattern: string, problem: string]>([
    ["(", "missing closing ): `(`"],
    ["(?:a", "missing closing ): `(?:a`"],
    ["a)b", "unexpected ): `a)b`"],
    ["[a", "missing closing ]: `[a`"],
    ["x[]", "missing closing ]: `[]`"],
    ["[z-a]", "invalid character class range: `z-a`"],
    ["[[:word]:]", "invalid character class range: `[:word]:]`"],
    ["[[:foo:]]", "invalid character class range: `[:foo:]`"],
    ["\\p{Foo}", "invalid character class range: `\\p{Foo}`"],
    ["\\pX", "invalid character class range: `\\pX`"],
    ["\\p{", "invalid character class range: `\\p{`"],
    ["*a", "missing argument to repetition operator: `*`"],
    ["a|+?", "missing argument to repetition operator: `+?`"],
    ["({2})", "missing argument to repetition operator: `{2}`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["a+?{2}", "invalid nested repetition operator: `+?{2}`"],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["a{2,1}", "invalid repeat count: `{2,1}`"],
    ["((a{100}){2}){6}", "invalid repeat count: `{6}`"],
    ["a\\", "trailing backslash at end of expression: ``"],
    ["\\1", "invalid escape sequence: `\\1`"],
    ["(a)\\8", "invalid escape sequence: `\\8`"],
    ["\\Z", "invalid escape sequence: `\\Z`"],
    ["\\C", "invalid escape sequence: `\\C`"],
    ["[\\b]", "invalid escape sequence: `\\b`"],
    ["\\é", "invalid escape sequence: `\\é`"],
    ["(?=a)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(?!a)", "invalid or unsupported Perl syntax: `(?!`"],
    ["(?<=a)", "invalid named capture: `(?<=a)`"],
    ["(?<!a>b)", "invalid named capture: `(?<!a>`"],
    ["(?>a)", "invalid or unsupported Perl syntax: `(?>`"],
    ["(?P=n)", "invalid or unsupported Perl syntax: `(?P`"],
    ["(?i", "invalid or unsupported Perl syntax: `(?i`"],
    ["(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"],
  ])("%j", (pattern, problem) => {
    const parsed = parsePattern(pattern);
    expect(parsed).toEqual({ ok: false, error: `error parsing regexp: ${problem}` });
  });

  test("patterns beyond the limits, by name of the limit", () => {
    const long = parsePattern("a".repeat(PATTERN_CHARS_MAX + 1));
    const wide = parsePattern("(ab?){400}");
    expect(long.ok || long.error).toBe("a pattern may have 1000 characters, got 1001");
    expect(wide.ok || wide.error).toBe("a pattern may take 1000 steps, got 1200");
    expect(parsePattern("a".repeat(PATTERN_STEPS_MAX))).toMatchObject({ ok: true });
  });
});

// A backtracking engine takes longer than the age of the universe for each of these.
test.each([
  ["(a*)*$", "!"],
  ["^(a|aa)+$", "!"],
  ["(x+x+)+y", "x"],
  ["(?:(?:a?){20}){10}a{300}$", ""],
])("no pattern is slow: %s", (pattern, end) => {
  expect(isMatch(pattern, (pattern.includes("x") ? "x" : "a").repeat(2_000) + end)).toBe(
    pattern === "(a*)*$" || end === "",
  );
});

const LETTERS = ["a", "b", "0", "-", "_"];

/** Patterns that mean the same to RE2 and to JavaScript. */
const { pattern: commonPattern } = fc.letrec<{ atom: string; sequence: string; pattern: string }>(
  (tie) => ({
    atom: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      fc.constantFrom(...LETTERS, ".", "^", "$", "\\d", "\\W", "[a-b]", "[^a0]", "[\\w-]", "\\b"),
      tie("pattern").map((inner) => `(?:${inner})`),
    ),
    sequence: fc
      .array(
        fc.tuple(
          tie("atom"),
          fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"),
        ),
        { maxLength: 3 },
      )
      // JavaScript repeats no assertions, RE2 does.
      .map((parts) => parts.map(([atom, by]) => (/[$^b]$/.test(atom) ? atom : atom + by)).join("")),
    pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 2 }).map((all) => all.join("|")),
  }),
);

test("means what JavaScript means by it", () => {
  const texts = fc.array(fc.constantFrom(...LETTERS, "é", "\n"), { maxLength: 6 });
  fc.assert(
    fc.property(commonPattern, texts, (source, characters) => {
      // JavaScript may take exponential time, and there is a limit to steps.
      fc.pre(source.length <= 60);
      const text = characters.join("");
      const expected = new RegExp(source, "u").test(text);
      expect(isMatch(source, text), `${source} on ${JSON.stringify(text)}`).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
});
