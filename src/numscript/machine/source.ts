/**
 * Taking money, the machine's way: every source with a bound is emptied in written order, then what
 * is too much is given back (numscript contract §8.1).
 */
import { err, ok, type Result } from "../../core/result.ts";
import type { AccountSource, AllottedSource, Expression, Source } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { allocate } from "../portion.ts";
import type { Monetary } from "../value.ts";
import type { Balances } from "./balances.ts";
import {
  insufficientFunds,
  negativeAmount,
  overdraftInOtherAsset,
  unlikeAssets,
} from "./faults.ts";
import { append, concat, take, takeUpTo, type Funding, type Part } from "./funding.ts";
import { sharesOf } from "./portions.ts";
import { isWorldLiteral } from "./resolve.ts";
import type { Scope } from "./scope.ts";

/** What the sources of one send work with. */
export interface Purse {
  readonly asset: string;
  readonly scope: Scope;
  readonly balances: Balances;
}

interface Drained {
  readonly funding: Funding;
  /** The account that gives whatever is missing. */
  readonly fallback: string | undefined;
}

/** Everything the source has within its bounds. */
export function takeAll(source: Source, purse: Purse): Result<Funding, Fault> {
  const drained = drain(source, purse);
  return drained.ok ? ok(drained.value.funding) : drained;
}

export function takeExactly(source: Source, amount: bigint, purse: Purse): Result<Funding, Fault> {
  return source.kind === "allotment"
    ? takeShares(source, amount, purse)
    : takeFrom(source, amount, purse);
}

/** Each share comes whole from its own source; the next one may use what it left. */
function takeShares(
  { shares }: AllottedSource,
  amount: bigint,
  purse: Purse,
): Result<Funding, Fault> {
  const portions = sharesOf(shares, purse.scope);
  if (!portions.ok) {
    return portions;
  }
  const amounts = allocate(amount, portions.value);
  const funding: Part[] = [];
  for (const [at, share] of shares.entries()) {
    const taken = takeFrom(share.from, amounts[at] ?? 0n, purse);
    if (!taken.ok) {
      return taken;
    }
    append(funding, taken.value);
  }
  return ok(funding);
}

function takeFrom(source: Source, amount: bigint, purse: Purse): Result<Funding, Fault> {
  const drained = drain(source, purse);
  if (!drained.ok) {
    return drained;
  }
  const { funding, fallback } = drained.value;
  if (fallback !== undefined) {
    return takeMax(drained.value, amount, purse);
  }
  const result = take(funding, amount);
  if (result === undefined) {
    return err(insufficientFunds(funding));
  }
  repay(result.rest, purse);
  return ok(result.taken);
}

/** Up to an amount; a fallback brings it up to that amount. */
function takeMax(
  { funding, fallback }: Drained,
  amount: bigint,
  purse: Purse,
): Result<Funding, Fault> {
  const { asset, balances } = purse;
  if (amount < 0n) {
    return err(negativeAmount({ asset, amount }));
  }
  const { taken, rest, missing } = takeUpTo(funding, amount);
  repay(rest, purse);
  if (fallback === undefined) {
    return ok(taken);
  }
  balances.add(fallback, asset, -missing);
  return ok(concat(taken, [{ account: fallback, amount: missing }]));
}

/** Gives money back to where it came from. */
export function repay(
  funding: Funding,
  { asset, balances }: Pick<Purse, "asset" | "balances">,
): void {
  for (const { account, amount } of funding) {
    balances.add(account, asset, amount);
  }
}

function drain(source: Source, purse: Purse): Result<Drained, Fault> {
  switch (source.kind) {
    case "account":
      return drainAccount(source, purse);
    case "capped": {
      const drained = drain(source.from, purse);
      if (!drained.ok) {
        return drained;
      }
      const cap = monetaryOf(source.cap, purse, "take from");
      const funding = cap.ok ? takeMax(drained.value, cap.value.amount, purse) : cap;
      return funding.ok ? ok({ funding: funding.value, fallback: undefined }) : funding;
    }
    default:
      return drainList(source, purse);
  }
}

function drainList(source: Source, purse: Purse): Result<Drained, Fault> {
  const funding: Part[] = [];
  let fallback: string | undefined;
  for (const inner of source.kind === "inorder" ? source.sources : []) {
    const drained = drain(inner, purse);
    if (!drained.ok) {
      return drained;
    }
    append(funding, drained.value.funding);
    fallback = drained.value.fallback;
  }
  return ok({ funding, fallback });
}

function drainAccount(source: AccountSource, purse: Purse): Result<Drained, Fault> {
  const { asset, scope, balances } = purse;
  const account = scope.account(source.account);
  if (source.overdraft === "unbounded" || isWorldLiteral(source.account)) {
    return ok({ funding: [{ account, amount: 0n }], fallback: account });
  }
  let overdraft = 0n;
  if (source.overdraft !== undefined) {
    const limit = scope.monetary(source.overdraft);
    if (!limit.ok) {
      return limit;
    }
    if (limit.value.asset !== asset) {
      return err(overdraftInOtherAsset(account, limit.value.asset));
    }
    overdraft = limit.value.amount;
  }
  const available = (balances.get(account, asset) ?? 0n) + overdraft;
  if (available <= 0n) {
    return ok({ funding: [{ account, amount: 0n }], fallback: undefined });
  }
  balances.set(account, asset, -overdraft);
  return ok({ funding: [{ account, amount: available }], fallback: undefined });
}

/** A monetary of the asset that is sent. */
export function monetaryOf(
  expression: Expression,
  { asset, scope }: Pick<Purse, "asset" | "scope">,
  doing: string,
): Result<Monetary, Fault> {
  const monetary = scope.monetary(expression);
  return monetary.ok && monetary.value.asset !== asset
    ? err(unlikeAssets(doing, asset, monetary.value.asset))
    : monetary;
}
