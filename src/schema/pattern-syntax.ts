/**
 * RE2's syntax, as far as it matters to whether a text matches: what a group captures and whether a
 * repetition is greedy does not. What RE2 refuses is refused in its words, above all what would
 * need backtracking: references to groups, looking ahead and behind.
 *
 * choice   := sequence { "|" sequence }
 * sequence := { atom [ "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ] [ "?" ] }
 */
import { err, ok, type Result } from "../core/result.ts";
import {
  ANY,
  ANY_BUT_NEWLINE,
  oneCharacter,
  readBracketClass,
  readEscape,
  readPerlClass,
  readUnicodeClass,
  type CharacterSet,
} from "./pattern-class.ts";
import { fail, scanOf, type Flags, type Scan } from "./pattern-scan.ts";

export type Assertion =
  | "text-start"
  | "text-end"
  | "line-start"
  | "line-end"
  | "word-boundary"
  | "no-word-boundary";

export type PatternNode =
  | { readonly kind: "character"; readonly set: CharacterSet }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "sequence" | "choice"; readonly nodes: readonly PatternNode[] }
  | Repeat;

export interface Repeat {
  readonly kind: "repeat";
  readonly node: PatternNode;
  readonly least: number;
  /** undefined: without end. */
  readonly most: number | undefined;
}

/** RE2's bound on counted repetition, also of one inside another. */
const REPEAT_MAX = 1_000;

export function parsePatternSyntax(source: string): Result<PatternNode, string> {
  const scan = scanOf(source);
  const node = readChoice(scan);
  if (scan.at < source.length) {
    fail(scan, "unexpected )", source);
  }
  return scan.problem === undefined ? ok(node) : err(scan.problem);
}

function readChoice(scan: Scan): PatternNode {
  const nodes = [readSequence(scan)];
  while (scan.problem === undefined && scan.source.charAt(scan.at) === "|") {
    scan.at++;
    nodes.push(readSequence(scan));
  }
  return { kind: "choice", nodes };
}

function readSequence(scan: Scan): PatternNode {
  const { source } = scan;
  const nodes: PatternNode[] = [];
  /** Where the repetition began that was read last, if nothing stands in between. */
  let repeatedAt: number | undefined;
  while (scan.problem === undefined && scan.at < source.length) {
    const start = scan.at;
    const quantifier = readQuantifier(scan);
    if (quantifier !== undefined) {
      repeat(scan, nodes, quantifier, { start, repeatedAt });
      repeatedAt = start;
      continue;
    }
    const character = source.charAt(start);
    if (character === "|" || character === ")") {
      break;
    }
    repeatedAt = undefined;
    nodes.push(...readAtom(scan, character));
  }
  return { kind: "sequence", nodes };
}

// --- repetition ---

interface Quantifier {
  readonly least: number;
  readonly most: number | undefined;
}

const QUANTIFIER = /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/y;

/** A brace that opens no count is an ordinary character. */
function readQuantifier(scan: Scan): Quantifier | undefined {
  const { source, at } = scan;
  QUANTIFIER.lastIndex = at;
  const match = QUANTIFIER.exec(source);
  if (match === null) {
    return undefined;
  }
  const [written, operator, from, comma, to] = match;
  scan.at += written.length;
  if (operator !== undefined) {
    return { least: operator === "+" ? 1 : 0, most: operator === "?" ? 1 : undefined };
  }
  const least = Number(from);
  const most = to !== undefined ? Number(to) : comma === undefined ? least : undefined;
  if (Math.max(least, most ?? 0) > REPEAT_MAX || (most !== undefined && most < least)) {
    const end = written.endsWith("?") ? written.length - 1 : written.length;
    fail(scan, "invalid repeat count", written.slice(0, end));
  }
  return { least, most };
}

/** Makes the last node a repetition of itself. */
function repeat(
  scan: Scan,
  nodes: PatternNode[],
  quantifier: Quantifier,
  where: { readonly start: number; readonly repeatedAt: number | undefined },
): void {
  const { source, at } = scan;
  if (where.repeatedAt !== undefined) {
    fail(scan, "invalid nested repetition operator", source.slice(where.repeatedAt, at));
    return;
  }
  const written = source.slice(where.start, at);
  const node = nodes.pop();
  if (node === undefined) {
    fail(scan, "missing argument to repetition operator", written);
    return;
  }
  const repeated: Repeat = { kind: "repeat", node, ...quantifier };
  if (written.startsWith("{") && !isRepeatable(repeated, REPEAT_MAX)) {
    fail(scan, "invalid repeat count", written);
  }
  nodes.push(repeated);
}

/** Whether counted repetitions inside one another stay within the bound when multiplied. */
function isRepeatable(node: PatternNode, bound: number): boolean {
  switch (node.kind) {
    case "sequence":
    case "choice":
      return node.nodes.every((inner) => isRepeatable(inner, bound));
    case "repeat": {
      const count = node.most ?? node.least;
      const rest = Math.floor(bound / Math.max(count, 1));
      return node.most === 0 || (count <= bound && isRepeatable(node.node, rest));
    }
    default:
      return true;
  }
}

// --- what is repeated ---

function readAtom(scan: Scan, character: string): readonly PatternNode[] {
  const { flags } = scan;
  switch (character) {
    case "(":
      return readGroup(scan);
    case "[":
      return characterOf(readBracketClass(scan));
    case ".":
      scan.at++;
      return characterOf(flags.dotAll ? ANY : ANY_BUT_NEWLINE);
    case "^":
      scan.at++;
      return [assertion(flags.multiline ? "line-start" : "text-start")];
    case "$":
      scan.at++;
      return [assertion(flags.multiline ? "line-end" : "text-end")];
    case "\\":
      return readBackslash(scan);
    default:
      return [readLiteral(scan)];
  }
}

function assertion(name: Assertion): PatternNode {
  return { kind: "assertion", assertion: name };
}

/** Nothing after an error. */
function characterOf(set: CharacterSet | undefined): readonly PatternNode[] {
  return set === undefined ? [] : [{ kind: "character", set }];
}

function readLiteral(scan: Scan): PatternNode {
  const code = scan.source.codePointAt(scan.at) ?? 0;
  scan.at += code > 0xffff ? 2 : 1;
  return { kind: "character", set: oneCharacter(code, scan.flags.ignoreCase) };
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ["A", "text-start"],
  ["z", "text-end"],
  ["b", "word-boundary"],
  ["B", "no-word-boundary"],
]);

function readBackslash(scan: Scan): readonly PatternNode[] {
  const { source, at } = scan;
  const letter = source.charAt(at + 1);
  const named = ASSERTIONS.get(letter);
  if (named !== undefined) {
    scan.at += 2;
    return [assertion(named)];
  }
  if (letter === "Q") {
    return readQuoted(scan);
  }
  const set = readUnicodeClass(scan) ?? readPerlClass(scan);
  if (set !== undefined || scan.problem !== undefined) {
    return characterOf(set);
  }
  const code = readEscape(scan);
  return characterOf(code === undefined ? undefined : oneCharacter(code, scan.flags.ignoreCase));
}

/** `\Q…\E`, or to the end. */
function readQuoted(scan: Scan): readonly PatternNode[] {
  const { source, at } = scan;
  const closing = source.indexOf(String.raw`\E`, at + 2);
  const end = closing === -1 ? source.length : closing;
  const nodes: PatternNode[] = [];
  scan.at = at + 2;
  while (scan.at < end) {
    nodes.push(readLiteral(scan));
  }
  scan.at = closing === -1 ? end : end + 2;
  return nodes;
}

// --- groups ---

function readGroup(scan: Scan): readonly PatternNode[] {
  const { source, flags: outside } = scan;
  scan.at++;
  if (source.charAt(scan.at) === "?" && readGroupKind(scan) !== "group") {
    return [];
  }
  const node = readChoice(scan);
  if (source.charAt(scan.at) !== ")") {
    fail(scan, "missing closing )", source);
  }
  scan.at++;
  scan.flags = outside;
  return [node];
}

/** Reads what follows `(?`; "flags" stand alone and hold to the end of the group around them. */
function readGroupKind(scan: Scan): "group" | "flags" | undefined {
  const { source, at } = scan;
  const name = /^\?P?<([^>]*)>/.exec(source.slice(at));
  if (name !== null || /^\?P?</.test(source.slice(at))) {
    return readGroupName(scan, name);
  }
  const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(source.slice(at));
  if (flags === null) {
    const bad = /^\?[imsU]*(?:-[imsU]*)?.?/su.exec(source.slice(at))?.[0] ?? "";
    return fail(scan, "invalid or unsupported Perl syntax", `(${bad}`);
  }
  const [written, on = "", off = "", closing] = flags;
  scan.at += written.length;
  scan.flags = withFlags(withFlags(scan.flags, on, true), off, false);
  return closing === ":" ? "group" : "flags";
}

function readGroupName(scan: Scan, match: RegExpExecArray | null): "group" | undefined {
  const { source, at } = scan;
  const written = match?.[0] ?? source.slice(at);
  const name = match?.[1] ?? "";
  if (!/^\w+$/.test(name)) {
    return fail(scan, "invalid named capture", `(${written}`);
  }
  scan.at += written.length;
  return "group";
}

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return {
    ignoreCase: letters.includes("i") ? value : flags.ignoreCase,
    multiline: letters.includes("m") ? value : flags.multiline,
    dotAll: letters.includes("s") ? value : flags.dotAll,
  };
}
