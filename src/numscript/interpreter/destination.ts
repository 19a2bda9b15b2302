/**
 * Giving money, the interpreter's way: what is queued goes to the destinations in order. Clauses
 * that get nothing are not even looked at (numscript contract §9.3, §9.6).
 */
import { POSTINGS_MAX } from "../../core/limits.ts";
import type { AllottedDestination, Destination, OrderedDestination, Target } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { evaluateAmount, evaluateAs } from "./evaluate.ts";
import { tooManyPostings } from "./faults.ts";
import { split } from "./portions.ts";
import type { Sending } from "./source.ts";

export function give(
  destination: Destination,
  amount: bigint,
  sending: Sending,
): Fault | undefined {
  switch (destination.kind) {
    case "account": {
      const account = evaluateAs(destination.account, "account", sending.session);
      return account.ok ? post(account.value.address, amount, sending) : account.error;
    }
    case "allotment":
      return giveShares(destination, amount, sending);
    case "inorder":
      return giveInOrder(destination, amount, sending);
    case "oneof":
      return giveOneof(destination, amount, sending);
  }
}

function giveTo(target: Target, amount: bigint, sending: Sending): Fault | undefined {
  if (target !== undefined) {
    return give(target, amount, sending);
  }
  keep(amount, sending);
  return undefined;
}

function post(destination: string, amount: bigint, { queue, session }: Sending): Fault | undefined {
  for (const { account, asset, amount: part } of queue.pull(amount)) {
    session.balances.add(destination, asset, part);
    session.postings.push({ source: account, destination, amount: part, asset });
  }
  return session.postings.length > POSTINGS_MAX ? tooManyPostings(POSTINGS_MAX) : undefined;
}

/** What is kept goes back to where it came from. */
function keep(amount: bigint, { queue, session }: Sending): void {
  for (const { account, asset, amount: part } of queue.pull(amount)) {
    session.balances.add(account, asset, part);
  }
}

function giveShares(
  { shares }: AllottedDestination,
  amount: bigint,
  sending: Sending,
): Fault | undefined {
  const amounts = split(amount, shares, sending.session);
  if (!amounts.ok) {
    return amounts.error;
  }
  for (const [at, { to }] of shares.entries()) {
    const fault = giveTo(to, amounts.value[at] ?? 0n, sending);
    if (fault !== undefined) {
      return fault;
    }
  }
  return undefined;
}

function giveInOrder(
  { clauses, remaining }: OrderedDestination,
  amount: bigint,
  sending: Sending,
): Fault | undefined {
  let left = amount;
  for (const { cap, to } of clauses) {
    // The cap of the first clause that finds nothing left is still looked at.
    const limit = evaluateAmount(cap, sending.asset, sending.session);
    if (!limit.ok) {
      return limit.error;
    }
    if (left === 0n) {
      return undefined;
    }
    const share = shareOf(left, limit.value);
    const fault = share === 0n ? undefined : giveTo(to, share, sending);
    if (fault !== undefined) {
      return fault;
    }
    left -= share;
  }
  return left === 0n ? undefined : giveTo(remaining, left, sending);
}

function shareOf(left: bigint, cap: bigint): bigint {
  const share = cap < left ? cap : left;
  return share < 0n ? 0n : share;
}

/** The first clause whose cap takes it all gets it all. */
function giveOneof(
  { clauses, remaining }: OrderedDestination,
  amount: bigint,
  sending: Sending,
): Fault | undefined {
  const fault = sending.session.missing("experimental-oneof");
  if (fault !== undefined) {
    return fault;
  }
  for (const { cap, to } of clauses) {
    const limit = evaluateAmount(cap, sending.asset, sending.session);
    if (!limit.ok) {
      return limit.error;
    }
    if (limit.value >= amount) {
      return giveTo(to, amount, sending);
    }
  }
  return giveTo(remaining, amount, sending);
}
