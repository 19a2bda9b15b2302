/**
 * Answers of reads: what was asked came out as rows or as an error, and amounts are numbers or, for
 * clients that say so, strings (contract §4.7).
 */
import type { LedgerError } from "../core/error.ts";
import { RawJson } from "../core/json.ts";
import type { Result } from "../core/result.ts";
import type { Page } from "../read-model/page.ts";
import { amountsAsStrings, bigintAsString } from "./bigint.ts";
import type { App } from "./context.ts";
import { errorResponse } from "./errors.ts";
import { cursor, data, formatCursor, noContent, type CursorPage } from "./respond.ts";

type Answer<T> = Result<T, LedgerError>;

/** How an item is shown; the text is JSON. */
export type Format<T> = (item: T) => string;

export function answerPage<T>(page: Answer<Page<T>>, format: Format<T>): Response {
  if (!page.ok) {
    return errorResponse(page.error);
  }
  return cursor(shown(page.value, format));
}

/** A page as JSON, without its envelope. */
export function formatPage<T>(page: Page<T>, format: Format<T>): string {
  return formatCursor(shown(page, format));
}

function shown<T>({ items, ...rest }: Page<T>, format: Format<T>): CursorPage {
  return { ...rest, data: items.map((item) => new RawJson(format(item))) };
}

export function answerItem<T>(item: Answer<T>, format: Format<T>): Response {
  return item.ok ? data(new RawJson(format(item.value))) : errorResponse(item.error);
}

export function answerCount(count: Answer<number>): Response {
  return count.ok ? noContent({ Count: String(count.value) }) : errorResponse(count.error);
}

/** The format with amounts as the client wants them. */
export function withAmounts<T>(c: App, format: Format<T>): Format<T> {
  return bigintAsString(c) ? (item) => amountsAsStrings(format(item)) : format;
}
