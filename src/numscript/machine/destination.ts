/**
 * Giving money, the machine's way: each destination hands back what it did not give, and what was
 * handed back is given first by the next one (numscript contract §8.2).
 */
import { POSTINGS_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Posting } from "../../core/transaction.ts";
import type { AllottedDestination, Expression, OrderedDestination, Target } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { allocate } from "../portion.ts";
import { insufficientFunds, negativeAmount, tooManyPostings } from "./faults.ts";
import { concat, reverse, take, takeUpTo, total, type Funding } from "./funding.ts";
import { sharesOf } from "./portions.ts";
import { monetaryOf, type Purse } from "./source.ts";

/** What the destinations of one send work with; they add to its postings. */
export interface Giving extends Purse {
  readonly postings: Posting[];
}

/** Gives a funding, and returns what is left of it. */
export function give(to: Target, funding: Funding, giving: Giving): Result<Funding, Fault> {
  if (to === undefined) {
    return ok(funding);
  }
  switch (to.kind) {
    case "account":
      return giveAccount(to.account, funding, giving);
    case "allotment":
      return giveShares(to, funding, giving);
    default:
      return giveInOrder(to, funding, giving);
  }
}

function giveAccount(
  account: Expression,
  funding: Funding,
  { asset, scope, balances, postings }: Giving,
): Result<Funding, Fault> {
  const destination = scope.account(account);
  const all = take(funding, total(funding));
  if (all === undefined) {
    return err(insufficientFunds(funding));
  }
  for (const { account: source, amount } of all.taken) {
    postings.push({ source, destination, amount, asset });
    balances.add(destination, asset, amount);
  }
  return postings.length > POSTINGS_MAX ? err(tooManyPostings(POSTINGS_MAX)) : ok(all.rest);
}

function giveShares(
  { shares }: AllottedDestination,
  funding: Funding,
  giving: Giving,
): Result<Funding, Fault> {
  const portions = sharesOf(shares, giving.scope);
  if (!portions.ok) {
    return portions;
  }
  const amounts = allocate(total(funding), portions.value);
  let pool = funding;
  for (const [at, { to }] of shares.entries()) {
    const part = take(pool, amounts[at] ?? 0n);
    if (part === undefined) {
      return err(insufficientFunds(pool));
    }
    const left = give(to, part.taken, giving);
    if (!left.ok) {
      return left;
    }
    pool = concat(left.value, part.rest);
  }
  return ok(pool);
}

/**
 * What clauses keep returns to the front, so that later clauses give from the same accounts; in the
 * end as much as was kept is carved out of the back.
 */
function giveInOrder(
  { clauses, remaining }: OrderedDestination,
  funding: Funding,
  giving: Giving,
): Result<Funding, Fault> {
  let pool = funding;
  let kept = 0n;
  for (const { cap, to } of clauses) {
    const limit = monetaryOf(cap, giving, "take from");
    if (!limit.ok) {
      return limit;
    }
    if (limit.value.amount < 0n) {
      return err(negativeAmount(limit.value));
    }
    const part = takeUpTo(pool, limit.value.amount);
    const left = give(to, part.taken, giving);
    if (!left.ok) {
      return left;
    }
    kept += total(left.value);
    pool = concat(left.value, part.rest);
  }
  const backwards = take(reverse(pool), kept);
  if (backwards === undefined) {
    return err(insufficientFunds(reverse(pool)));
  }
  const left = give(remaining, reverse(backwards.rest), giving);
  return left.ok ? ok(concat(left.value, reverse(backwards.taken))) : left;
}
