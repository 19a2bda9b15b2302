/**
 * The contracts of a v1 mapping: which balances accounts may have (contract Appendix C). Of the
 * contracts whose account matches, the first decides, alone: with it no other rule about the
 * account's funds applies, without any the usual ones do. Contracts of other forms than these are
 * kept and shown, and bind nobody.
 */
import { parseJson, type Json, type JsonObject } from "../core/json.ts";
import type { Metadata } from "../core/transaction.ts";

/** What a contract looks at: one account, in one asset. */
interface Subject {
  readonly balance: bigint;
  readonly metadata: Metadata;
}

type Condition = (subject: Subject) => boolean;
/** undefined: there is no such metadata. */
type Operand = (subject: Subject) => bigint | string | undefined;

export interface Contract {
  readonly matches: (address: string) => boolean;
  readonly holds: Condition;
}

/** The contracts that bind, in their order. */
export function compileContracts(mapping: string): readonly Contract[] {
  const parsed = parseJson(mapping);
  const contracts = parsed.ok ? memberOf(parsed.value, "contracts") : undefined;
  return Array.isArray(contracts)
    ? contracts.map((item) => compileContract(item as Json)).filter((item) => item !== undefined)
    : [];
}

function compileContract(contract: Json): Contract | undefined {
  const account = memberOf(contract, "account");
  const matches = compilePattern(typeof account === "string" ? account : "");
  const holds = compileCondition(memberOf(contract, "expr") ?? null);
  return matches === undefined || holds === undefined ? undefined : { matches, holds };
}

const PATTERN = /^[a-zA-Z0-9_:*-]*$/;

/** An address in which `*` stands for anything; the empty one is every address. */
function compilePattern(pattern: string): Contract["matches"] | undefined {
  if (!PATTERN.test(pattern)) {
    return undefined;
  }
  const [start = "", ...rest] = (pattern === "" ? "*" : pattern).split("*");
  const end = rest.pop();
  if (end === undefined) {
    return (address) => address === start;
  }
  return (address) => {
    let at = address.startsWith(start) ? start.length : undefined;
    for (const part of rest) {
      at = at === undefined ? undefined : endOf(part, address, at);
    }
    return at !== undefined && address.endsWith(end) && at <= address.length - end.length;
  };
}

/** Behind the first occurrence of a part: to take the first is never wrong. */
function endOf(part: string, address: string, from: number): number | undefined {
  const found = address.indexOf(part, from);
  return found === -1 ? undefined : found + part.length;
}

/** undefined: not a form that is known. */
function compileCondition(expression: Json): Condition | undefined {
  const [operator, value] = soleMember(expression) ?? [];
  if (operator === undefined || !Array.isArray(value)) {
    return undefined;
  }
  if (operator === "$and" || operator === "$or") {
    const parts = value.map((item) => compileCondition(item as Json));
    const known = parts.filter((part) => part !== undefined);
    if (known.length < parts.length) {
      return undefined;
    }
    return operator === "$and"
      ? (subject) => known.every((part) => part(subject))
      : (subject) => known.some((part) => part(subject));
  }
  const [left, right] = value.map((item) => compileOperand(item as Json));
  return value.length === 2 && left !== undefined && right !== undefined
    ? compileComparison(operator, left, right)
    : undefined;
}

const ORDERS: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  $gt: (left, right) => left > right,
  $gte: (left, right) => left >= right,
  $lt: (left, right) => left < right,
  $lte: (left, right) => left <= right,
};

/** Texts can be equal; only whole numbers, written as such or as text, are greater or less. */
function compileComparison(operator: string, left: Operand, right: Operand): Condition | undefined {
  if (operator === "$eq") {
    return (subject) => isEqual(left(subject), right(subject));
  }
  const order = ORDERS[operator];
  return order === undefined
    ? undefined
    : (subject) => {
        const [a, b] = [integerOf(left(subject)), integerOf(right(subject))];
        return a !== undefined && b !== undefined && order(a, b);
      };
}

function isEqual(left: ReturnType<Operand>, right: ReturnType<Operand>): boolean {
  return typeof left === typeof right
    ? left !== undefined && left === right
    : integerOf(left) !== undefined && integerOf(left) === integerOf(right);
}

function integerOf(value: ReturnType<Operand>): bigint | undefined {
  return typeof value === "string" && /^-?\d+$/.test(value)
    ? BigInt(value)
    : typeof value === "bigint"
      ? value
      : undefined;
}

function compileOperand(value: Json): Operand | undefined {
  if (value === "$balance") {
    return ({ balance }) => balance;
  }
  if (typeof value === "string") {
    return value.startsWith("$") ? undefined : () => value;
  }
  if (typeof value === "number" || typeof value === "bigint") {
    return () => BigInt(value);
  }
  const [operator, key] = soleMember(value) ?? [];
  return operator === "$meta" && typeof key === "string"
    ? ({ metadata }) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined)
    : undefined;
}

function soleMember(value: Json): readonly [string, Json] | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return undefined;
  }
  const members = Object.entries(value as JsonObject);
  return members.length === 1 ? members[0] : undefined;
}

function memberOf(value: Json, name: string): Json | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)[name]
    : undefined;
}
