/**
 * The kinds of tokens of both dialects, and the list a lexer makes of them. A keyword's kind is the
 * word itself.
 */
export type TokenKind = Punctuation | Keyword | Term | "line" | "end";

type Punctuation =
  | "("
  | ")"
  | "["
  | "]"
  | "{"
  | "}"
  | "="
  | ","
  | "*"
  | "+"
  | "-"
  | "/"
  | "\\"
  | ":"
  | "@"
  | "%"
  | "#!";

type Keyword =
  | "vars"
  | "send"
  | "source"
  | "destination"
  | "save"
  | "from"
  | "max"
  | "to"
  | "remaining"
  | "kept"
  | "print"
  | "fail"
  | "allowing unbounded overdraft"
  | "allowing overdraft up to"
  | "allowing"
  | "unbounded"
  | "overdraft"
  | "up"
  | "oneof"
  | "with"
  | "scaling"
  | "through"
  | "feature";

/**
 * `account` is `@a:b`, `part` a piece of an account after `@` or `:` (interpreter), `portion` is
 * `1/2` or `50%`, `name` the name of a type or a function.
 */
type Term = "account" | "part" | "asset" | "number" | "portion" | "string" | "variable" | "name";

/** Tokens as columns: one script has hundreds, and nothing keeps them once it is parsed. */
export class Tokens {
  readonly kinds: TokenKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  push(kind: TokenKind, start: number, end: number): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
  }
}
