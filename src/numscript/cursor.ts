/**
 * Where the parser stands among the tokens, and what it does about errors: it tells one problem and
 * from then on sees the end of the script wherever it looks, until the statement is given up and
 * the next one found. So no rule of the grammar needs to know of errors.
 */
import { SCRIPT_NESTING_MAX, STATEMENT_PARTS_MAX } from "../core/limits.ts";
import type { Name } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import { quoted, type Problems } from "./problem.ts";
import type { Span } from "./span.ts";
import type { TokenKind, Tokens } from "./token.ts";

export class Cursor {
  readonly source: string;
  readonly dialect: Dialect;
  readonly problems: Problems;
  readonly #tokens: Tokens;
  #index = 0;
  #depth = 0;
  #parts = 0;
  /** Of the token the cursor stands on. */
  kind: TokenKind;
  hasFailed = false;

  constructor(source: string, dialect: Dialect, tokens: Tokens, problems: Problems) {
    this.source = source;
    this.dialect = dialect;
    this.problems = problems;
    this.#tokens = tokens;
    this.kind = this.#kindAt(0);
  }

  #kindAt(index: number): TokenKind {
    return this.#tokens.kinds[index] ?? "end";
  }

  /** Where the token the cursor stands on begins. */
  get start(): number {
    return this.#tokens.starts[this.#index] ?? this.source.length;
  }

  /** Where the token before it ends. */
  get lastEnd(): number {
    return this.#tokens.ends[this.#index - 1] ?? 0;
  }

  /** The text of the token the cursor stands on. */
  get text(): string {
    return this.source.slice(this.start, this.#tokens.ends[this.#index]);
  }

  get span(): Span {
    return { start: this.start, end: this.#tokens.ends[this.#index] ?? this.source.length };
  }

  /** Stands on the token that closes a list, or nothing more can come. */
  closes(kind: TokenKind): boolean {
    return this.kind === kind || this.kind === "end";
  }

  advance(): void {
    if (!this.hasFailed) {
      this.#index++;
      this.kind = this.#kindAt(this.#index);
    }
  }

  /** Moves past a token of this kind, if the cursor stands on one. */
  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) {
      return false;
    }
    this.advance();
    return true;
  }

  expect(kind: TokenKind): void {
    if (!this.accept(kind)) {
      this.fail(NAMES.get(kind) ?? `'${kind}'`);
    }
  }

  /** The text of a token of this kind, which is passed. */
  takeName(kind: TokenKind): Name {
    const { start, text } = this;
    this.expect(kind);
    return { text, start, end: start + text.length };
  }

  /** The end of a line, where the dialect has lines. */
  expectLine(): void {
    if (this.dialect.hasLines) {
      this.expect("line");
    }
  }

  /** The token the cursor stands on is not what the grammar wants here. */
  fail(expected: string): void {
    const { span } = this;
    this.giveUp(`mismatched input ${quoted(this.source, span)} expecting ${expected}`, span);
  }

  giveUp(message: string, span: Span): void {
    if (!this.hasFailed) {
      this.problems.add(message, span);
      this.hasFailed = true;
      this.kind = "end";
    }
  }

  /** Every rule that may contain itself runs inside this. */
  nested<T>(rule: () => T, otherwise: T): T {
    if (this.#depth === SCRIPT_NESTING_MAX) {
      const message = `nested too deep, the limit is ${SCRIPT_NESTING_MAX}`;
      this.giveUp(message, this.span);
      return otherwise;
    }
    this.#depth++;
    const result = rule();
    this.#depth--;
    return result;
  }

  /** Begins a statement or a declaration: its parts are counted anew. */
  begin(): void {
    this.#parts = 0;
  }

  /** Counts a source, a destination or an operand of the statement. */
  countPart(): void {
    this.#parts++;
    if (this.#parts > STATEMENT_PARTS_MAX) {
      const limit = `the limit is ${STATEMENT_PARTS_MAX}`;
      const message = `too many sources, destinations or operands, ${limit}`;
      this.giveUp(message, this.span);
    }
  }

  /** Ends a statement. After a problem the cursor moves on to where another one may begin. */
  finish(startOfStatement: number): void {
    if (!this.hasFailed) {
      return;
    }
    this.hasFailed = false;
    if (this.start === startOfStatement) {
      this.#index++;
    }
    while (!this.#mayStartStatement()) {
      this.#index++;
    }
    this.kind = this.#kindAt(this.#index);
  }

  #mayStartStatement(): boolean {
    const kind = this.#kindAt(this.#index);
    if (this.dialect.hasLines && kind !== "end" && this.#kindAt(this.#index - 1) !== "line") {
      return false;
    }
    return kind === "name" ? this.text.startsWith("set_") : STATEMENT_STARTS.has(kind);
  }
}

const STATEMENT_STARTS: ReadonlySet<TokenKind> = new Set(["send", "save", "print", "fail", "end"]);

/** How messages name the kinds of tokens that are no words. */
const NAMES: ReadonlyMap<TokenKind, string> = new Map([
  ["line", "the end of the line"],
  ["end", "the end of the script"],
  ["name", "a name"],
  ["variable", "a variable"],
  ["string", "a string"],
  ["number", "a number"],
]);
