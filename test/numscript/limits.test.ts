/**
 * The limits of scripts: at the limit a script runs, beyond it the answer says so. And texts that
 * would be slow if anything in the parser looked at them more than once.
 */
import { describe, expect, test } from "vitest";
import {
  POSTINGS_MAX,
  SCRIPT_CHARS_MAX,
  SCRIPT_DIGITS_MAX,
  SCRIPT_NESTING_MAX,
  SCRIPT_VARIABLES_MAX,
  STATEMENT_PARTS_MAX,
} from "../../src/core/limits.ts";
import { scriptFromPostings } from "../../src/numscript/from-postings.ts";
import { parseScript, runScript, type Runtime } from "../../src/numscript/script.ts";

const RUNTIMES: readonly Runtime[] = ["machine", "experimental-interpreter"];

const STORE = {
  balance: () => 0n,
  assets: () => [],
  accountMetadata: () => undefined,
};

/** "" when the script runs. */
function failure(
  script: string,
  runtime: Runtime,
  variables: Readonly<Record<string, string>> = {},
): string {
  const program = parseScript(script, runtime);
  if (!program.ok) {
    return program.error.message;
  }
  const outcome = runScript(program.value, variables, STORE, { featureFlags: [] });
  return outcome.ok ? "" : outcome.error.message;
}

function send(source: string): string {
  return `send [COIN 0] (\nsource = ${source}\ndestination = @z\n)\n`;
}

describe.each(RUNTIMES)("in the %s,", (runtime) => {
  test("a script has a length", () => {
    const padding = "\n".repeat(SCRIPT_CHARS_MAX - send("@world").length);
    expect(failure(send("@world") + padding, runtime)).toBe("");
    expect(failure(`${send("@world")}${padding}\n`, runtime)).toContain(
      `${SCRIPT_CHARS_MAX + 1} characters, the limit is ${SCRIPT_CHARS_MAX}`,
    );
  });

  test("blocks are nested to a depth", () => {
    const nested = (depth: number) => send("{\n".repeat(depth) + "@a" + "\n}".repeat(depth));
    expect(failure(nested(SCRIPT_NESTING_MAX), runtime)).toBe("");
    expect(failure(nested(SCRIPT_NESTING_MAX + 1), runtime)).toContain(
      `nested too deep, the limit is ${SCRIPT_NESTING_MAX}`,
    );
  });

  test("a statement has a number of parts", () => {
    const list = (count: number) => send(`{\n${"max [COIN 1] from @a\n".repeat(count)}}`);
    // The list and the destination count as well, and so does each cap's own source.
    expect(failure(list(STATEMENT_PARTS_MAX / 2 - 1), runtime)).toBe("");
    expect(failure(list(STATEMENT_PARTS_MAX), runtime)).toContain(
      `the limit is ${STATEMENT_PARTS_MAX}`,
    );
  });

  test("a sum has a number of operands", () => {
    const sum = (terms: number) => `set_tx_meta("k", ${Array(terms).fill("1").join("+")})\n`;
    expect(failure(sum(STATEMENT_PARTS_MAX - 2), runtime)).toBe("");
    expect(failure(sum(STATEMENT_PARTS_MAX + 2), runtime)).toContain(
      `the limit is ${STATEMENT_PARTS_MAX}`,
    );
  });

  test("a number has a number of digits, in the script and in its variables", () => {
    const digits = "9".repeat(SCRIPT_DIGITS_MAX);
    expect(failure(`set_tx_meta("k", ${digits})\n`, runtime)).toBe("");
    expect(failure(`set_tx_meta("k", ${digits}9)\n`, runtime)).toContain("too many digits");
    const script = 'vars {\nnumber $n\n}\nset_tx_meta("k", $n)\n';
    expect(failure(script, runtime, { n: digits })).toBe("");
    expect(failure(script, runtime, { n: `${digits}9` })).not.toBe("");
  });

  test("there is a number of variables", () => {
    const declare = (count: number) =>
      `vars {\n${'account $a = meta(@x, "k")\n'.repeat(count)}}\nset_tx_meta("k", 1)\n`;
    expect(failure(declare(SCRIPT_VARIABLES_MAX + 1), runtime)).toContain(
      `too many variables, the limit is ${SCRIPT_VARIABLES_MAX}`,
    );
  });

  test("there is a number of postings, and so many make a script that runs", () => {
    const postings = Array.from({ length: POSTINGS_MAX }, (_, at) => ({
      source: `from:${at}`,
      destination: `to:${at}`,
      amount: BigInt(at + 1),
      asset: "USD/2",
    }));
    const { plain, variables } = scriptFromPostings(postings, () => true);
    expect(failure(plain, runtime, variables)).toBe("");
    const one = "send [COIN 1] (\nsource = @world\ndestination = @z\n)\n";
    expect(failure(one.repeat(POSTINGS_MAX + 1), runtime)).toContain(
      `too many postings, the limit is ${POSTINGS_MAX}`,
    );
  });

  test("portions without a common measure are refused", () => {
    const shares = Array.from({ length: 20 }, (_, at) => {
      return `1/${"9".repeat(900)}${at}1 to @a\n`;
    });
    const script =
      `send [COIN 1] (\nsource = @world\ndestination = {\n${shares.join("")}` +
      "remaining to @z\n}\n)\n";
    expect(failure(script, runtime)).toContain("common denominator");
  });

  test.each([
    "(",
    "[",
    "{",
    "- ",
    "[A - ",
    "f(",
    "max [A 1] from ",
    "oneof { ",
    "/*",
    "/* */",
    "//",
    '"',
    '\\"',
    "$",
    "@",
    ":",
    "@a:",
    "1",
    "1_",
    "1/",
    "1%",
    "/",
    "a",
    "setsend",
    "\n",
    "\n ",
    "\u0000",
    "😀",
    "é",
  ])("fifty thousand times %j is looked at once", (piece) => {
    const opening = 'set_tx_meta("k", ';
    expect(failure(piece.repeat(50_000), runtime)).not.toBe("nothing");
    expect(failure(opening + piece.repeat(50_000), runtime)).not.toBe("");
  });
});
