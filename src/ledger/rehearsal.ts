/**
 * What commands would answer in a ledger that has just been created: decided on empty books, stored
 * nowhere. v1 creates the ledgers that requests name, and asks here first whether the request is
 * worth one.
 */
import type { Request } from "../core/command.ts";
import { executeOptions, type Config } from "../core/config.ts";
import { DEFAULT_FEATURES } from "../core/features.ts";
import { fromMillis } from "../core/timestamp.ts";
import { EffectiveTotals } from "../engine/effective-totals.ts";
import type { LedgerView } from "../engine/view.ts";
import { parseScript } from "../numscript/script.ts";
import { executeBulk } from "./bulk.ts";
import { overlayOn } from "./execute.ts";
import type { Outcome } from "./rpc.ts";
import { EMPTY_TAIL } from "./segments.ts";

const EMPTY_BOOKS: LedgerView = {
  features: DEFAULT_FEATURES,
  pair: () => undefined,
  assets: () => [],
  account: () => undefined,
  transaction: () => undefined,
  isReferenceUsed: () => false,
  usedKey: () => undefined,
  schema: () => undefined,
  latestSchema: () => undefined,
  contracts: () => [],
  aheadMoves: () => [],
  recentMoves: () => [],
};

/** All or nothing, as one atomic bulk. */
export function rehearse(requests: readonly Request[], config: Config): readonly Outcome[] {
  const turn = {
    totals: new EffectiveTotals(new Map(), -1),
    now: fromMillis(Date.now()),
    options: executeOptions(config),
    parse: parseScript,
    isInitializing: false,
  };
  const options = { atomic: true, continueOnFailure: false };
  return executeBulk(requests, options, overlayOn(EMPTY_BOOKS), EMPTY_TAIL, turn).value;
}
