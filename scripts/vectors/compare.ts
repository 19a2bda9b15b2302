/**
 * Comparing what came out with what was recorded: values whose keys may be in any order, and
 * outcomes of scripts.
 */
import { isDeepStrictEqual } from "node:util";
import type { ScriptOutcome } from "../../src/numscript/script.ts";
import type { Expectation, PostingRow, Recorded } from "./format.ts";

/** undefined: equal; otherwise a sentence. */
export function difference(what: string, expected: unknown, actual: unknown): string | undefined {
  return isDeepStrictEqual(expected, actual)
    ? undefined
    : `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

export interface PlainOutcome {
  readonly postings: readonly PostingRow[];
  readonly txMeta: Readonly<Record<string, string>>;
  readonly accountMeta: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function plain(outcome: ScriptOutcome): PlainOutcome {
  return {
    postings: outcome.postings.map((posting) => ({ ...posting, amount: String(posting.amount) })),
    txMeta: outcome.metadata,
    accountMeta: Object.fromEntries(outcome.accountMetadata),
  };
}

/** Everything an outcome was recorded with. */
export function outcomeDifference(recorded: Recorded, actual: PlainOutcome): string | undefined {
  return (
    difference("postings", recorded.postings ?? [], actual.postings) ??
    difference("metadata", recorded.txMeta ?? {}, actual.txMeta) ??
    difference("account metadata", recorded.accountMeta ?? {}, actual.accountMeta)
  );
}

/** What a test of the original asserts, and no more. */
export function assertionDifference(
  expected: Expectation,
  actual: PlainOutcome,
): string | undefined {
  const { postings, txMeta, accountMeta, accountMetaValues } = expected;
  const [onlyAccount] = Object.values(actual.accountMeta);
  return (
    (postings && difference("postings", postings, actual.postings)) ??
    (txMeta && difference("metadata", txMeta, actual.txMeta)) ??
    (accountMeta && difference("account metadata", accountMeta, actual.accountMeta)) ??
    (accountMetaValues && difference("account metadata", accountMetaValues, onlyAccount))
  );
}

/** Pairs in any order. */
export function pairsDifference(
  expected: readonly (readonly [string, string])[],
  actual: readonly (readonly [string, string])[],
): string | undefined {
  const sorted = (pairs: readonly (readonly [string, string])[]): string[] =>
    [...new Set(pairs.map((pair) => pair.join(" ")))].toSorted();
  return difference("balances asked for", sorted(expected), sorted(actual));
}
