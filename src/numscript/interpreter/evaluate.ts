/**
 * Expressions → values. Types are found out on the way, and code that is never reached is never
 * looked at.
 */
import { isAddress } from "../../core/address.ts";
import { SCRIPT_DIGITS_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type {
  Call,
  Expression,
  Interpolation,
  MonetaryExpression,
  Negation,
  Operand,
  Operation,
} from "../ast.ts";
import type { Fault } from "../outcome.ts";
import type { Span } from "../span.ts";
import { isA, type Monetary, type Type, type Value, type ValueOf } from "../value.ts";
import {
  divisionByZero,
  failure,
  invalidAccount,
  mismatchedAssets,
  notText,
  unboundVariable,
  wrongType,
} from "./faults.ts";
import { callExpression } from "./functions.ts";
import type { Session } from "./session.ts";

export function evaluate(expression: Expression, session: Session): Result<Value, Fault> {
  switch (expression.kind) {
    case "literal":
      return ok(expression.value);
    case "variable": {
      const value = session.variables.get(expression.name);
      return value === undefined ? err(unboundVariable(expression.name, expression)) : ok(value);
    }
    case "interpolation":
      return interpolate(expression, session);
    case "monetary":
      return evaluateMonetary(expression, session);
    case "operation":
      return operate(expression, session);
    case "negation":
      return negate(expression, session);
    case "call":
      return call(expression, session);
  }
}

export function evaluateAs<T extends Type>(
  expression: Expression,
  type: T,
  session: Session,
): Result<ValueOf<T>, Fault> {
  const value = evaluate(expression, session);
  return value.ok ? expectType(value.value, type, expression) : value;
}

function expectType<T extends Type>(value: Value, type: T, span: Span): Result<ValueOf<T>, Fault> {
  return isA(value, type) ? ok(value) : err(wrongType(type, value, span));
}

export function evaluateAll(
  expressions: readonly Expression[],
  session: Session,
): Result<readonly Value[], Fault> {
  const values: Value[] = [];
  for (const expression of expressions) {
    const value = evaluate(expression, session);
    if (!value.ok) {
      return value;
    }
    values.push(value.value);
  }
  return ok(values);
}

function call(expression: Call, session: Session): Result<Value, Fault> {
  const fault = session.isDeclaring
    ? undefined
    : session.missing("experimental-mid-script-function-call");
  if (fault !== undefined) {
    return err(fault);
  }
  const values = evaluateAll(expression.arguments, session);
  return values.ok
    ? callExpression(expression.name.text, values.value, expression, session)
    : values;
}

/** The amount of a monetary that must be of the asset that is sent. */
export function evaluateAmount(
  expression: Expression,
  asset: string,
  session: Session,
): Result<bigint, Fault> {
  const monetary = evaluateAs(expression, "monetary", session);
  if (!monetary.ok) {
    return monetary;
  }
  return monetary.value.asset === asset
    ? ok(monetary.value.amount)
    : err(mismatchedAssets(asset, monetary.value.asset));
}

function interpolate(expression: Interpolation, session: Session): Result<Value, Fault> {
  const texts: string[] = [];
  for (const part of expression.parts) {
    if (typeof part === "string") {
      texts.push(part);
      continue;
    }
    const fault = session.missing("experimental-account-interpolation");
    if (fault !== undefined) {
      return err(fault);
    }
    const value = evaluate(part, session);
    const text = value.ok ? partText(value.value, expression) : value;
    if (!text.ok) {
      return text;
    }
    texts.push(text.value);
  }
  const address = texts.join(":");
  return isAddress(address) ? ok({ type: "account", address }) : err(invalidAccount(address));
}

function partText(value: Value, span: Span): Result<string, Fault> {
  switch (value.type) {
    case "account":
      return ok(value.address);
    case "string":
      return ok(value.text);
    case "number":
      return ok(String(value.number));
    default:
      return err(notText(value, span));
  }
}

function evaluateMonetary(
  expression: MonetaryExpression,
  session: Session,
): Result<Monetary, Fault> {
  const asset = evaluateAs(expression.asset, "asset", session);
  if (!asset.ok) {
    return asset;
  }
  const amount = evaluateAs(expression.amount, "number", session);
  return amount.ok
    ? ok({ type: "monetary", asset: asset.value.asset, amount: amount.value.number })
    : amount;
}

function negate({ operand }: Negation, session: Session): Result<Value, Fault> {
  const value = evaluate(operand, session);
  if (!value.ok) {
    return value;
  }
  switch (value.value.type) {
    case "number":
      return ok({ type: "number", number: -value.value.number });
    case "monetary":
      return ok({ ...value.value, amount: -value.value.amount });
    default:
      return err(wrongType("monetary|number", value.value, operand));
  }
}

/** From left to right; the value so far stands for the text so far. */
function operate({ first, rest, start }: Operation, session: Session): Result<Value, Fault> {
  let left = evaluate(first, session);
  let leftSpan: Span = first;
  for (const step of rest) {
    if (!left.ok) {
      return left;
    }
    left = apply(left.value, step, leftSpan, { start, end: step.end }, session);
    leftSpan = { start, end: step.end };
  }
  return left;
}

function apply(
  left: Value,
  { operator, operand }: Operand,
  leftSpan: Span,
  span: Span,
  session: Session,
): Result<Value, Fault> {
  if (operator === "/") {
    const numerator = expectType(left, "number", leftSpan);
    const denominator = numerator.ok ? evaluateAs(operand, "number", session) : numerator;
    return numerator.ok && denominator.ok
      ? divide(numerator.value.number, denominator.value.number, span)
      : denominator;
  }
  if (left.type === "number") {
    const right = evaluateAs(operand, "number", session);
    return right.ok
      ? ok({ type: "number", number: sum(left.number, operator, right.value.number) })
      : right;
  }
  if (left.type === "monetary") {
    const right = evaluateAs(operand, "monetary", session);
    if (!right.ok) {
      return right;
    }
    return right.value.asset === left.asset
      ? ok({ ...left, amount: sum(left.amount, operator, right.value.amount) })
      : err(mismatchedAssets(left.asset, right.value.asset));
  }
  return err(wrongType("monetary|number", left, leftSpan));
}

function sum(left: bigint, operator: "+" | "-", right: bigint): bigint {
  return operator === "+" ? left + right : left - right;
}

const NUMBER_MAX = 10n ** BigInt(SCRIPT_DIGITS_MAX);

function divide(numerator: bigint, denominator: bigint, span: Span): Result<Value, Fault> {
  if (denominator === 0n) {
    return err(divisionByZero(numerator, span));
  }
  if (isLarge(numerator) || isLarge(denominator)) {
    return err(failure(`cannot divide numbers of more than ${SCRIPT_DIGITS_MAX} digits`, span));
  }
  const portion =
    denominator < 0n
      ? { numerator: -numerator, denominator: -denominator }
      : { numerator, denominator };
  return ok({ type: "portion", portion });
}

function isLarge(number: bigint): boolean {
  return number > NUMBER_MAX || number < -NUMBER_MAX;
}
