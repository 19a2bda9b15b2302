/**
 * What a machine script knows before it moves anything: variables from the caller, from metadata
 * and from balances, and the balances of every source with a bound. All is read before the first
 * statement runs (numscript contract §6, §8.5).
 */
import { WORLD } from "../../core/address.ts";
import { assert } from "../../core/assert.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Declaration, Expression, Program, Source } from "../ast.ts";
import type { Fault, ScriptStore } from "../outcome.ts";
import { isA, isType, type Type } from "../value.ts";
import { readMachineValue } from "../variables.ts";
import { Balances } from "./balances.ts";
import {
  invalidVariables,
  negativeBalance,
  unknownAccount,
  unresolved,
  worldAsVariable,
} from "./faults.ts";
import { Scope } from "./scope.ts";

export interface Resolved {
  readonly scope: Scope;
  readonly balances: Balances;
  readonly asked: readonly Pair[];
}

type Pair = readonly [account: string, asset: string];

export function resolve(
  { variables, statements }: Program,
  given: Readonly<Record<string, string>>,
  store: ScriptStore,
): Result<Resolved, Fault> {
  const scope = new Scope();
  const fault = bindGiven(variables, given, scope) ?? bindMetadata(variables, scope, store);
  if (fault !== undefined) {
    return err(fault);
  }
  const balances = new Balances();
  const asked: Pair[] = [];
  const ask = (account: string, asset: string): void => {
    if (balances.track(account, asset, () => store.balance(account, asset))) {
      asked.push([account, asset]);
    }
  };
  const looked = bindBalances(variables, scope, balances, ask);
  for (const statement of statements) {
    if (statement.kind === "send") {
      const { sent, source } = statement;
      const asset = sent.kind === "all" ? scope.asset(sent.asset) : scope.assetOf(sent.monetary);
      for (const account of boundedAccounts(source, scope)) {
        if (account === WORLD) {
          return err(worldAsVariable());
        }
        ask(account, asset);
      }
    }
  }
  return looked === undefined ? ok({ scope, balances, asked }) : err(looked);
}

function bindGiven(
  declarations: readonly Declaration[],
  given: Readonly<Record<string, string>>,
  scope: Scope,
): Fault | undefined {
  const expected = new Set<string>();
  for (const { name, type, origin } of declarations) {
    if (origin !== undefined) {
      continue;
    }
    const text = Object.hasOwn(given, name.text) ? given[name.text] : undefined;
    if (text === undefined) {
      return invalidVariables(`missing variable $${name.text}`);
    }
    const value = readMachineValue(declaredType(type.text), text);
    if (!value.ok) {
      const variable = `variable $${name.text} of type ${type.text}`;
      return invalidVariables(`invalid JSON value for ${variable}: ${value.error}`);
    }
    expected.add(name.text);
    scope.set(name.text, value.value);
  }
  const extraneous = Object.keys(given).find((name) => !expected.has(name));
  return extraneous === undefined
    ? undefined
    : invalidVariables(`extraneous variable $${extraneous}`);
}

function declaredType(name: string): Type {
  assert(isType(name), "the script is checked: types exist");
  return name;
}

/** `meta(account, "key")`: the account's metadata as it was before the script. */
function bindMetadata(
  declarations: readonly Declaration[],
  scope: Scope,
  store: ScriptStore,
): Fault | undefined {
  for (const { name, type, origin } of declarations) {
    const [account, key] = argumentsOf(origin, "meta");
    if (account === undefined || key?.kind !== "literal" || !isA(key.value, "string")) {
      continue;
    }
    const address = scope.account(account);
    const metadata = store.accountMetadata(address);
    if (metadata === undefined) {
      return unknownAccount(address);
    }
    const { text } = key.value;
    const found = Object.hasOwn(metadata, text) ? metadata[text] : undefined;
    if (found === undefined) {
      return unresolved(`missing key ${text} in metadata for account ${address}`);
    }
    const value = readMachineValue(declaredType(type.text), found);
    if (!value.ok) {
      return unresolved(`metadata ${text} of account ${address}: ${value.error}`);
    }
    scope.set(name.text, value.value);
  }
  return undefined;
}

/** `balance(account, asset)`. The fault is a negative balance. */
function bindBalances(
  declarations: readonly Declaration[],
  scope: Scope,
  balances: Balances,
  ask: (account: string, asset: string) => void,
): Fault | undefined {
  let fault: Fault | undefined;
  for (const { name, origin } of declarations) {
    const [account, asset] = argumentsOf(origin, "balance");
    if (account !== undefined && asset !== undefined) {
      const address = scope.account(account);
      const code = scope.asset(asset);
      ask(address, code);
      const amount = balances.get(address, code) ?? 0n;
      fault ??= amount < 0n ? negativeBalance(address, code, amount) : undefined;
      scope.set(name.text, { type: "monetary", asset: code, amount });
    }
  }
  return fault;
}

function argumentsOf(origin: Expression | undefined, name: string): readonly Expression[] {
  return origin?.kind === "call" && origin.name.text === name ? origin.arguments : [];
}

/** The accounts in a source that have a bound, under a cap or not; `@world` has none. */
function* boundedAccounts(source: Source, scope: Scope): Generator<string> {
  switch (source.kind) {
    case "account":
      if (source.overdraft !== "unbounded" && !isWorldLiteral(source.account)) {
        yield scope.account(source.account);
      }
      return;
    case "capped":
      yield* boundedAccounts(source.from, scope);
      return;
    case "inorder":
    case "oneof":
      for (const inner of source.sources) {
        yield* boundedAccounts(inner, scope);
      }
      return;
    case "allotment":
      for (const { from } of source.shares) {
        yield* boundedAccounts(from, scope);
      }
      return;
    case "scaled":
    // The machine's grammar has none.
  }
}

export function isWorldLiteral(account: Expression): boolean {
  return (
    account.kind === "literal" &&
    account.value.type === "account" &&
    account.value.address === WORLD
  );
}
