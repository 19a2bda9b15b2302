/**
 * Sets of characters in RE2's syntax: `[a-z]`, `\d`, `[[:alpha:]]`, `\p{Greek}`. A character is one
 * code point. Case folding and Unicode's properties are left to the engine's own regular
 * expressions, one character at a time, where they cannot be slow.
 */
import { fail, type Scan } from "./pattern-scan.ts";

/** Whether a character, given as text and as code point, belongs to a set. */
export type CharacterSet = (character: string, code: number) => boolean;

type Range = readonly [first: number, last: number];

const LAST = 0x10_ffff;

export const ANY: CharacterSet = () => true;
export const ANY_BUT_NEWLINE: CharacterSet = (_, code) => code !== 10;

export function oneCharacter(code: number, ignoreCase: boolean): CharacterSet {
  return ignoreCase ? remembered(inRanges([[code, code]], true)) : (_, other) => other === code;
}

/** Asks a set once about each character of ASCII, which is what addresses are made of. */
function remembered(set: CharacterSet): CharacterSet {
  let table: Uint8Array | undefined;
  return (character, code) => {
    if (code > 127) {
      return set(character, code);
    }
    table ??= Uint8Array.from({ length: 128 }, (_, other) => {
      return set(String.fromCharCode(other), other) ? 1 : 0;
    });
    return table[code] === 1;
  };
}

function inRanges(ranges: readonly Range[], ignoreCase: boolean): CharacterSet {
  if (!ignoreCase) {
    return (_, code) => ranges.some(([first, last]) => first <= code && code <= last);
  }
  const members = ranges.map(([first, last]) => `${escapeOf(first)}-${escapeOf(last)}`).join("");
  return byExpression(`[${members}]`, true);
}

function escapeOf(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

/** Many sets are read and never asked: the expression is made when it is. */
function byExpression(one: string, ignoreCase: boolean): CharacterSet {
  let expression: RegExp | undefined;
  return (character) => {
    expression ??= new RegExp(`^${one}$`, ignoreCase ? "iu" : "u");
    return expression.test(character);
  };
}

function not(set: CharacterSet): CharacterSet {
  return (character, code) => !set(character, code);
}

function anyOf(sets: readonly CharacterSet[]): CharacterSet {
  return (character, code) => sets.some((set) => set(character, code));
}

// --- named sets ---

const DIGITS: readonly Range[] = [[48, 57]];
const UPPER: readonly Range[] = [[65, 90]];
const LOWER: readonly Range[] = [[97, 122]];
const ALPHA = [...UPPER, ...LOWER];
const ALNUM = [...DIGITS, ...ALPHA];
const WORD = [...ALNUM, [95, 95] as const];

const PERL: ReadonlyMap<string, readonly Range[]> = new Map([
  ["d", DIGITS],
  [
    "s",
    [
      [9, 10],
      [12, 13],
      [32, 32],
    ] as const,
  ],
  ["w", WORD],
]);

const POSIX: ReadonlyMap<string, readonly Range[]> = new Map<string, readonly Range[]>([
  ["alnum", ALNUM],
  ["alpha", ALPHA],
  ["ascii", [[0, 127]]],
  [
    "blank",
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    "cntrl",
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ["digit", DIGITS],
  ["graph", [[33, 126]]],
  ["lower", LOWER],
  ["print", [[32, 126]]],
  [
    "punct",
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  [
    "space",
    [
      [9, 13],
      [32, 32],
    ],
  ],
  ["upper", UPPER],
  ["word", WORD],
  ["xdigit", [...DIGITS, [65, 70], [97, 102]]],
]);

/** `\d`, `\S` and their like; undefined when something else stands here. */
export function readPerlClass(scan: Scan): CharacterSet | undefined {
  const { source, at } = scan;
  const letter = source.charAt(at + 1);
  const ranges = source.charAt(at) === "\\" ? PERL.get(letter.toLowerCase()) : undefined;
  if (ranges === undefined) {
    return undefined;
  }
  scan.at += 2;
  const set = inRanges(ranges, scan.flags.ignoreCase);
  return remembered(letter === letter.toLowerCase() ? set : not(set));
}

/** `\pL`, `\p{Greek}`, `\P{^Lu}`; undefined when something else stands here, or after an error. */
export function readUnicodeClass(scan: Scan): CharacterSet | undefined {
  const { source, at } = scan;
  const match = /^\\([pP])(?:\{([^}]*)\}|([^{])|(?=\{)|$)/su.exec(source.slice(at));
  if (match === null) {
    return undefined;
  }
  const written = match[2] ?? match[3] ?? "";
  const isInverted = written.startsWith("^");
  const name = isInverted ? written.slice(1) : written;
  const set = property(name, scan.flags.ignoreCase);
  if (set === undefined) {
    const isOpen = match[0].length === 2;
    return fail(scan, "invalid character class range", isOpen ? source.slice(at) : match[0]);
  }
  scan.at += match[0].length;
  return remembered((match[1] === "P") === isInverted ? set : not(set));
}

const CATEGORY = /^(?:C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const SCRIPT = /^[A-Z][a-z_A-Z]+$/;

/** A general category by its short name, a script by its long one; undefined for anything else. */
function property(name: string, ignoreCase: boolean): CharacterSet | undefined {
  if (name === "Any") {
    return ANY;
  }
  if (CATEGORY.test(name)) {
    return byExpression(`\\p{${name}}`, ignoreCase);
  }
  const script = `\\p{Script=${name}}`;
  return SCRIPT.test(name) && isExpression(script) ? byExpression(script, ignoreCase) : undefined;
}

function isExpression(source: string): boolean {
  try {
    return new RegExp(source, "u").unicode;
  } catch {
    return false;
  }
}

// --- bracketed classes ---

/** `[…]`; undefined after an error. */
export function readBracketClass(scan: Scan): CharacterSet | undefined {
  const { source, at: start } = scan;
  scan.at++;
  const isInverted = source.charAt(scan.at) === "^";
  scan.at += isInverted ? 1 : 0;
  const ranges: Range[] = [];
  const sets: CharacterSet[] = [];
  for (let isFirst = true; isFirst || source.charAt(scan.at) !== "]"; isFirst = false) {
    const set = readPosixClass(scan) ?? readUnicodeClass(scan) ?? readPerlClass(scan);
    if (scan.problem !== undefined) {
      return undefined;
    }
    if (set !== undefined) {
      sets.push(set);
      continue;
    }
    const range = readRange(scan, start);
    if (range === undefined) {
      return undefined;
    }
    ranges.push(range);
  }
  scan.at++;
  const union = anyOf([inRanges(ranges, scan.flags.ignoreCase), ...sets]);
  return remembered(isInverted ? not(union) : union);
}

/** `[:alpha:]` inside brackets. */
function readPosixClass(scan: Scan): CharacterSet | undefined {
  const { source, at } = scan;
  const end = source.startsWith("[:", at) ? source.indexOf(":]", at + 2) : -1;
  if (end === -1) {
    return undefined;
  }
  const written = source.slice(at + 2, end);
  const isInverted = written.startsWith("^");
  const ranges = POSIX.get(isInverted ? written.slice(1) : written);
  if (ranges === undefined) {
    return fail(scan, "invalid character class range", source.slice(at, end + 2));
  }
  scan.at = end + 2;
  const set = inRanges(ranges, scan.flags.ignoreCase);
  return isInverted ? not(set) : set;
}

function readRange(scan: Scan, bracket: number): Range | undefined {
  const { source, at: start } = scan;
  const first = readMember(scan, bracket);
  if (first === undefined) {
    return undefined;
  }
  const next = source.charAt(scan.at + 1);
  if (source.charAt(scan.at) !== "-" || next === "]" || next === "") {
    return [first, first];
  }
  scan.at++;
  const last = readMember(scan, bracket);
  if (last === undefined) {
    return undefined;
  }
  return last < first
    ? fail(scan, "invalid character class range", source.slice(start, scan.at))
    : [first, last];
}

function readMember(scan: Scan, bracket: number): number | undefined {
  const { source, at } = scan;
  const code = source.codePointAt(at);
  if (code === undefined) {
    return fail(scan, "missing closing ]", source.slice(bracket));
  }
  if (code === 92) {
    return readEscape(scan);
  }
  scan.at += code > 0xffff ? 2 : 1;
  return code;
}

// --- escapes of one character ---

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

/**
 * What may follow the backslash, and the code point it stands for. A digit from 1 to 7 alone would
 * refer back to a group, which RE2 does not do.
 */
const ESCAPES: readonly (readonly [form: RegExp, codeOf: (written: string) => number])[] = [
  [/^(0[0-7]{0,2}|[1-7][0-7]{1,2})/, (digits) => Number.parseInt(digits, 8)],
  [/^x([0-9a-fA-F]{2})/, (digits) => Number.parseInt(digits, 16)],
  [/^x\{([0-9a-fA-F]+)\}/, (digits) => Number.parseInt(digits, 16)],
  [/^([afnrtv])/, (letter) => CONTROLS.get(letter) ?? 0],
  [/^([^0-9A-Za-z\u0080-\uffff])/, (mark) => mark.charCodeAt(0)],
];

/** The code point that an escape stands for; undefined after an error. */
export function readEscape(scan: Scan): number | undefined {
  const rest = scan.source.slice(scan.at + 1);
  if (rest === "") {
    return fail(scan, "trailing backslash at end of expression", "");
  }
  for (const [form, codeOf] of ESCAPES) {
    const match = form.exec(rest);
    const code = match === null ? undefined : codeOf(match[1] ?? "");
    if (match !== null && code !== undefined && code <= LAST) {
      scan.at += 1 + match[0].length;
      return code;
    }
  }
  return fail(
    scan,
    "invalid escape sequence",
    `\\${String.fromCodePoint(rest.codePointAt(0) ?? 0)}`,
  );
}
