/**
 * Text → tokens. What both dialects share is decided here: blanks, comments, line ends, strings,
 * variables, punctuation. The rest is theirs (`lexer-machine.ts`, `lexer-interpreter.ts`). The
 * longest token wins, as in the original.
 */
import { Comments } from "./comments.ts";
import type { Dialect } from "./dialect.ts";
import { lineEndsFrom, scanString, scanVariable } from "./lexemes.ts";
import type { Problem } from "./problem.ts";
import { Scanner } from "./scanner.ts";
import type { TokenKind, Tokens } from "./token.ts";

export interface Lexed {
  readonly tokens: Tokens;
  readonly problems: readonly Problem[];
}

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BLANK = 32;
const QUOTE = 34;
const DOLLAR = 36;
const SLASH = 47;

const PUNCTUATION: (TokenKind | undefined)[] = [];
for (const kind of ["(", ")", "[", "]", "{", "}", "=", ",", "*", "+", "-"] as const) {
  PUNCTUATION[kind.charCodeAt(0)] = kind;
}

export function lex(source: string, dialect: Dialect): Lexed {
  const scanner = new Scanner(source);
  const comments = new Comments(source);
  while (scanner.at < source.length) {
    const code = source.charCodeAt(scanner.at);
    const punctuation = PUNCTUATION[code];
    if (code === BLANK || code === TAB) {
      scanner.at++;
    } else if (punctuation !== undefined) {
      scanner.take(punctuation, scanner.at + 1);
    } else if (code === LINE_FEED || code === CARRIAGE_RETURN) {
      scanLineEnd(scanner, dialect);
    } else if (code === QUOTE) {
      scanString(scanner);
    } else if (code === DOLLAR) {
      scanVariable(scanner);
    } else if (code !== SLASH || !comments.skip(scanner)) {
      dialect.scan(scanner, code);
    }
  }
  scanner.tokens.push("end", source.length, source.length);
  return { tokens: scanner.tokens, problems: scanner.problems.list };
}

function scanLineEnd(scanner: Scanner, dialect: Dialect): void {
  const end = lineEndsFrom(scanner.source, scanner.at);
  if (dialect.hasLines) {
    scanner.take("line", end);
  }
  scanner.at = end;
}
