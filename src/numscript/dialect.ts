/**
 * The one page on which the two dialects differ in what they accept as text. What a script means is
 * each runtime's own affair: `machine/` and `interpreter/`.
 */
import { unescapeGo } from "./go-escapes.ts";
import { scanInterpreterToken } from "./lexer-interpreter.ts";
import { scanMachineToken } from "./lexer-machine.ts";
import type { Scanner } from "./scanner.ts";
/** The dialect a script is written in, by the names of the API. */
export type Runtime = "machine" | "experimental-interpreter";

export interface Dialect {
  readonly runtime: Runtime;
  /** Cuts the token that begins with this character, when it is none that both dialects share. */
  readonly scan: (scanner: Scanner, code: number) => void;
  /** The value of a string, given what stands between its quotes; undefined: a bad escape. */
  readonly readString: (raw: string) => string | undefined;
  /** A clause ends with its line, and blocks open and close on lines of their own. */
  readonly hasLines: boolean;
  /** A script may be empty, and so may the blocks of variables and sources. */
  readonly allowsEmpty: boolean;
  /** `destination` may stand before `source`. */
  readonly allowsAnyOrder: boolean;
  /** Calls, parentheses, `/` and the sign `-`; otherwise sums of single terms. */
  readonly hasRichExpressions: boolean;
  /** Any function by name; otherwise the ones that set metadata or give a variable its value. */
  readonly hasFreeCalls: boolean;
  /** A source may be split by portions anywhere; otherwise only as a whole. */
  readonly allotsAnywhere: boolean;
}

export const DIALECTS: Readonly<Record<Runtime, Dialect>> = {
  machine: {
    runtime: "machine",
    scan: scanMachineToken,
    readString: unescapeGo,
    hasLines: true,
    allowsEmpty: false,
    allowsAnyOrder: true,
    hasRichExpressions: false,
    hasFreeCalls: false,
    allotsAnywhere: false,
  },
  "experimental-interpreter": {
    runtime: "experimental-interpreter",
    scan: scanInterpreterToken,
    readString: (raw) => raw,
    hasLines: false,
    allowsEmpty: true,
    allowsAnyOrder: false,
    hasRichExpressions: true,
    hasFreeCalls: true,
    allotsAnywhere: true,
  },
};
