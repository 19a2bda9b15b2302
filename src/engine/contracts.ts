/**
 * Holding a ledger's contracts against what a list of postings leaves behind. They bind postings
 * and reverts, as in v1: a script says itself who may go how far below zero.
 */
import { WORLD } from "../core/address.ts";
import type { LedgerError } from "../core/error.ts";
import { NO_METADATA } from "./account-upsert.ts";
import { forgingError } from "./context.ts";
import type { LedgerView, PairState } from "./view.ts";

/** Whether a contract decides about the account's funds, and the usual check does not. */
export function isUnderContract(view: LedgerView, account: string): boolean {
  return view.contracts().some(({ matches }) => matches(account));
}

/** The first of the pairs, as they would be, that its account's contract does not allow. */
export function contractViolation(
  view: LedgerView,
  pairs: readonly PairState[],
): LedgerError | undefined {
  const contracts = view.contracts();
  if (contracts.length === 0) {
    return undefined;
  }
  const broken = pairs.find(({ account, input, output }) => {
    const contract = contracts.find(({ matches }) => matches(account));
    const metadata = view.account(account)?.metadata ?? NO_METADATA;
    const subject = { balance: input - output, metadata };
    return account !== WORLD && contract !== undefined && !contract.holds(subject);
  });
  if (broken === undefined) {
    return undefined;
  }
  const { account, asset, input, output } = broken;
  const problem = `does not allow a balance of ${input - output} ${asset}`;
  return forgingError("INSUFFICIENT_FUND", `the contract of account ${account} ${problem}`);
}
