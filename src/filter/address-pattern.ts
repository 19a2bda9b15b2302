/**
 * Address patterns (contract §8.5): `users:001` is itself, `users:` any one segment below,
 * `users::main` any segment between, `users:...` the account and all below it. A pattern becomes
 * conditions that both SQL (`conditions.ts`) and the plain matcher below read: a range of the
 * primary key where the pattern starts with words, and what is left to check.
 */
import { compareText } from "../core/json.ts";

/**
 * Inside a partial pattern, `...` before the end stands for one segment in lists of accounts,
 * volumes and balances, and for itself in lists of transactions.
 */
export type InnerDots = "wildcard" | "literal";

export type AddressPattern = ExactAddress | PartialAddress;

export interface ExactAddress {
  readonly kind: "exact";
  readonly address: string;
}

export interface PartialAddress {
  readonly kind: "partial";
  /** Every match lies in this range of bytewise order; undefined: anywhere. */
  readonly range: Range | undefined;
  /** Every match is this address or at least the second; undefined where the range tells all. */
  readonly selfOrFrom: readonly [string, string] | undefined;
  /** How many segments a match has; undefined: it does not matter. */
  readonly length: number | undefined;
  /** Segments that must stand at their positions, beyond those the range implies. */
  readonly segments: readonly Segment[];
}

export interface Range {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

export interface Segment {
  readonly position: number;
  readonly text: string;
}

const ANY_DEPTH = "...";

export function isPartialAddress(text: string): boolean {
  const segments = text.split(":");
  return segments.at(-1) === ANY_DEPTH || segments.includes("");
}

export function parseAddressPattern(text: string, innerDots: InnerDots): AddressPattern {
  if (!isPartialAddress(text)) {
    return { kind: "exact", address: text };
  }
  const segments = text.split(":");
  const isOpen = segments.at(-1) === ANY_DEPTH;
  const fixed = isOpen ? segments.slice(0, -1) : segments;
  const isWild = (segment: string): boolean => {
    return segment === "" || (segment === ANY_DEPTH && innerDots === "wildcard");
  };
  const firstWild = fixed.findIndex(isWild);
  const words = firstWild < 0 ? fixed : fixed.slice(0, firstWild);
  const rest = fixed.slice(words.length).flatMap((segment, index) => {
    return isWild(segment) ? [] : [{ position: words.length + index, text: segment }];
  });
  const length = isOpen ? undefined : fixed.length;
  if (words.length === 0) {
    return { kind: "partial", range: undefined, selfOrFrom: undefined, length, segments: rest };
  }
  const self = words.join(":");
  const below = `${self}:`;
  return {
    kind: "partial",
    // `;` follows `:`.
    range: { from: isOpen ? self : below, to: `${self};` },
    selfOrFrom: isOpen ? [self, below] : undefined,
    length,
    segments: rest,
  };
}

export function matchesAddress(pattern: AddressPattern, address: string): boolean {
  if (pattern.kind === "exact") {
    return address === pattern.address;
  }
  const { range, selfOrFrom, length } = pattern;
  const segments = address.split(":");
  return (
    (range === undefined || (isFrom(address, range.from) && !isFrom(address, range.to))) &&
    (selfOrFrom === undefined || address === selfOrFrom[0] || isFrom(address, selfOrFrom[1])) &&
    (length === undefined || segments.length === length) &&
    pattern.segments.every(({ position, text }) => segments[position] === text)
  );
}

function isFrom(text: string, from: string): boolean {
  return compareText(text, from) >= 0;
}
