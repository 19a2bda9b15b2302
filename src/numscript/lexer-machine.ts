/**
 * What only the machine's lexer knows: its words are a closed list, an asset is any run of
 * capitals, digits and slashes, and a fraction is one token.
 */
import { accountEnd, percentEnd } from "./lexemes.ts";
import { DIGIT, LOWER, SLASH, UNDERSCORE, UPPER, classOf, type Scanner } from "./scanner.ts";
import type { TokenKind } from "./token.ts";

const BLANK = 32;
const PERCENT = 37;
const FRACTION_BAR = 47;
const AT = 64;

/** Two phrases are one token each, with exactly one blank between their words. */
const PHRASES = ["allowing unbounded overdraft", "allowing overdraft up to"] as const;

const KEYWORDS = [
  "vars",
  "send",
  "source",
  "destination",
  "save",
  "from",
  "max",
  "to",
  "remaining",
  "kept",
  "print",
  "fail",
] as const;

const TYPES = ["account", "asset", "number", "monetary", "portion", "string"];
const FUNCTIONS = ["meta", "balance", "set_tx_meta", "set_account_meta"];

const WORDS = new Map<string, TokenKind>();
for (const word of KEYWORDS) {
  WORDS.set(word, word);
}
for (const word of [...TYPES, ...FUNCTIONS]) {
  WORDS.set(word, "name");
}
const LONGEST_WORD = "set_account_meta".length;

export function scanMachineToken(scanner: Scanner, code: number): void {
  const set = classOf(code);
  if ((set & LOWER) !== 0) {
    scanWord(scanner);
  } else if ((set & DIGIT) !== 0) {
    scanNumber(scanner);
  } else if ((set & (UPPER | SLASH)) !== 0) {
    scanner.take("asset", scanner.runEnd(scanner.at, UPPER | DIGIT | SLASH));
  } else if (code === AT) {
    scanAccount(scanner);
  } else if (code === PERCENT) {
    scanner.take("%", scanner.at + 1);
  } else {
    scanner.refuse();
  }
}

/** Words may touch: `remainingto` is two tokens. The longest known word counts. */
function scanWord(scanner: Scanner): void {
  const { source, at } = scanner;
  const end = scanner.runEnd(at, LOWER | UNDERSCORE);
  for (let cut = Math.min(end, at + LONGEST_WORD); cut > at; cut--) {
    const kind = WORDS.get(source.slice(at, cut));
    if (kind !== undefined) {
      scanner.take(kind, cut);
      return;
    }
  }
  const phrase = PHRASES.find((words) => source.startsWith(words, at));
  if (phrase === undefined) {
    scanner.refuse(end);
  } else {
    scanner.take(phrase, at + phrase.length);
  }
}

/** The longest of a number, a portion and an asset (`100A` is one); a portion wins a tie. */
function scanNumber(scanner: Scanner): void {
  const digits = scanner.runEnd(scanner.at, DIGIT);
  const portion = fractionEnd(scanner, digits) ?? percentEnd(scanner, digits);
  const asset = scanner.runEnd(digits, UPPER | DIGIT | SLASH);
  if (asset > (portion ?? digits)) {
    scanner.take("asset", asset);
  } else if (portion === undefined) {
    scanner.take("number", digits);
  } else {
    scanner.take("portion", portion);
  }
}

/** At most one blank stands on either side of the bar. */
function fractionEnd(scanner: Scanner, numeratorEnd: number): number | undefined {
  const bar = skipBlank(scanner, numeratorEnd);
  if (scanner.source.charCodeAt(bar) !== FRACTION_BAR) {
    return undefined;
  }
  const denominator = skipBlank(scanner, bar + 1);
  const end = scanner.runEnd(denominator, DIGIT);
  return end > denominator ? end : undefined;
}

function skipBlank(scanner: Scanner, at: number): number {
  return scanner.source.charCodeAt(at) === BLANK ? at + 1 : at;
}

function scanAccount(scanner: Scanner): void {
  const end = accountEnd(scanner);
  if (end === undefined) {
    scanner.refuse();
  } else {
    scanner.take("account", end);
  }
}
