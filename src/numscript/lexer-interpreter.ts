/**
 * What only the interpreter's lexer knows: words are names unless they are reserved, assets have a
 * form, a slash divides, and an account is made of parts some of which may be variables.
 */
import { accountEnd, percentEnd, scanVariable } from "./lexemes.ts";
import { DIGIT, LOWER, SEGMENT, UNDERSCORE, UPPER, classOf, type Scanner } from "./scanner.ts";
import type { TokenKind } from "./token.ts";

const SHARP = 35;
const DOLLAR = 36;
const FRACTION_BAR = 47;
const COLON = 58;
const AT = 64;
const BACKSLASH = 92;
const LOW_LINE = 95;

const RESERVED = [
  "vars",
  "max",
  "source",
  "destination",
  "send",
  "from",
  "up",
  "to",
  "remaining",
  "allowing",
  "unbounded",
  "overdraft",
  "oneof",
  "kept",
  "save",
  "with",
  "scaling",
  "through",
  "feature",
] as const;

const WORDS = new Map<string, TokenKind>(RESERVED.map((word) => [word, word]));

export function scanInterpreterToken(scanner: Scanner, code: number): void {
  const set = classOf(code);
  if ((set & LOWER) !== 0) {
    const end = scanner.runEnd(scanner.at, LOWER | UNDERSCORE);
    scanner.take(WORDS.get(scanner.source.slice(scanner.at, end)) ?? "name", end);
  } else if ((set & DIGIT) !== 0) {
    scanNumber(scanner);
  } else if ((set & UPPER) !== 0) {
    scanAsset(scanner);
  } else if (code === AT) {
    scanAccount(scanner);
  } else {
    scanSign(scanner, code);
  }
}

/** Digits may be grouped by single low lines: `1_000`. */
function scanNumber(scanner: Scanner): void {
  const digits = scanner.runEnd(scanner.at, DIGIT);
  const percent = percentEnd(scanner, digits);
  if (percent !== undefined) {
    scanner.take("portion", percent);
    return;
  }
  let end = digits;
  while (scanner.source.charCodeAt(end) === LOW_LINE) {
    const group = scanner.runEnd(end + 1, DIGIT);
    if (group === end + 1) {
      break;
    }
    end = group;
  }
  scanner.take("number", end);
}

function scanAsset(scanner: Scanner): void {
  const end = scanner.runEnd(scanner.at, UPPER | DIGIT);
  const precision = end + 1;
  const precisionEnd =
    scanner.source.charCodeAt(end) === FRACTION_BAR ? scanner.runEnd(precision, DIGIT) : precision;
  scanner.take("asset", precisionEnd > precision ? precisionEnd : end);
}

function scanAccount(scanner: Scanner): void {
  const end = accountEnd(scanner);
  if (end === undefined) {
    scanner.take("@", scanner.at + 1);
    scanPart(scanner);
  } else {
    scanner.take("account", end);
  }
}

/**
 * After `@` and `:` only a part of an account or a variable can follow, directly; everything before
 * the next one is refused.
 */
function scanPart(scanner: Scanner): void {
  const { source } = scanner;
  while (scanner.at < source.length) {
    const end = scanner.runEnd(scanner.at, SEGMENT);
    if (end > scanner.at) {
      scanner.take("part", end);
      return;
    }
    if (source.charCodeAt(scanner.at) === DOLLAR) {
      const tokens = scanner.tokens.kinds.length;
      scanVariable(scanner);
      if (scanner.tokens.kinds.length > tokens) {
        return;
      }
    } else {
      scanner.refuse();
    }
  }
}

function scanSign(scanner: Scanner, code: number): void {
  const next = scanner.at + 1;
  if (code === FRACTION_BAR) {
    scanner.take("/", next);
  } else if (code === BACKSLASH) {
    scanner.take("\\", next);
  } else if (code === COLON) {
    scanner.take(":", next);
    scanPart(scanner);
  } else if (code === SHARP && scanner.source.startsWith("!", next)) {
    scanner.take("#!", next + 1);
  } else {
    scanner.refuse();
  }
}
