/**
 * From what the client sent to postings that are funded: by running a script, or, for a plain list
 * of postings, by the same rules without one (contract §4.2, numscript contract §12). The one place
 * where a ScriptError becomes a LedgerError.
 */
import type { LedgerError } from "../core/error.ts";
import { WORLD } from "../core/address.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Metadata, Posting } from "../core/transaction.ts";
import { scriptFromPostings } from "../numscript/from-postings.ts";
import { runScript, type Runtime, type ScriptError } from "../numscript/script.ts";
import { NO_METADATA } from "./account-upsert.ts";
import { forgingError, type Context } from "./context.ts";
import { isUnderContract } from "./contracts.ts";
import { pairKey } from "./overlay.ts";
import type { LedgerView } from "./view.ts";

/** Postings that may be entered, and what the script said beside them. */
export interface Draft {
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly accountMetadata: ReadonlyMap<string, Metadata>;
  readonly asked: readonly (readonly [account: string, asset: string])[];
}

const NO_ACCOUNTS: ReadonlyMap<string, Metadata> = new Map();

export function scripted(
  source: string,
  variables: Readonly<Record<string, string>>,
  runtime: Runtime,
  context: Context,
): Result<Draft, LedgerError> {
  const program = context.parse(source, runtime);
  if (!program.ok) {
    return err(refusal(program.error));
  }
  const { view, options } = context;
  const store = {
    balance: (account: string, asset: string) => balanceOf(view, account, asset),
    assets: (account: string) => view.assets(account),
    accountMetadata: (account: string) => view.account(account)?.metadata,
  };
  const flags = { featureFlags: options.interpreterFlags };
  const outcome = runScript(program.value, variables, store, flags);
  return outcome.ok ? outcome : err(refusal(outcome.error));
}

function refusal(error: ScriptError): LedgerError {
  return forgingError(error.code, error.message);
}

export function balanceOf(view: LedgerView, account: string, asset: string): bigint {
  const pair = view.pair(account, asset);
  return pair === undefined ? 0n : pair.input - pair.output;
}

/**
 * The machine's verdict on a list of postings without running it: in order, each source but world
 * must hold the amount, what earlier postings brought and took included; who is in debt may still
 * send nothing. The interpreter drops zero amounts, so it runs.
 */
export function funded(
  postings: readonly Posting[],
  force: boolean,
  runtime: Runtime,
  context: Context,
): Result<Draft, LedgerError> {
  const isUnchecked = (account: string): boolean => force || isUnderContract(context.view, account);
  if (runtime === "experimental-interpreter") {
    const { plain, variables } = scriptFromPostings(postings, isUnchecked);
    return scripted(plain, variables, runtime, context);
  }
  const draft = { postings, metadata: NO_METADATA, accountMetadata: NO_ACCOUNTS, asked: [] };
  if (force) {
    return ok(draft);
  }
  const balances = new Map<string, bigint>();
  const balance = (account: string, asset: string): bigint => {
    return balances.get(pairKey(account, asset)) ?? balanceOf(context.view, account, asset);
  };
  for (const { source, destination, amount, asset } of postings) {
    const held = balance(source, asset);
    const isShort = amount > (held < 0n ? 0n : held);
    if (isShort && source !== WORLD && !isUnchecked(source)) {
      return err(insufficientFunds(source));
    }
    balances.set(pairKey(source, asset), held - amount);
    balances.set(pairKey(destination, asset), balance(destination, asset) + amount);
  }
  return ok(draft);
}

function insufficientFunds(account: string): LedgerError {
  return forgingError(
    "INSUFFICIENT_FUND",
    "failed to execute program: failed to execute machine: " +
      `account(s) @${account} had/have insufficient funds`,
  );
}
