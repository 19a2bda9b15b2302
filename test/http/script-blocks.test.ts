/**
 * How the text of a script stream falls into blocks, wherever the network cuts it.
 */
import { describe, expect, test } from "vitest";
import { ScriptSplitter, type ScriptBlock } from "../../src/http/script-blocks.ts";

/** The blocks of a text given in pieces of a size, and the message that ended it. */
function cut(text: string, size: number): { blocks: ScriptBlock[]; error: string | undefined } {
  const splitter = new ScriptSplitter();
  const blocks: ScriptBlock[] = [];
  for (let from = 0; from < text.length; from += size) {
    const piece = splitter.push(text.slice(from, from + size));
    blocks.push(...piece.blocks);
    if (piece.error !== undefined) {
      return { blocks, error: piece.error.message };
    }
  }
  const last = splitter.end();
  return { blocks: [...blocks, ...last.blocks], error: last.error?.message };
}

type Case = [
  name: string,
  text: string,
  blocks: (readonly [script: string, key: string])[],
  error?: string,
];

const CASES: Case[] = [
  ["nothing", "", []],
  ["one block", "//script\nsend\n//end\n", [["send", ""]]],
  [
    "two blocks",
    "//script\na\n//end\n//script\nb\n//end\n",
    [
      ["a", ""],
      ["b", ""],
    ],
  ],
  ["several lines", "//script\na\n\n\tb\n//end\n", [["a\n\n\tb", ""]]],
  ["blank lines around", "\n \n  //script  \na\n//end\n\n  \n", [["a", ""]]],
  ["blank lines inside", "//script\n\na\n\n//end\n", [["\na\n", ""]]],
  ["no end", "//script\na\n", [["a", ""]]],
  ["no last line feed", "//script\na", [["a", ""]]],
  ["lines of Windows", "//script\r\na\r\nb\r\n//end\r\n", [["a\nb", ""]]],
  ["an end that is none", "//script\na\n //end\n//end \n", [["a\n //end\n//end ", ""]]],
  ["a key", "//script ik=k1\na\n//end", [["a", "k1"]]],
  ["a key with blanks around", "//script   ik=k2  \na\n//end", [["a", "k2"]]],
  ["a key without a blank before", "//scriptik=k3\na\n//end", [["a", "k3"]]],
  ["a key with two values", "//script ik=k4=x\na\n//end", [["a", "k4"]]],
  ["an empty key", "//script ik=\na\n//end", [["a", ""]]],
  ["text between", "//script\na\n//end\nb\n//script\nc", [["a", ""]], "invalid header"],
  ["an unknown key", "//script x=1\na", [], "invalid header, key 'x' not recognized"],
  [
    "a blank before a key",
    "//script ik=a, ik=b\na",
    [],
    "invalid header, key ' ik' not recognized",
  ],
  ["a second key", "//script ik=a,ik=b\na", [], "invalid header, idempotency key already set"],
  ["a key without a value", "//script ik\na", [], "invalid header, 'ik' has no value"],
  ["an empty script", "//script\n//end\n", [], "invalid script, there is nothing in it"],
  ["only a header", "//script ik=a", [], "invalid script, there is nothing in it"],
];

describe.each(CASES)("%s", (_name, text, blocks, error) => {
  test.each([1, 2, 7, 1_000])("in pieces of %d", (size) => {
    const expected = blocks.map(([script, key]) => ({ script, key }));
    expect(cut(text, size)).toEqual({ blocks: expected, error });
  });
});

test("a line has a limit, complete or not", () => {
  const message = "a line of the script stream is too long: the limit is 65536 characters";
  const long = "x".repeat(65_537);
  expect(cut(`//script\n${long}\n//end`, 1_000_000).error).toBe(message);
  expect(cut(`//script\n${long}`, 1_000).error).toBe(message);
  expect(cut(`//script\n${long.slice(1)}\n`, 1_000).error).toBe(undefined);
});
