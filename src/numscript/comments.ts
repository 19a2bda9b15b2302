/**
 * Comments. `//` runs to the end of its line and takes the line end with it; without a line end it
 * is no comment. Block comments nest, and one whose nesting never ends closes with the last `*\/`
 * of the text. No text is searched twice for an end that is not there.
 */
import { lineEndsFrom, restOfLine } from "./lexemes.ts";
import type { Scanner } from "./scanner.ts";

export class Comments {
  readonly #source: string;
  readonly #lastLineEnd: number;
  readonly #lastBlockEnd: number;

  constructor(source: string) {
    this.#source = source;
    this.#lastLineEnd = Math.max(source.lastIndexOf("\n"), source.lastIndexOf("\r"));
    this.#lastBlockEnd = source.lastIndexOf("*/");
  }

  /** Moves past the comment that stands here; false when none does. */
  skip(scanner: Scanner): boolean {
    const { at } = scanner;
    const body = at + 2;
    if (this.#lastLineEnd > at && this.#source.startsWith("//", at)) {
      scanner.at = lineEndsFrom(this.#source, restOfLine(this.#source, body));
      return true;
    }
    if (this.#lastBlockEnd >= body && this.#source.startsWith("/*", at)) {
      scanner.at = this.#blockEnd(body);
      return true;
    }
    return false;
  }

  #blockEnd(body: number): number {
    let depth = 1;
    for (let at = body; at <= this.#lastBlockEnd; at++) {
      if (this.#source.startsWith("*/", at)) {
        at++;
        depth--;
        if (depth === 0) {
          return at + 1;
        }
      } else if (this.#source.startsWith("/*", at)) {
        at++;
        depth++;
      }
    }
    return this.#lastBlockEnd + 2;
  }
}
