/**
 * How much a log weighs in the stores: its line and the metadata it leads to, which is kept whole
 * beside it. Rows, batches and memory are cut by it, and what one row could not hold is refused.
 */
import { formatStringMap, quote } from "../core/json.ts";
import { LOG_BYTES_MAX } from "../core/limits.ts";
import type { Metadata } from "../core/transaction.ts";
import type { LogFacts } from "../engine/facts.ts";

/** In characters. */
export function weightOf(facts: LogFacts): number {
  let weight = facts.line.length + (facts.completed?.length ?? 0);
  for (const metadata of metadataOf(facts)) {
    for (const [key, value] of Object.entries(metadata)) {
      weight += key.length + value.length;
    }
  }
  return weight;
}

function metadataOf({ accounts, amendment }: LogFacts): readonly Metadata[] {
  const changed = accounts.map(({ metadata }) => metadata);
  return amendment === undefined ? changed : [...changed, amendment.metadata];
}

/** Control characters are the widest: six in JSON, a few more in a JSON text inside another. */
const BYTES_PER_CHARACTER = 12;

/** Whether a log has more bytes than a row may, as the JSON texts in which it travels. */
export function isTooHeavy(facts: LogFacts): boolean {
  if (weightOf(facts) * BYTES_PER_CHARACTER <= LOG_BYTES_MAX) {
    return false;
  }
  const texts = [facts.line, facts.completed ?? "", ...metadataOf(facts).map(formatStringMap)];
  const bytes = texts.map((text) => new TextEncoder().encode(quote(text)).length);
  return bytes.reduce((sum, size) => sum + size, 0) > LOG_BYTES_MAX;
}
