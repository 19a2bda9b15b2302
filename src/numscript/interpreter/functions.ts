/**
 * The interpreter's functions: those that give a value and those that are statements. Their
 * arguments are worked out already; a wrong number of them is told before a wrong type.
 */
import { err, ok, type Result } from "../../core/result.ts";
import type { Name } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import type { Span } from "../span.ts";
import { isA, isType, type Type, type Value, type ValueOf } from "../value.ts";
import { readInterpreterValue } from "../variables.ts";
import {
  failure,
  nestedMeta,
  negativeBalance,
  noSuchMetadata,
  unknownFunction,
  unknownType,
  wrongArity,
  wrongType,
} from "./faults.ts";
import type { Feature } from "./features.ts";
import type { Session } from "./session.ts";

type Parameter = Type | "any";
type Argument<P extends Parameter> = P extends Type ? ValueOf<P> : Value;
type Arguments<Parameters extends readonly Parameter[]> = {
  readonly [K in keyof Parameters]: Argument<Parameters[K]>;
};

function check<const Parameters extends readonly Parameter[]>(
  values: readonly Value[],
  parameters: Parameters,
  span: Span,
): Result<Arguments<Parameters>, Fault> {
  if (values.length !== parameters.length) {
    return err(wrongArity(parameters.length, values.length));
  }
  for (const [at, value] of values.entries()) {
    const expected = parameters[at] ?? "any";
    if (expected !== "any" && !isA(value, expected)) {
      return err(wrongType(expected, value, span));
    }
  }
  // Every value was just seen to be of the type its parameter names.
  return ok(values as unknown as Arguments<Parameters>);
}

/** A call that stands where a value is wanted; `span` is that of the call. */
export function callExpression(
  name: string,
  values: readonly Value[],
  span: Span,
  session: Session,
): Result<Value, Fault> {
  switch (name) {
    case "balance":
      return balance(values, span, session);
    case "overdraft":
      return guarded("experimental-overdraft-function", session, () => {
        return overdraft(values, span, session);
      });
    case "get_asset":
      return guarded("experimental-get-asset-function", session, () => {
        const checked = check(values, ["monetary"], span);
        return checked.ok ? ok({ type: "asset", asset: checked.value[0].asset }) : checked;
      });
    case "get_amount":
      return guarded("experimental-get-amount-function", session, () => {
        const checked = check(values, ["monetary"], span);
        return checked.ok ? ok({ type: "number", number: checked.value[0].amount }) : checked;
      });
    case "meta":
      return err(nestedMeta());
    default:
      return err(unknownFunction(name));
  }
}

function guarded(
  feature: Feature,
  session: Session,
  run: () => Result<Value, Fault>,
): Result<Value, Fault> {
  const fault = session.missing(feature);
  return fault === undefined ? run() : err(fault);
}

function balance(values: readonly Value[], span: Span, session: Session): Result<Value, Fault> {
  const checked = check(values, ["account", "asset"], span);
  if (!checked.ok) {
    return checked;
  }
  const [{ address }, { asset }] = checked.value;
  session.balances.ask(address, asset);
  const amount = session.balances.get(address, asset);
  return amount < 0n ? err(negativeBalance(address)) : ok({ type: "monetary", asset, amount });
}

/** How far an account is below zero. */
function overdraft(values: readonly Value[], span: Span, session: Session): Result<Value, Fault> {
  const checked = check(values, ["account", "asset"], span);
  if (!checked.ok) {
    return checked;
  }
  const [{ address }, { asset }] = checked.value;
  session.balances.ask(address, asset);
  const held = session.balances.get(address, asset);
  return ok({ type: "monetary", asset, amount: held < 0n ? -held : 0n });
}

/** `meta(account, key)` as the whole value of a variable, read as the variable's type. */
export function readMeta(
  type: Name,
  values: readonly Value[],
  span: Span,
  session: Session,
): Result<Value, Fault> {
  const checked = check(values, ["account", "string"], span);
  if (!checked.ok) {
    return checked;
  }
  const [{ address }, { text: key }] = checked.value;
  const metadata = session.store.accountMetadata(address) ?? {};
  const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  return text === undefined
    ? err(noSuchMetadata(address, key, span))
    : readTyped(type.text, text, span);
}

/** A text read as a type that the script names. */
export function readTyped(type: string, text: string, span: Span): Result<Value, Fault> {
  if (!isType(type)) {
    return err(unknownType(type, span));
  }
  const value = readInterpreterValue(type, text);
  return value.ok ? value : err(failure(value.error));
}

/** A call that stands as a statement; types are told of its name. */
export function callStatement(
  name: Name,
  values: readonly Value[],
  session: Session,
): Fault | undefined {
  switch (name.text) {
    case "set_tx_meta": {
      const checked = check(values, ["string", "any"], name);
      if (!checked.ok) {
        return checked.error;
      }
      const [key, value] = checked.value;
      session.metadata.setOnTransaction(key.text, value);
      return undefined;
    }
    case "set_account_meta": {
      const checked = check(values, ["account", "string", "any"], name);
      if (!checked.ok) {
        return checked.error;
      }
      const [account, key, value] = checked.value;
      session.metadata.setOnAccount(account.address, key.text, value);
      return undefined;
    }
    default:
      return unknownFunction(name.text);
  }
}
