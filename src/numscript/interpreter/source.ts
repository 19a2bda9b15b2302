/**
 * Taking money, the interpreter's way: each source gives what it can of what is still missing, and
 * what it gives is queued (numscript contract §9.2).
 */
import { WORLD } from "../../core/address.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AccountSource, AllottedSource, OrderedSource, ScaledSource, Source } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { evaluateColored } from "./color.ts";
import { evaluateAmount, evaluateAs } from "./evaluate.ts";
import { balancesByScale, exchange, scaled, scaleOf } from "./exchange.ts";
import { allotmentInSendAll, missingFunds, unboundedInSendAll, unscalable } from "./faults.ts";
import { split } from "./portions.ts";
import type { FundsQueue } from "./queue.ts";
import type { Session } from "./session.ts";

/** One send: its asset, and what is taken and not yet given. */
export interface Sending {
  readonly asset: string;
  readonly queue: FundsQueue;
  readonly session: Session;
}

/** Exactly an amount, or a fault. */
export function takeExactly(
  source: Source,
  amount: bigint,
  sending: Sending,
): Result<bigint, Fault> {
  const taken = takeUpTo(source, amount, sending);
  return taken.ok && taken.value !== amount
    ? err(missingFunds(sending.asset, amount, taken.value, source))
    : taken;
}

/** Everything; the answer is how much that was. */
export function takeAll(source: Source, sending: Sending): Result<bigint, Fault> {
  switch (source.kind) {
    case "account":
      return takeFromAccount(source, undefined, sending);
    case "scaled":
      return takeFromScaled(source, undefined, sending);
    case "capped": {
      const cap = evaluateAmount(source.cap, sending.asset, sending.session);
      return cap.ok ? takeUpTo(source.from, atLeastZero(cap.value), sending) : cap;
    }
    case "inorder":
      return takeAllInOrder(source, sending);
    case "oneof": {
      const fault = sending.session.missing("experimental-oneof");
      const first = source.sources.slice(0, 1);
      return fault === undefined
        ? takeAllInOrder({ ...source, sources: first }, sending)
        : err(fault);
    }
    case "allotment":
      return err(allotmentInSendAll());
  }
}

function takeAllInOrder({ sources }: OrderedSource, sending: Sending): Result<bigint, Fault> {
  let total = 0n;
  for (const source of sources) {
    const taken = takeAll(source, sending);
    if (!taken.ok) {
      return taken;
    }
    total += taken.value;
  }
  return ok(total);
}

/** What a source can give of an amount; the answer is how much that was. */
function takeUpTo(source: Source, amount: bigint, sending: Sending): Result<bigint, Fault> {
  switch (source.kind) {
    case "account":
      return takeFromAccount(source, amount, sending);
    case "scaled":
      return takeFromScaled(source, amount, sending);
    case "capped": {
      const cap = evaluateAmount(source.cap, sending.asset, sending.session);
      return cap.ok ? takeUpTo(source.from, atLeastZero(smaller(amount, cap.value)), sending) : cap;
    }
    case "inorder":
      return takeInOrder(source, amount, sending);
    case "oneof":
      return takeOneof(source, amount, sending);
    case "allotment":
      return takeShares(source, amount, sending);
  }
}

function takeInOrder(
  { sources }: OrderedSource,
  amount: bigint,
  sending: Sending,
): Result<bigint, Fault> {
  let missing = amount;
  for (const source of sources) {
    const taken = takeUpTo(source, missing, sending);
    if (!taken.ok) {
      return taken;
    }
    missing -= taken.value;
  }
  return ok(amount - missing);
}

/** The first source that can give it all; of none can, what the last one can give. */
function takeOneof(
  { sources }: OrderedSource,
  amount: bigint,
  sending: Sending,
): Result<bigint, Fault> {
  const { session, queue } = sending;
  const fault = session.missing("experimental-oneof");
  if (fault !== undefined) {
    return err(fault);
  }
  let taken: Result<bigint, Fault> = ok(0n);
  for (const [at, source] of sources.entries()) {
    const balances = session.balances.mark();
    const queued = queue.mark();
    const posted = session.postings.length;
    taken = takeUpTo(source, amount, sending);
    if (!taken.ok || taken.value === amount || at === sources.length - 1) {
      return taken;
    }
    session.balances.rollBack(balances);
    queue.rollBack(queued);
    session.postings.length = posted;
  }
  return taken;
}

/** Each share comes whole from its own source. */
function takeShares(
  { shares }: AllottedSource,
  amount: bigint,
  sending: Sending,
): Result<bigint, Fault> {
  const amounts = split(amount, shares, sending.session);
  if (!amounts.ok) {
    return amounts;
  }
  for (const [at, { from }] of shares.entries()) {
    const taken = takeExactly(from, amounts.value[at] ?? 0n, sending);
    if (!taken.ok) {
      return taken;
    }
  }
  return ok(amount);
}

/** `wanted`: undefined wants everything. */
function takeFromAccount(
  source: AccountSource,
  wanted: bigint | undefined,
  sending: Sending,
): Result<bigint, Fault> {
  const { asset, session } = sending;
  const limit = overdraftOf(source, asset, session);
  if (!limit.ok) {
    return limit;
  }
  const fault = source.color && session.missing("experimental-asset-colors");
  if (fault !== undefined) {
    return err(fault);
  }
  const account = evaluateAs(source.account, "account", session);
  if (!account.ok) {
    return account;
  }
  const { address } = account.value;
  const overdraft = address === WORLD ? undefined : limit.value;
  if (overdraft === undefined && wanted === undefined) {
    return err(unboundedInSendAll());
  }
  const coin = evaluateColored(asset, source.color, session);
  return coin.ok ? ok(withdraw(address, coin.value, overdraft, wanted, sending)) : coin;
}

/** How far below zero the account may go; undefined: as far as it takes. */
function overdraftOf(
  { overdraft }: AccountSource,
  asset: string,
  session: Session,
): Result<bigint | undefined, Fault> {
  if (overdraft === undefined) {
    return ok(0n);
  }
  if (overdraft === "unbounded") {
    return ok(undefined);
  }
  const limit = evaluateAmount(overdraft, asset, session);
  return limit.ok ? ok(atLeastZero(limit.value)) : limit;
}

function withdraw(
  account: string,
  asset: string,
  overdraft: bigint | undefined,
  wanted: bigint | undefined,
  { session, queue }: Sending,
): bigint {
  const { balances } = session;
  const amount =
    overdraft === undefined
      ? (wanted ?? 0n)
      : withdrawable(balances.get(account, asset), overdraft, wanted);
  if (amount !== 0n) {
    balances.add(account, asset, -amount);
    queue.push({ account, asset, amount });
  }
  return amount;
}

/** What an account can give within its limit. */
export function withdrawable(
  balance: bigint,
  overdraft: bigint,
  wanted: bigint | undefined,
): bigint {
  const available = atLeastZero(balance + overdraft);
  return wanted === undefined ? available : smaller(available, wanted);
}

/** Exchanges money of other scales first, then takes as from any account. */
function takeFromScaled(
  source: ScaledSource,
  wanted: bigint | undefined,
  sending: Sending,
): Result<bigint, Fault> {
  const { asset, session } = sending;
  const fault = session.missing("experimental-asset-scaling");
  if (fault !== undefined) {
    return err(fault);
  }
  const account = evaluateAs(source.account, "account", session);
  if (!account.ok) {
    return account;
  }
  const through = evaluateAs(source.through, "account", session);
  if (!through.ok) {
    return through;
  }
  const { address } = account.value;
  if (address === WORLD) {
    return err(unscalable(source));
  }
  exchangeWith(address, through.value.address, wanted, sending);
  return ok(withdraw(address, asset, 0n, wanted, sending));
}

function exchangeWith(
  account: string,
  through: string,
  wanted: bigint | undefined,
  { asset, session }: Sending,
): void {
  const [base, scale] = scaleOf(asset);
  const held = balancesByScale(base, session.balances.of(account));
  const { conversions, total } = exchange(wanted, scale, held);
  for (const conversion of conversions) {
    session.move(account, through, conversion.amount, scaled(base, conversion.scale));
  }
  session.move(through, account, total, asset);
}

function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
