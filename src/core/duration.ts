/**
 * Go durations (`100ms`, `5s`, `1h30m`), in which intervals are configured.
 */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

/** Milliseconds; undefined when the text is no duration. `0` needs no unit. */
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
