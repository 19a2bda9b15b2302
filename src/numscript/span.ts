/**
 * Where something stands in a script: a span of its text, the line and column a reader finds it at,
 * and the excerpt with a caret that messages show.
 */

/** Offsets into the text, in UTF-16 units; `end` is the first one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Both count from 1; columns count characters, not UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Columns an excerpt shows of a line; a script may be one line of a million. */
const EXCERPT_COLUMNS_MAX = 100;
const EXCERPT_COLUMNS_BEFORE = 60;

export function positionOf(source: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = source.indexOf("\n"); at >= 0 && at < offset; at = source.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: charactersIn(source.slice(lineStart, offset)) + 1 };
}

/**
 * The line a span starts on, with the span underlined:
 *
 *     2 |   source = @a
 *       |            ^^
 */
export function excerpt(source: string, span: Span): string {
  const lineStart = source.lastIndexOf("\n", span.start - 1) + 1;
  const from = startOfWindow(source, lineStart, span.start);
  const line = lineFrom(source, from);
  const number = String(positionOf(source, span.start).line);
  const before = source.slice(from, span.start);
  const marked = line.slice(before.length, span.end - from);
  // Tabs stay tabs, so that the caret stands below what it marks.
  const indent = before.replaceAll(/[^\t]/gu, " ");
  const caret = "^".repeat(Math.max(1, charactersIn(marked)));
  return `${number} | ${line}\n${" ".repeat(number.length)} | ${indent}${caret}`;
}

function startOfWindow(source: string, lineStart: number, at: number): number {
  const from = Math.max(lineStart, at - EXCERPT_COLUMNS_BEFORE);
  return from > lineStart && isLowSurrogate(source, from) ? from + 1 : from;
}

function lineFrom(source: string, from: number): string {
  const found = source.indexOf("\n", from);
  const end = found < 0 ? source.length : found;
  const line = source.slice(from, Math.min(end, from + EXCERPT_COLUMNS_MAX));
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isLowSurrogate(source: string, at: number): boolean {
  return (source.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function charactersIn(text: string): number {
  let characters = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isLowSurrogate(text, i)) {
      characters++;
    }
  }
  return characters;
}
