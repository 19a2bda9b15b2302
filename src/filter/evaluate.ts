/**
 * The same filters, evaluated in plain TypeScript: the oracle that the compiled SQL is tested
 * against, and what tells beforehand that a table has no match. Truth has three values, as in SQL;
 * undefined is unknown (contract §8.6).
 */
import { unreachable } from "../core/assert.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { matchesAddress, parseAddressPattern, type InnerDots } from "./address-pattern.ts";
import type { Comparator, Filter, Leaf, ListLeaf, NumberLeaf, TextLeaf } from "./ast.ts";
import { matchesLike, parseLike } from "./like.ts";

export type Truth = boolean | undefined;
export type LeafTruth = (leaf: Leaf) => Truth;

/** A row is listed when this is true; no filter is true. */
export function evaluate(filter: Filter | undefined, leaf: LeafTruth): Truth {
  if (filter === undefined) {
    return true;
  }
  switch (filter.kind) {
    case "and":
      return and(filter.filters.map((inner) => evaluate(inner, leaf)));
    case "or":
      return (
        filter.filters.length === 0 || or(filter.filters.map((inner) => evaluate(inner, leaf)))
      );
    case "not":
      return not(evaluate(filter.filter, leaf));
    default:
      return leaf(filter);
  }
}

function and(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) {
    return false;
  }
  return truths.includes(undefined) ? undefined : true;
}

function or(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) {
    return true;
  }
  return truths.includes(undefined) ? undefined : false;
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

// --- the resources ---

export type TextMap = ReadonlyMap<string, string>;

export interface TransactionFacts {
  readonly id: number;
  readonly timestamp: Timestamp;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  readonly reference: string | undefined;
  readonly metadata: TextMap;
  readonly postings: readonly { readonly source: string; readonly destination: string }[];
}

export function transactionTruth(transaction: TransactionFacts): LeafTruth {
  return (leaf) => {
    switch (leaf.kind) {
      case "boolean":
        return (transaction.revertedAt !== undefined) === leaf.value;
      case "number":
        return compareTo(BigInt(transaction.id), leaf);
      case "date":
        return compareTo(transactionDate(transaction, leaf.field.name), leaf);
      case "text":
      case "list":
        return transactionText(transaction, leaf);
      default:
        return unreachable(leaf);
    }
  };
}

function transactionDate(transaction: TransactionFacts, name: string): Timestamp | undefined {
  switch (name) {
    case "timestamp":
      return transaction.timestamp;
    case "inserted_at":
      return transaction.insertedAt;
    case "updated_at":
      return transaction.updatedAt;
    default:
      return transaction.revertedAt;
  }
}

function transactionText(transaction: TransactionFacts, leaf: TextLeaf | ListLeaf): Truth {
  const { name } = leaf.field;
  switch (name) {
    case "reference":
      return isText(transaction.reference, leaf);
    case "metadata":
      return isInMap(transaction.metadata, leaf);
    default:
      return transaction.postings.some(
        ({ source, destination }) =>
          (name !== "destination" && isAddress(source, leaf, "literal")) ||
          (name !== "source" && isAddress(destination, leaf, "literal")),
      );
  }
}

/** Of a log whose type alone is known: what is neither true nor false may be either. */
export function logTypeTruth(type: string): LeafTruth {
  return (leaf) => {
    const isType = leaf.field.name === "type" && (leaf.kind === "text" || leaf.kind === "list");
    return isType ? isText(type, leaf) : undefined;
  };
}

export interface AccountFacts {
  readonly address: string;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
  readonly metadata: TextMap;
  readonly balances: ReadonlyMap<string, bigint>;
}

export function accountTruth(account: AccountFacts): LeafTruth {
  return (leaf) => {
    switch (leaf.kind) {
      case "date":
        return compareTo(accountDate(account, leaf.field.name), leaf);
      case "number":
        return hasBalance(account.balances, leaf);
      case "text":
      case "list":
        return leaf.field.name === "address"
          ? isAddress(account.address, leaf, "wildcard")
          : isInMap(account.metadata, leaf);
      default:
        return undefined;
    }
  };
}

function accountDate(account: AccountFacts, name: string): Timestamp {
  switch (name) {
    case "first_usage":
      return account.firstUsage;
    case "insertion_date":
      return account.insertionDate;
    default:
      return account.updatedAt;
  }
}

function hasBalance(balances: ReadonlyMap<string, bigint>, leaf: NumberLeaf): Truth {
  const { key } = leaf.field;
  if (leaf.operator === "$exists") {
    return key === undefined ? balances.size > 0 : balances.has(key);
  }
  if (key !== undefined) {
    return compareTo(balances.get(key), leaf);
  }
  const truths = [...balances.values()].map((balance) => compareTo(balance, leaf));
  return truths.length === 0 ? undefined : or(truths);
}

/** An (account, asset). */
export interface VolumeFacts {
  readonly address: string;
  readonly asset: string;
  readonly balance: bigint;
  readonly firstUsage: Timestamp;
  /** Undefined: no history at the date asked. */
  readonly metadata: TextMap | undefined;
}

export function volumeTruth(volume: VolumeFacts): LeafTruth {
  return (leaf) => {
    switch (leaf.kind) {
      case "date":
        return compareTo(volume.firstUsage, leaf);
      case "number":
        return and([
          leaf.field.key === undefined || leaf.field.key === volume.asset,
          compareTo(volume.balance, leaf),
        ]);
      case "text":
      case "list":
        return leaf.field.name === "address"
          ? isAddress(volume.address, leaf, "wildcard")
          : isInMap(volume.metadata, leaf);
      default:
        return undefined;
    }
  };
}

// --- the types ---

function compareTo<T extends string | bigint>(
  value: T | undefined,
  leaf: { readonly operator: Comparator | "$exists"; readonly value: T },
): Truth {
  if (value === undefined) {
    return undefined;
  }
  switch (leaf.operator) {
    case "$match":
      return value === leaf.value;
    case "$lt":
      return value < leaf.value;
    case "$lte":
      return value <= leaf.value;
    case "$gt":
      return value > leaf.value;
    case "$gte":
      return value >= leaf.value;
    case "$exists":
      return true;
    default:
      return unreachable(leaf.operator);
  }
}

function isText(value: string | undefined, leaf: TextLeaf | ListLeaf): Truth {
  if (value === undefined) {
    return undefined;
  }
  if (leaf.kind === "list") {
    return leaf.values.includes(value);
  }
  return leaf.operator === "$like"
    ? matchesLike(parseLike(leaf.value), value)
    : value === leaf.value;
}

function isAddress(address: string, leaf: TextLeaf | ListLeaf, innerDots: InnerDots): boolean {
  return leaf.kind === "list"
    ? leaf.values.includes(address)
    : matchesAddress(parseAddressPattern(leaf.value, innerDots), address);
}

function isInMap(map: TextMap | undefined, leaf: TextLeaf | ListLeaf): Truth {
  const { key } = leaf.field;
  if (leaf.kind === "list") {
    return key === undefined && leaf.values.some((name) => map?.has(name) === true);
  }
  if (key === undefined) {
    return map?.has(leaf.value) === true;
  }
  return map === undefined ? undefined : map.get(key) === leaf.value;
}
