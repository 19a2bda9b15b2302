/**
 * A ledger's view on nothing but what a test puts there, and the context of a decision on it.
 */
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { Context } from "../../src/engine/context.ts";
import { EffectiveTotals } from "../../src/engine/effective-totals.ts";
import { emptyPair } from "../../src/engine/movement.ts";
import type { LedgerView, PairState } from "../../src/engine/view.ts";
import { parseScript } from "../../src/numscript/script.ts";

export function memoryView(found: Partial<LedgerView> = {}): LedgerView {
  return {
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
    ...found,
  };
}

/** Pairs by their balances; keys are `account asset`. */
export function viewOfBalances(balances: ReadonlyMap<string, bigint>): LedgerView {
  return memoryView({
    pair: (account, asset): PairState | undefined => {
      const balance = balances.get(`${account} ${asset}`);
      const [input, output] =
        balance === undefined || balance >= 0n ? [balance ?? 0n, 0n] : [0n, -balance];
      return balance === undefined ? undefined : { ...emptyPair(account, asset), input, output };
    },
  });
}

export function contextOf(view: LedgerView, date = "2024-06-01T10:00:00.000000Z"): Context {
  return {
    view,
    position: { date: date as Timestamp, transactionId: 1, logId: 1, previousHash: undefined },
    options: { schemaEnforcement: "audit", defaultRuntime: "machine", interpreterFlags: [] },
    totals: new EffectiveTotals(new Map(), -1),
    parse: parseScript,
  };
}
