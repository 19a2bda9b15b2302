/**
 * How a run of the interpreter can fail, in the original's words. All but missing funds are one
 * code.
 */
import type { Posting } from "../../core/transaction.ts";
import type { Fault } from "../outcome.ts";
import { portionText, type Portion } from "../portion.ts";
import type { Span } from "../span.ts";
import { monetaryText, valueText, type Value } from "../value.ts";
import type { Feature } from "./features.ts";

export function failure(message: string, span?: Span): Fault {
  return { code: "INTERPRETER_RUNTIME", message, span: span && plain(span) };
}

/** A span is often a node of the tree, which a fault need not hold on to. */
function plain({ start, end }: Span): Span {
  return { start, end };
}

export function missingFunds(asset: string, needed: bigint, available: bigint, span: Span): Fault {
  const needs = `[${monetaryText({ asset, amount: needed })}]`;
  const has = `[${monetaryText({ asset, amount: available })}]`;
  const message = `Not enough funds. Needed ${needs} (only ${has} available)`;
  return { code: "INSUFFICIENT_FUND", message, span: plain(span) };
}

export function negativeAmount(amount: bigint, span?: Span): Fault {
  return failure(`Cannot send negative amount: ${amount}`, span);
}

export function negativeBalance(account: string): Fault {
  return failure(`Cannot fetch negative balance from account @${account}`);
}

export function wrongType(expected: string, value: Value, span: Span): Fault {
  const got = valueText(value);
  return failure(
    `Invalid value received. Expecting value of type ${expected} (got ${got} instead)`,
    span,
  );
}

export function mismatchedAssets(expected: string, got: string): Fault {
  return failure(`Mismatched currency (expected '${expected}', got '${got}' instead)`);
}

export function missingVariable(name: string): Fault {
  return failure(`Variable is missing in json: ${name}`);
}

export function unboundVariable(name: string, span: Span): Fault {
  return failure(`Unbound variable: $${name}`, span);
}

export function unknownType(name: string, span: Span): Fault {
  return failure(`This type does not exist: ${name}`, span);
}

export function invalidAccount(address: string): Fault {
  return failure(`Invalid account name: @${address}`);
}

export function invalidColor(color: string, span: Span): Fault {
  return failure(`Invalid color name: '${color}'. Only uppercase letters are allowed.`, span);
}

export function invalidPortions(total: Portion): Fault {
  const got = portionText(total);
  return failure(`Invalid allotment: portions sum should be 1 (got ${got} instead)`);
}

export function unboundedInSendAll(): Fault {
  return failure("cannot take all balance from an unbounded source");
}

export function allotmentInSendAll(): Fault {
  return failure("cannot take all balance of an allotment source");
}

export function divisionByZero(numerator: bigint, span: Span): Fault {
  return failure(`cannot divide by zero (in ${numerator}/0)`, span);
}

export function unknownFunction(name: string): Fault {
  return failure(`Invalid function: ${name}`);
}

export function wrongArity(expected: number, given: number): Fault {
  return failure(`Bad arity: expected ${expected} arguments (got ${given} instead)`);
}

export function noSuchMetadata(account: string, key: string, span: Span): Fault {
  return failure(
    `account '@${account}' doesn't have metadata associated to the '${key}' key`,
    span,
  );
}

export function nestedMeta(): Fault {
  return failure(
    "Invalid usage of meta() function: the meta function cannot be nested in a sub-expression.",
  );
}

export function notText(value: Value, span: Span): Fault {
  return failure(`Cannot cast this value to string: ${valueText(value)}`, span);
}

export function disabledFeature(feature: Feature): Fault {
  return failure(
    "this feature is experimental. " + `You need the '${feature}' feature flag to enable it`,
  );
}

export function unknownFeature(name: string): Fault {
  return failure(`Invalid feature: ${name}`);
}

export function unscalable(span: Span): Fault {
  return failure("Invalid usage or @world account in scaling context", span);
}

export function invalidPosting({ source, destination, amount, asset }: Posting): Fault {
  return failure(
    "The script produced a posting with invalid values: " +
      `{${source} ${destination} ${amount} ${asset}}`,
  );
}

export function tooManyPostings(limit: number): Fault {
  return failure(`too many postings, the limit is ${limit}`);
}
