/**
 * Cuts a stream of text into JSON values, whatever stands between them: lines, blanks, nothing. It
 * looks at brackets and quotes only; whether a value is well formed is for the parser to say. Each
 * character is looked at once.
 */
const QUOTE = 34;
const BACKSLASH = 92;

export class JsonSplitter {
  #pending = "";
  /** Where the scan goes on inside `pending`. */
  #position = 0;
  /** Where the value under way starts; -1 between values. */
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** The values that are complete now. */
  push(text: string): string[] {
    this.#pending += text;
    const values: string[] = [];
    while (this.#position < this.#pending.length) {
      const end = this.#step();
      if (end !== undefined) {
        values.push(this.#pending.slice(this.#start, end));
        this.#pending = this.#pending.slice(end);
        this.#position = 0;
        this.#start = -1;
      }
    }
    if (this.#start === -1) {
      this.#pending = "";
      this.#position = 0;
    }
    return values;
  }

  /** What is left when the stream ends: a value without its end, or undefined. */
  end(): string | undefined {
    const rest = this.#start === -1 ? "" : this.#pending.slice(this.#start);
    this.#pending = "";
    this.#start = -1;
    return rest === "" ? undefined : rest;
  }

  /** How much text is held that belongs to a value without its end. */
  get held(): number {
    return this.#pending.length;
  }

  /** Looks at one character; the end of the value when it completes one. */
  #step(): number | undefined {
    const code = this.#pending.charCodeAt(this.#position++);
    if (this.#inString) {
      return this.#stepInString(code);
    }
    if (isBlank(code)) {
      return this.#start !== -1 && this.#depth === 0 ? this.#position - 1 : undefined;
    }
    if (this.#start === -1) {
      this.#start = this.#position - 1;
    }
    if (code === QUOTE) {
      this.#inString = true;
    } else if (code === 123 || code === 91) {
      this.#depth++;
    } else if (code === 125 || code === 93) {
      this.#depth = Math.max(0, this.#depth - 1);
      return this.#depth === 0 ? this.#position : undefined;
    }
    return undefined;
  }

  #stepInString(code: number): undefined {
    if (this.#escaped) {
      this.#escaped = false;
    } else if (code === BACKSLASH) {
      this.#escaped = true;
    } else if (code === QUOTE) {
      this.#inString = false;
    }
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
