/**
 * Exchanging money of one asset in different scales (`EUR`, `EUR/2`, `EUR/4`): which amounts of
 * which scales to give so that at least a wanted amount comes out in one scale, without splitting
 * the smallest unit of any.
 */
import { SCALES_APART_MAX } from "../../core/limits.ts";

export interface Conversion {
  readonly scale: number;
  readonly amount: bigint;
}

export interface Exchange {
  readonly conversions: readonly Conversion[];
  /** What comes out in the wanted scale. */
  readonly total: bigint;
}

/**
 * The finest scales go first. `wanted` counts what is there in the wanted scale already; undefined
 * wants everything.
 */
export function exchange(
  wanted: bigint | undefined,
  scale: number,
  balances: ReadonlyMap<number, bigint>,
): Exchange {
  const needed = wanted === undefined ? undefined : wanted - (balances.get(scale) ?? 0n);
  const conversions: Conversion[] = [];
  let total = 0n;
  const others = [...balances].filter(([other]) => {
    return other !== scale && Math.abs(other - scale) <= SCALES_APART_MAX;
  });
  for (const [other, balance] of others.toSorted(([a], [b]) => b - a)) {
    if (needed !== undefined && total >= needed) {
      break;
    }
    const factor = 10n ** BigInt(Math.abs(other - scale));
    const isFiner = other > scale;
    const available = isFiner ? floorDivide(balance, factor) : balance * factor;
    const take = needed === undefined ? available : smaller(available, needed - total);
    const amount = isFiner ? take * factor : ceilDivide(take, factor);
    if (amount !== 0n) {
      conversions.push({ scale: other, amount });
      total += isFiner ? take : amount * factor;
    }
  }
  return { conversions, total };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** Rounded up, or towards zero when it is negative. */
function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend > 0n && quotient * divisor !== dividend ? quotient + 1n : quotient;
}

/** `USD/2` is `USD` in scale 2; without a slash the scale is 0. */
export function scaleOf(asset: string): readonly [base: string, scale: number] {
  const slash = asset.indexOf("/");
  return slash < 0
    ? [asset, 0]
    : [asset.slice(0, slash), Number.parseInt(asset.slice(slash + 1), 10)];
}

export function scaled(base: string, scale: number): string {
  return scale === 0 ? base : `${base}/${scale}`;
}

/** What is held of a base asset, by scale. */
export function balancesByScale(
  base: string,
  balances: ReadonlyMap<string, bigint>,
): ReadonlyMap<number, bigint> {
  const byScale = new Map<number, bigint>();
  for (const [asset, balance] of balances) {
    const [otherBase, scale] = scaleOf(asset);
    if (otherBase === base) {
      byScale.set(scale, balance);
    }
  }
  return byScale;
}
