/**
 * Patterns of a chart's variable segments. A pattern is run as a set of threads that step through
 * the text together, so the time is bounded by the length of the text times the size of the
 * pattern: no pattern can be slow (Thompson's construction, as RE2 does it).
 */
import { PATTERN_CHARS_MAX, PATTERN_STEPS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { CharacterSet } from "./pattern-class.ts";
import { parsePatternSyntax, type Assertion, type PatternNode } from "./pattern-syntax.ts";

type Step =
  | { readonly kind: "character"; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: "assertion"; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: "fork"; readonly next: number; readonly other: number }
  | { readonly kind: "match" };

export interface Pattern {
  readonly source: string;
  readonly steps: readonly Step[];
  readonly start: number;
}

/** The error is RE2's, or names a limit. */
export function parsePattern(source: string): Result<Pattern, string> {
  if (source.length > PATTERN_CHARS_MAX) {
    return err(`a pattern may have ${PATTERN_CHARS_MAX} characters, got ${source.length}`);
  }
  const node = parsePatternSyntax(source);
  if (!node.ok) {
    return node;
  }
  const size = sizeOf(node.value);
  if (size > PATTERN_STEPS_MAX) {
    return err(`a pattern may take ${PATTERN_STEPS_MAX} steps, got ${size}`);
  }
  const steps: Step[] = [{ kind: "match" }];
  const start = append(steps, node.value, 0);
  return ok({ source, steps, start });
}

/** How many steps a node becomes: repetitions with a count are written out. */
function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case "sequence":
      return node.nodes.reduce((size, inner) => size + sizeOf(inner), 0);
    case "choice":
      return node.nodes.reduce((size, inner) => size + sizeOf(inner) + 1, -1);
    case "repeat": {
      const { least, most } = node;
      const size = sizeOf(node.node);
      const open = most === undefined ? size + 1 : (most - least) * (size + 1);
      return least * size + open;
    }
    default:
      return 1;
  }
}

/** Appends the steps of a node that lead on to `next`; the number of the first of them. */
function append(steps: Step[], node: PatternNode, next: number): number {
  switch (node.kind) {
    case "character":
      return push(steps, { kind: "character", set: node.set, next });
    case "assertion":
      return push(steps, { kind: "assertion", assertion: node.assertion, next });
    case "sequence":
      return node.nodes.reduceRight((first, inner) => append(steps, inner, first), next);
    case "choice":
      return node.nodes
        .map((inner) => append(steps, inner, next))
        .reduceRight((other, first) => push(steps, { kind: "fork", next: first, other }));
    case "repeat": {
      const { least, most } = node;
      let first = most === undefined ? appendLoop(steps, node.node, next) : next;
      for (let i = least; i < (most ?? 0); i++) {
        first = push(steps, { kind: "fork", next: append(steps, node.node, first), other: next });
      }
      for (let i = 0; i < least; i++) {
        first = append(steps, node.node, first);
      }
      return first;
    }
  }
}

function appendLoop(steps: Step[], node: PatternNode, next: number): number {
  const loop = push(steps, { kind: "match" });
  steps[loop] = { kind: "fork", next: append(steps, node, loop), other: next };
  return loop;
}

function push(steps: Step[], step: Step): number {
  steps.push(step);
  return steps.length - 1;
}

/** Whether the pattern matches some part of the text. */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = Array.from(text);
  /** The position at which a step was last entered; each is entered once at each. */
  const entered = new Int32Array(pattern.steps.length).fill(-1);
  let threads: number[] = [];
  for (let at = 0; at <= characters.length; at++) {
    // A match may begin anywhere.
    threads.push(pattern.start);
    const waiting = settle(pattern, threads, characters, { at, entered });
    if (waiting === undefined) {
      return true;
    }
    threads = advance(waiting, characters[at]);
  }
  return false;
}

type CharacterStep = Extract<Step, { kind: "character" }>;

/**
 * Follows the threads up to the characters they wait for; undefined when one has reached the end of
 * the pattern.
 */
function settle(
  { steps }: Pattern,
  threads: number[],
  characters: readonly string[],
  { at, entered }: { readonly at: number; readonly entered: Int32Array },
): readonly CharacterStep[] | undefined {
  const waiting: CharacterStep[] = [];
  for (let index = threads.pop(); index !== undefined; index = threads.pop()) {
    const step = steps[index];
    if (step === undefined || entered[index] === at) {
      continue;
    }
    entered[index] = at;
    switch (step.kind) {
      case "match":
        return undefined;
      case "character":
        waiting.push(step);
        break;
      case "fork":
        threads.push(step.next, step.other);
        break;
      case "assertion":
        if (holds(step.assertion, characters, at)) {
          threads.push(step.next);
        }
    }
  }
  return waiting;
}

function advance(waiting: readonly CharacterStep[], character: string | undefined): number[] {
  const code = character?.codePointAt(0);
  if (character === undefined || code === undefined) {
    return [];
  }
  const threads: number[] = [];
  for (const { set, next } of waiting) {
    if (set(character, code)) {
      threads.push(next);
    }
  }
  return threads;
}

function holds(assertion: Assertion, characters: readonly string[], at: number): boolean {
  const before = characters[at - 1];
  const after = characters[at];
  switch (assertion) {
    case "text-start":
      return before === undefined;
    case "text-end":
      return after === undefined;
    case "line-start":
      return before === undefined || before === "\n";
    case "line-end":
      return after === undefined || after === "\n";
    case "word-boundary":
      return isWord(before) !== isWord(after);
    case "no-word-boundary":
      return isWord(before) === isWord(after);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
