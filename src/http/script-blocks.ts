/**
 * Cuts the text of a script stream into its blocks (contract §9.6): a line `//script` with an
 * optional `ik=KEY`, the script, a line `//end`. Blank lines between blocks do not count; the end
 * of the text ends a block too.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { SCRIPT_LINE_CHARS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";

export interface ScriptBlock {
  readonly script: string;
  /** "" when the header names none. */
  readonly key: string;
}

/** The blocks that are complete now, and why nothing can follow them. */
export interface ScriptBlocks {
  readonly blocks: readonly ScriptBlock[];
  readonly error: LedgerError | undefined;
}

const HEADER = "//script";
const END = "//end";

export class ScriptSplitter {
  /** The line under way. */
  #line = "";
  /** The key and the lines of the block under way. */
  #open: { readonly key: string; readonly lines: string[] } | undefined;
  /** Characters of the block under way. */
  #size = 0;

  /** How much text is held that belongs to a block without its end. */
  get held(): number {
    return this.#size + this.#line.length;
  }

  push(text: string): ScriptBlocks {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    const read = this.#readLines(lines);
    return read.error === undefined && this.#line.length > SCRIPT_LINE_CHARS_MAX
      ? { ...read, error: LINE_TOO_LONG }
      : read;
  }

  end(): ScriptBlocks {
    const { blocks, error } = this.#readLines(this.#line === "" ? [] : [this.#line]);
    if (error !== undefined || this.#open === undefined) {
      return { blocks, error };
    }
    const last = this.#close(this.#open);
    return last.ok
      ? { blocks: [...blocks, last.value], error: undefined }
      : { blocks, error: last.error };
  }

  #readLines(lines: readonly string[]): ScriptBlocks {
    const blocks: ScriptBlock[] = [];
    for (const line of lines) {
      const block = this.#readLine(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (!block.ok) {
        return { blocks, error: block.error };
      }
      if (block.value !== undefined) {
        blocks.push(block.value);
      }
    }
    return { blocks, error: undefined };
  }

  /** The block that a line ends; undefined while there is none. */
  #readLine(line: string): Result<ScriptBlock | undefined, LedgerError> {
    if (line.length > SCRIPT_LINE_CHARS_MAX) {
      return err(LINE_TOO_LONG);
    }
    if (line.includes("\0")) {
      return err(validation("the character NUL is not allowed in a script"));
    }
    if (this.#open === undefined) {
      return this.#readHeader(line.trim());
    }
    if (line === END) {
      return this.#close(this.#open);
    }
    this.#open.lines.push(line);
    this.#size += line.length + 1;
    return ok(undefined);
  }

  #readHeader(line: string): Result<undefined, LedgerError> {
    if (line === "") {
      return ok(undefined);
    }
    if (!line.startsWith(HEADER)) {
      return err(validation("invalid header"));
    }
    const key = readKey(line.slice(HEADER.length).trim());
    if (!key.ok) {
      return key;
    }
    this.#open = { key: key.value, lines: [] };
    return ok(undefined);
  }

  #close(block: {
    readonly key: string;
    readonly lines: string[];
  }): Result<ScriptBlock, LedgerError> {
    const script = block.lines.join("\n");
    this.#open = undefined;
    this.#size = 0;
    return script === ""
      ? err(validation("invalid script, there is nothing in it"))
      : ok({ script, key: block.key });
  }
}

const LINE_TOO_LONG = validation(
  `a line of the script stream is too long: the limit is ${SCRIPT_LINE_CHARS_MAX} characters`,
);

/** `ik=KEY`, or nothing; commas separate, and what follows a second `=` does not count. */
function readKey(text: string): Result<string, LedgerError> {
  let key = "";
  for (const part of text === "" ? [] : text.split(",")) {
    const [name = "", value] = part.split("=");
    if (name !== "ik") {
      return err(validation(`invalid header, key '${name}' not recognized`));
    }
    if (value === undefined) {
      return err(validation("invalid header, 'ik' has no value"));
    }
    if (key !== "") {
      return err(validation("invalid header, idempotency key already set"));
    }
    key = value;
  }
  return ok(key);
}
