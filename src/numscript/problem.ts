/**
 * What is wrong with a script's text, found before anything runs: a sentence and the span it is
 * about. Problems are collected, so that an author sees several at once.
 */
import { SCRIPT_PROBLEMS_MAX } from "../core/limits.ts";
import { excerpt, positionOf, type Span } from "./span.ts";

export interface Problem extends Span {
  readonly message: string;
}

/** Collects problems up to the bound that is told; text that is all wrong makes no flood. */
export class Problems {
  readonly list: Problem[] = [];

  get isFull(): boolean {
    return this.list.length >= SCRIPT_PROBLEMS_MAX;
  }

  add(message: string, span: Span): void {
    if (!this.isFull) {
      this.list.push({ message, start: span.start, end: span.end });
    }
  }
}

/** All problems in the order of the text, each with its position and the line it is on. */
export function formatProblems(source: string, problems: readonly Problem[]): string {
  const sorted = problems.toSorted((a, b) => a.start - b.start);
  return sorted.map((problem) => formatProblem(source, problem)).join("\n");
}

function formatProblem(source: string, problem: Problem): string {
  const { line, column } = positionOf(source, problem.start);
  return `${line}:${column}: ${problem.message}\n${excerpt(source, problem)}`;
}

const QUOTED_CHARS_MAX = 40;

/** A piece of the script as messages quote it: on one line, and not endless. */
export function quoted(source: string, span: Span): string {
  if (span.start >= source.length) {
    return "'<EOF>'";
  }
  const end = Math.min(span.end, span.start + QUOTED_CHARS_MAX);
  const text = source.slice(span.start, end).replaceAll("\r", "\\r").replaceAll("\n", "\\n");
  return end < span.end ? `'${text}…'` : `'${text}'`;
}
