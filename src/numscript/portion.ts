/**
 * Portions: exact fractions, and how an amount is split by them without losing or making a unit.
 * Fractions are reduced only when they are written.
 */
import { DENOMINATOR_DIGITS_MAX, SCRIPT_DIGITS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";

export interface Portion {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

export const NONE: Portion = { numerator: 0n, denominator: 1n };
export const WHOLE: Portion = { numerator: 1n, denominator: 1n };

const DENOMINATOR_MAX = 10n ** BigInt(DENOMINATOR_DIGITS_MAX);

const PERCENTAGE = /^(\d+)(?:\.(\d+))?%$/;
const FRACTION = /^(\d+)[\t\n\f\r ]?\/[\t\n\f\r ]?(\d+)$/;

/** `1/3`, `50%` or `12.5%`, of any size; undefined is another text or a fraction of nothing. */
export function readPortion(text: string): Portion | undefined {
  const percentage = PERCENTAGE.exec(text);
  if (percentage !== null) {
    const [, integral = "", decimals = ""] = percentage;
    const denominator = 100n * 10n ** BigInt(decimals.length);
    return { numerator: BigInt(integral + decimals), denominator };
  }
  const [, numerator, denominator] = FRACTION.exec(text) ?? [];
  return numerator === undefined || denominator === undefined || /^0+$/.test(denominator)
    ? undefined
    : { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** The same for a portion that must lie between nothing and the whole. */
export function parsePortion(text: string): Result<Portion, string> {
  if (text.length > 2 * SCRIPT_DIGITS_MAX) {
    return err(`a portion has at most ${SCRIPT_DIGITS_MAX} digits`);
  }
  const portion = readPortion(text);
  if (portion === undefined) {
    return err(FRACTION.test(text) ? "invalid fractional format" : "invalid format");
  }
  return portion.numerator > portion.denominator
    ? err("portion must be between 0% and 100% inclusive")
    : ok(portion);
}

/** Reduced, always with its denominator: `1/2`, `1/1`, `0/1`. */
export function portionText({ numerator, denominator }: Portion): string {
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return `${numerator / divisor}/${denominator / divisor}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) {
    [larger, smaller] = [smaller, larger % smaller];
  }
  return larger;
}

/** -1, 0 or 1: below, equal to or above the whole. */
export function compareToWhole({ numerator, denominator }: Portion): number {
  return numerator < denominator ? -1 : numerator > denominator ? 1 : 0;
}

function add(a: Portion, b: Portion): Portion {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  if (a.denominator % b.denominator === 0n) {
    const numerator = a.numerator + b.numerator * (a.denominator / b.denominator);
    return { numerator, denominator: a.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

/** undefined: the portions have no common measure of a bearable size. */
export function sum(portions: readonly Portion[]): Portion | undefined {
  let total = NONE;
  for (const portion of portions) {
    total = add(total, portion);
    if (total.denominator > DENOMINATOR_MAX) {
      return undefined;
    }
  }
  return total;
}

/** What is left of the whole. */
export function remainder({ numerator, denominator }: Portion): Portion {
  return { numerator: denominator - numerator, denominator };
}

/**
 * Splits an amount by portions that make a whole: each part is rounded down, and the units left
 * over go one each to the first parts in order, also to those of 0%.
 */
export function allocate(amount: bigint, portions: readonly Portion[]): bigint[] {
  let left = amount;
  const parts = portions.map(({ numerator, denominator }) => {
    const part = floorDivide(amount * numerator, denominator);
    left -= part;
    return part;
  });
  return parts.map((part) => {
    if (left <= 0n) {
      return part;
    }
    left--;
    return part + 1n;
  });
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
