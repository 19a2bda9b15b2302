/**
 * The books a vector's script runs on: its balance rows and account metadata. Colored money is an
 * asset of its own, as v0.0.24 has it.
 */
import type { ScriptStore } from "../../src/numscript/script.ts";
import type { BalanceRow, VectorCase } from "./format.ts";

/** `knowsEveryAccount`: the original's tests of the machine answer for accounts they never saw. */
export function booksOf(vector: VectorCase, knowsEveryAccount: boolean): ScriptStore {
  const balances = new Map<string, Map<string, bigint>>();
  for (const row of vector.balances ?? []) {
    const assets = balances.get(row.account) ?? new Map<string, bigint>();
    assets.set(colored(row), BigInt(row.amount));
    balances.set(row.account, assets);
  }
  return {
    balance: (account, asset) => balances.get(account)?.get(asset) ?? 0n,
    assets: (account) => balances.get(account)?.keys() ?? [],
    accountMetadata: (account) =>
      vector.accountMeta?.[account] ?? (knowsEveryAccount ? {} : undefined),
  };
}

function colored({ asset, color }: BalanceRow): string {
  if (color === undefined || color === "") {
    return asset;
  }
  const [base = "", scale] = asset.split("/");
  return scale === undefined ? `${base}_${color}` : `${base}_${color}/${scale}`;
}
