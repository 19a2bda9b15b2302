/**
 * Cuts a stream of text into JSON values, whatever stands between them: lines, blanks, nothing. It
 * looks for brackets and quotes only; whether a value is well formed is for the parser to say.
 */
export interface JsonText {
  readonly text: string;
  /** The line of the stream it starts on, counted from 1. */
  readonly line: number;
}

const QUOTE = 34;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const NOT_BLANK = /[^ \t\n\r]/g;
/** What ends a number, a word, or whatever begins neither a text nor a list nor an object. */
const END_OF_WORD = /[ \t\n\r"{[]/g;

export class JsonSplitter {
  #pending = "";
  /** Where the scan goes on inside `pending`. */
  #at = 0;
  /** Where the value under way starts; -1 between values. */
  #start = -1;
  #startLine = 1;
  #depth = 0;
  #inString = false;
  /** The line at `counted` inside `pending`. */
  #line = 1;
  #counted = 0;

  /** The values that are complete now. */
  push(text: string): JsonText[] {
    this.#pending += text;
    const values: JsonText[] = [];
    while (this.#begin()) {
      const end = this.#findEnd();
      if (end === undefined) {
        break;
      }
      values.push({ text: this.#pending.slice(this.#start, end), line: this.#startLine });
      this.#start = -1;
      this.#at = end;
    }
    this.#forget();
    return values;
  }

  /** What is left when the stream ends: a word, a value without its end, or nothing. */
  end(): JsonText | undefined {
    return this.#start === -1 ? undefined : { text: this.#pending, line: this.#startLine };
  }

  /** How much text is held that belongs to a value without its end. */
  get held(): number {
    return this.#pending.length;
  }

  /** Finds where the next value starts, unless one is under way; false when none does. */
  #begin(): boolean {
    if (this.#start !== -1) {
      return true;
    }
    const start = find(NOT_BLANK, this.#pending, this.#at);
    if (start === -1) {
      this.#at = this.#pending.length;
      return false;
    }
    this.#countLines(start);
    this.#startLine = this.#line;
    this.#start = start;
    this.#at = start;
    return true;
  }

  #countLines(upTo: number): void {
    for (let at = this.#counted; ; this.#line++) {
      at = this.#pending.indexOf("\n", at) + 1;
      if (at === 0 || at > upTo) {
        break;
      }
    }
    this.#counted = upTo;
  }

  /** The end of the value under way; undefined while more text is needed. */
  #findEnd(): number | undefined {
    if (!'"{['.includes(this.#pending.charAt(this.#start))) {
      const end = find(END_OF_WORD, this.#pending, Math.max(this.#at, this.#start + 1));
      this.#at = this.#pending.length;
      return end === -1 ? undefined : end;
    }
    const text = this.#pending;
    while (this.#at < text.length) {
      this.#at = this.#inString ? this.#skipText(text) : this.#skipStructure(text);
      if (!this.#inString && this.#depth === 0) {
        return this.#at;
      }
    }
    return undefined;
  }

  /** Past the end of the JSON string under way, or of the text. */
  #skipText(text: string): number {
    const quote = closingQuote(text, this.#at);
    this.#inString = quote === -1;
    return quote === -1 ? text.length : quote + 1;
  }

  /** Past the next quote, the bracket that ends the value, or the end of the text. */
  #skipStructure(text: string): number {
    let depth = this.#depth;
    let at = this.#at;
    while (at < text.length) {
      const code = text.charCodeAt(at++);
      if (code === QUOTE) {
        this.#inString = true;
        break;
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        depth++;
      } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) {
        break;
      }
    }
    this.#depth = depth;
    return at;
  }

  /** Lets go of what has been given out. */
  #forget(): void {
    const from = this.#start === -1 ? this.#at : this.#start;
    this.#countLines(from);
    this.#pending = this.#pending.slice(from);
    this.#at -= from;
    this.#counted -= from;
    this.#start = this.#start === -1 ? -1 : 0;
  }
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** The first quote from `from` on that no backslash takes the meaning of; -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1 && isEscaped(text, quote)) {
    quote = text.indexOf('"', quote + 1);
  }
  return quote;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charAt(before - 1) === "\\") {
    before--;
  }
  return (at - before) % 2 === 1;
}
