/**
 * The balances a script will need, asked for before its first statement runs: of what is saved, and
 * of every source with a bound. Faults in what is sent and in the accounts of sources come to light
 * here, whichever statement they are in (numscript contract §9.1).
 */
import { WORLD } from "../../core/address.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AccountSource, Expression, Sent, Source, Statement } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { evaluateColored } from "./color.ts";
import { evaluateAs } from "./evaluate.ts";
import { scaleOf } from "./exchange.ts";
import type { Session } from "./session.ts";

type Pair = readonly [account: string, asset: string];

export function preload(statements: readonly Statement[], session: Session): Fault | undefined {
  const pairs: Pair[] = [];
  for (const statement of statements) {
    if (statement.kind !== "send" && statement.kind !== "save") {
      continue;
    }
    const sent = evaluateSent(statement.sent, session);
    if (!sent.ok) {
      return sent.error;
    }
    const { asset } = sent.value;
    const fault =
      statement.kind === "send"
        ? collect(statement.source, asset, pairs, session)
        : collectSaved(statement.account, asset, pairs, session);
    if (fault !== undefined) {
      return fault;
    }
  }
  for (const [account, asset] of pairs) {
    session.balances.ask(account, asset);
  }
  return undefined;
}

/** What a statement sends or saves; an undefined amount is all there is. */
export function evaluateSent(
  sent: Sent,
  session: Session,
): Result<{ readonly asset: string; readonly amount: bigint | undefined }, Fault> {
  if (sent.kind === "all") {
    const asset = evaluateAs(sent.asset, "asset", session);
    return asset.ok ? ok({ asset: asset.value.asset, amount: undefined }) : asset;
  }
  const monetary = evaluateAs(sent.monetary, "monetary", session);
  return monetary.ok
    ? ok({ asset: monetary.value.asset, amount: monetary.value.amount })
    : monetary;
}

function collectSaved(
  expression: Expression,
  asset: string,
  pairs: Pair[],
  session: Session,
): Fault | undefined {
  const account = evaluateAs(expression, "account", session);
  if (!account.ok) {
    return account.error;
  }
  pairs.push([account.value.address, asset]);
  return undefined;
}

function collect(
  source: Source,
  asset: string,
  pairs: Pair[],
  session: Session,
): Fault | undefined {
  switch (source.kind) {
    case "account": {
      const pair = pairOf(source, asset, session);
      if (pair.ok && pair.value !== undefined) {
        pairs.push(pair.value);
      }
      return pair.ok ? undefined : pair.error;
    }
    case "scaled": {
      const account = evaluateAs(source.account, "account", session);
      if (!account.ok) {
        return account.error;
      }
      const { address } = account.value;
      if (address !== WORLD) {
        const [base] = scaleOf(asset);
        session.balances.askAll(address, (held) => scaleOf(held)[0] === base);
        pairs.push([address, asset]);
      }
      return undefined;
    }
    case "capped":
      return collect(source.from, asset, pairs, session);
    case "inorder":
    case "oneof":
      return firstFault(source.sources, (inner) => collect(inner, asset, pairs, session));
    case "allotment":
      return firstFault(source.shares, ({ from }) => collect(from, asset, pairs, session));
  }
}

function firstFault<T>(
  items: readonly T[],
  check: (item: T) => Fault | undefined,
): Fault | undefined {
  for (const item of items) {
    const fault = check(item);
    if (fault !== undefined) {
      return fault;
    }
  }
  return undefined;
}

/** undefined: the source has no bound, so that its balance does not matter. */
function pairOf(
  { account, color, overdraft }: AccountSource,
  asset: string,
  session: Session,
): Result<Pair | undefined, Fault> {
  if (overdraft === "unbounded") {
    return ok(undefined);
  }
  const address = evaluateAs(account, "account", session);
  if (!address.ok) {
    return address;
  }
  const coin = evaluateColored(asset, color, session);
  return coin.ok ? ok([address.value.address, coin.value]) : err(coin.error);
}
