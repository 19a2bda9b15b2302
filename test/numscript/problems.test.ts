/**
 * What an author is told of a script that cannot be read: several problems at once, each with its
 * place, the line it is on and a mark below it.
 */
import { describe, expect, test } from "vitest";
import { parseScript, type Runtime } from "../../src/numscript/script.ts";
import { excerpt, positionOf } from "../../src/numscript/span.ts";

function problemsOf(script: string, runtime: Runtime): string {
  const program = parseScript(script, runtime);
  return program.ok ? "none" : program.error.message;
}

/** The problems alone, without the lines they show. */
function toldBy(script: string, runtime: Runtime): string[] {
  const found = problemsOf(script, runtime).matchAll(/^(?:failed .*: )?(\d+:\d+: .*)$/gm);
  return [...found].map(([, problem = ""]) => problem);
}

describe("problems", () => {
  test("stand below the line they are about", () => {
    const script = "send [COIN 10] (\n\tsource = @a\n\tdestination =\n)\n";
    expect(problemsOf(script, "machine")).toBe(
      "failed to compile script: compilation error: " +
        "3:15: mismatched input '\\n' expecting an expression\n" +
        "3 | \tdestination =\n" +
        "  | \t             ^",
    );
  });

  test("of several statements are all told, and the statements between them are read", () => {
    const script =
      'send [COIN 10] (\n  source = max\n  destination = @b\n)\nset_tx_meta("k", 1)\n' +
      "send [COIN 10 (\n  source = @a\n  destination = @b\n)\nsave [COIN 1] of @a\n";
    expect(toldBy(script, "machine")).toEqual([
      "2:15: mismatched input '\\n' expecting an expression",
      "6:15: mismatched input '(' expecting ']'",
      "10:15: token recognition error at: 'of'",
      "10:18: mismatched input '@a' expecting 'from'",
    ]);
  });

  test("of meaning are told together, too", () => {
    const script =
      "send @a (\n  source = 5\n  destination = $nobody\n)\nsend [COIN *] (\n" +
      "  source = @world\n  destination = @z\n)\n";
    expect(toldBy(script, "machine")).toEqual([
      "1:6: send monetary: the expression should be of type 'monetary' instead of 'account'",
      "2:12: wrong type: expected account or allocation as destination",
      "3:17: variable not declared",
      "6:12: cannot take all balance of an unbounded source",
    ]);
  });

  test("of the interpreter come with its own opening", () => {
    expect(problemsOf("send [COIN 1] ( source = @a )", "experimental-interpreter")).toBe(
      "failed to compile script: Got errors while parsing:\n" +
        "1:29: mismatched input ')' expecting 'destination'\n" +
        "1 | send [COIN 1] ( source = @a )\n" +
        "  |                             ^",
    );
  });

  test("are told up to a limit", () => {
    const told = problemsOf("?".repeat(50), "machine");
    expect(told.match(/token recognition error/g)).toHaveLength(10);
  });

  test("show a window of a long line", () => {
    const script = `set_tx_meta("${"k".repeat(500)}", ?)\n`;
    const lines = problemsOf(script, "machine").split("\n");
    expect(lines.every((line) => line.length < 200)).toBe(true);
    expect(lines[1]).toContain("?)");
  });
});

describe("places", () => {
  test("count lines and characters from one, and a character outside the plane as one", () => {
    const source = 'set_tx_meta("ключ🙂", ?)\nx';
    expect(positionOf(source, source.indexOf("?"))).toEqual({ line: 1, column: 22 });
    expect(positionOf(source, source.length)).toEqual({ line: 2, column: 2 });
  });

  test("are marked below tabs and wide characters", () => {
    const source = '\tset_tx_meta("🙂", ?)';
    const at = source.indexOf("?");
    expect(excerpt(source, { start: at, end: at + 1 })).toBe(
      '1 | \tset_tx_meta("🙂", ?)\n  | \t                 ^',
    );
  });
});
