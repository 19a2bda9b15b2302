/**
 * The text of a script while it is cut into tokens: where the lexer stands, what it found, and the
 * classes of characters both dialects are made of. Never looks back, so the whole cut is one pass.
 */
import { Problems, quoted } from "./problem.ts";
import { Tokens, type TokenKind } from "./token.ts";

export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const UNDERSCORE = 8;
export const DASH = 16;
export const SLASH = 32;

/** What the segments of an address are made of. */
export const SEGMENT = LOWER | UPPER | DIGIT | UNDERSCORE | DASH;

const CLASSES = new Uint8Array(128);
setRange("a", "z", LOWER);
setRange("A", "Z", UPPER);
setRange("0", "9", DIGIT);
setRange("_", "_", UNDERSCORE);
setRange("-", "-", DASH);
setRange("/", "/", SLASH);

function setRange(first: string, last: string, set: number): void {
  CLASSES.fill(set, first.charCodeAt(0), last.charCodeAt(0) + 1);
}

export function classOf(code: number): number {
  return CLASSES[code] ?? 0;
}

export class Scanner {
  readonly source: string;
  readonly tokens = new Tokens();
  readonly problems = new Problems();
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Where the run of characters of these classes ends that begins at `from`. */
  runEnd(from: number, classes: number): number {
    let end = from;
    while (end < this.source.length && (classOf(this.source.charCodeAt(end)) & classes) !== 0) {
      end++;
    }
    return end;
  }

  take(kind: TokenKind, end: number): void {
    this.tokens.push(kind, this.at, end);
    this.at = end;
  }

  /** What stands here is no token of the language; it is told and skipped. */
  refuse(end = this.at + this.#characterLength()): void {
    if (!this.problems.isFull) {
      const span = { start: this.at, end };
      this.problems.add(`token recognition error at: ${quoted(this.source, span)}`, span);
    }
    this.at = end;
  }

  #characterLength(): number {
    return (this.source.codePointAt(this.at) ?? 0) > 0xffff ? 2 : 1;
  }
}
