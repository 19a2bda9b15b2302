/**
 * Figures from samples, and their table: medians with their range, ratios taken round by round,
 * and whether a target is met. Nothing is rounded up.
 */
import type { Sample } from "./arena.ts";

export interface Range {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function rangeOf(values: readonly number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, low: at(0), high: at(sorted.length - 1) };
}

export function ratesOf(samples: readonly Sample[]): Range {
  return rangeOf(samples.map(({ rate }) => rate));
}

/** Processor time for one unit, over all samples. */
export function cpuOf(samples: readonly Sample[]): Range | undefined {
  const known = samples.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  return known.length === 0 ? undefined : rangeOf(known);
}

/** Rate against rate, round by round. */
export function ratiosOf(samples: readonly Sample[], reference: readonly Sample[]): Range {
  return rangeOf(samples.map(({ rate }, round) => rate / (reference[round]?.rate ?? Number.NaN)));
}

export function atLeast(value: number, least: number, unit = ""): string {
  return `≥ ${least}${unit} ${value >= least ? "✓" : "✗"}`;
}

export function atMost(value: number, most: number): string {
  return `≤ ${most} ${value <= most ? "✓" : "✗"}`;
}

export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function fixed(value: number, digits = 2): string {
  return value.toFixed(digits);
}

export function between({ low, high }: Range, format: (value: number) => string): string {
  return `${format(low)}–${format(high)}`;
}

/** Prints rows under a title, columns aligned: the first to the left, the others to the right. */
export function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  console.log(`\n${title}`);
  for (const row of all) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join("  ")}`.trimEnd());
  }
}
