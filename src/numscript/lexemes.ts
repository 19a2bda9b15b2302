/**
 * The pieces of text that mean the same in both dialects: strings, variables, accounts,
 * percentages, line ends. Each looks at every character once.
 */
import { DIGIT, LOWER, SEGMENT, UNDERSCORE, type Scanner } from "./scanner.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const PERCENT = 37;
const DOT = 46;
const COLON = 58;
const BACKSLASH = 92;

export function lineEndsFrom(source: string, from: number): number {
  let end = from;
  while (isLineEnd(source.charCodeAt(end))) {
    end++;
  }
  return end;
}

export function restOfLine(source: string, from: number): number {
  let end = from;
  while (end < source.length && !isLineEnd(source.charCodeAt(end))) {
    end++;
  }
  return end;
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}

/**
 * A quote after a backslash may close the string or belong to it; since the longest token wins, it
 * closes only when no later quote on the line does.
 */
export function scanString(scanner: Scanner): void {
  const { source } = scanner;
  let closed: number | undefined;
  let at = scanner.at + 1;
  for (; at < source.length && !isLineEnd(source.charCodeAt(at)); at++) {
    if (source.charCodeAt(at) === QUOTE) {
      closed = at + 1;
      if (source.charCodeAt(at - 1) !== BACKSLASH) {
        break;
      }
    }
  }
  if (closed === undefined) {
    scanner.refuse(at);
  } else {
    scanner.take("string", closed);
  }
}

/** Scans `$name`, or refuses the dollar. */
export function scanVariable(scanner: Scanner): void {
  const name = scanner.at + 1;
  const head = scanner.runEnd(name, LOWER | UNDERSCORE);
  if (head === name) {
    scanner.refuse();
  } else {
    scanner.take("variable", scanner.runEnd(head, LOWER | UNDERSCORE | DIGIT));
  }
}

/** Where `12%` or `1.5%` ends, given where its first digits end. */
export function percentEnd(scanner: Scanner, digitsEnd: number): number | undefined {
  const { source } = scanner;
  let at = digitsEnd;
  if (source.charCodeAt(at) === DOT) {
    const decimals = at + 1;
    at = scanner.runEnd(decimals, DIGIT);
    if (at === decimals) {
      return undefined;
    }
  }
  return source.charCodeAt(at) === PERCENT ? at + 1 : undefined;
}

/** Where `@a:b:c` ends; undefined when no segment follows the sign. */
export function accountEnd(scanner: Scanner): number | undefined {
  const { source, at } = scanner;
  let end = scanner.runEnd(at + 1, SEGMENT);
  if (end === at + 1) {
    return undefined;
  }
  while (source.charCodeAt(end) === COLON) {
    const segment = scanner.runEnd(end + 1, SEGMENT);
    if (segment === end + 1) {
      break;
    }
    end = segment;
  }
  return end;
}
