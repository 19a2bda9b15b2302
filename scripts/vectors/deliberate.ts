/**
 * Where scripts are deliberately not run as the original runs them: what the contract calls a bug
 * is done right. A vector that differs for one of these reasons is told and not counted; one that
 * does not differ is counted like any other. `src/numscript/README.md` explains each.
 */
import type { Recorded, VectorCase } from "./format.ts";

interface Deliberate {
  readonly reason: string;
  readonly runtime: "machine" | "interpreter";
  readonly applies: (script: string, vector: VectorCase, recorded: Recorded) => boolean;
}

const DELIBERATE: readonly Deliberate[] = [
  {
    reason: "the original crashes",
    runtime: "machine",
    applies: (_script, _vector, recorded) => recorded.error?.kind === "panic",
  },
  {
    reason: "every balance() of an account has its amount, not only the last one",
    runtime: "machine",
    applies: (script) => looksUpAnAccountTwice(script),
  },
  {
    reason: "a branch of oneof that fails exchanges nothing",
    runtime: "interpreter",
    applies: (script) => /\boneof\b/.test(script) && /\bscaling\b/.test(script),
  },
  {
    reason: "saving of a debt does not forgive it",
    runtime: "interpreter",
    applies: (script, vector) => /\bsave\b/.test(script) && mayHaveDebts(script, vector),
  },
];

function looksUpAnAccountTwice(script: string): boolean {
  const accounts = [...script.matchAll(/\bbalance\s*\(\s*([^\s,]+)/g)].map(
    ([, account]) => account,
  );
  return (
    new Set(accounts).size < accounts.length || accounts.filter((a) => a?.[0] === "$").length > 1
  );
}

function mayHaveDebts(script: string, { balances = [] }: VectorCase): boolean {
  return balances.some(({ amount }) => amount.startsWith("-")) || script.includes("allowing");
}

/** Why a vector may differ, if it may. */
export function deliberateReason(
  vector: VectorCase,
  recorded: Recorded,
  runtime: "machine" | "interpreter",
): string | undefined {
  const found = DELIBERATE.find((entry) => {
    return entry.runtime === runtime && entry.applies(vector.script ?? "", vector, recorded);
  });
  return found?.reason;
}

/** Numbers in `vars` keep every digit; the original takes them through a float. */
export function isLargeNumber(text: string): boolean {
  return /\de[+-]?\d|\d{7}/i.test(text);
}
