/**
 * Go durations (`100ms`, `5s`, `1h30m`), in which intervals are configured.
 */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // The micro sign and the Greek letter.
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const DURATION = new RegExp(`^\\+?(?:${PART.source})+$`);

/** Milliseconds; undefined when the text is no duration, or a negative one. `0` needs no unit. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") {
    return 0;
  }
  if (!DURATION.test(text)) {
    return undefined;
  }
  let millis = 0;
  for (const [, number, unit] of text.matchAll(PART)) {
    millis += Number(number) * (UNITS[unit ?? ""] ?? 0);
  }
  return millis;
}
