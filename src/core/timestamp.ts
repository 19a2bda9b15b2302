/**
 * Instants, as fixed-width text `YYYY-MM-DDTHH:MM:SS.ffffffZ` (UTC, microseconds): text order is
 * time order, no float touches them, and years 0001 to 9999 fit. On the wire trailing zeros of the
 * fraction are trimmed (contract §1.1.9).
 */
export type Timestamp = string & { readonly __brand: "Timestamp" };

/** Go's zero time, which the wire uses for "no date". */
export const ZERO_TIME = "0001-01-01T00:00:00.000000Z" as Timestamp;
export const LAST_TIME = "9999-12-31T23:59:59.999999Z" as Timestamp;

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Parses RFC 3339 as Go does (contract §2.6, I.1), rounding to the nearest microsecond, half away
 * from zero. Returns undefined for anything else and for instants outside the years 0001 to 9999.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] =
    match;
  const offset = sign === undefined ? 0 : offsetOf(sign, Number(offsetHour), Number(offsetMinute));
  if (offset === undefined || !isClock(Number(hour), Number(minute), Number(second))) {
    return undefined;
  }
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    return undefined;
  }
  const seconds =
    date.getTime() / 1000 +
    Number(hour) * 3600 +
    Number(minute) * 60 +
    Number(second) -
    offset * 60;
  return atMicros(BigInt(seconds) * 1_000_000n + BigInt(microsOf(fraction ?? "")));
}

function isClock(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

function offsetOf(sign: string, hours: number, minutes: number): number | undefined {
  if (hours > 24 || minutes >= 60) {
    return undefined;
  }
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes);
}

function microsOf(fraction: string): number {
  const padded = fraction.padEnd(7, "0");
  return Number(padded.slice(0, 6)) + (padded.charCodeAt(6) >= 53 ? 1 : 0);
}

const FIRST_MICROS = -62_135_596_800_000_000n;
const LAST_MICROS = 253_402_300_799_999_999n;

/**
 * The instant so many microseconds after the Unix epoch; undefined outside the years 0001 to 9999.
 */
export function atMicros(micros: bigint): Timestamp | undefined {
  if (micros < FIRST_MICROS || micros > LAST_MICROS) {
    return undefined;
  }
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const iso = new Date(Number((micros - rest) / 1000n)).toISOString();
  return (iso.slice(0, -1) + String(rest).padStart(3, "0") + "Z") as Timestamp;
}

/** Microseconds after the Unix epoch. */
export function toMicros(timestamp: Timestamp): bigint {
  return BigInt(Date.parse(timestamp.slice(0, 23) + "Z")) * 1000n + BigInt(timestamp.slice(23, 26));
}

/** The wire form: fraction without trailing zeros, none when zero. */
export function formatTimestamp(timestamp: Timestamp): string {
  if (timestamp.endsWith(".000000Z")) {
    return timestamp.slice(0, 19) + "Z";
  }
  let end = 26;
  while (timestamp.charCodeAt(end - 1) === 48) {
    end--;
  }
  return timestamp.slice(0, end) + "Z";
}

/** One microsecond later; used to keep the dates of one ledger strictly rising. */
export function nextMicro(timestamp: Timestamp): Timestamp {
  const micros = Number(timestamp.slice(20, 26));
  if (micros < 999_999) {
    return (timestamp.slice(0, 20) + String(micros + 1).padStart(6, "0") + "Z") as Timestamp;
  }
  return atMicros(toMicros(timestamp) + 1n) ?? timestamp;
}

/** From the clock's milliseconds. */
export function fromMillis(millis: number): Timestamp {
  return (new Date(millis).toISOString().slice(0, -1) + "000Z") as Timestamp;
}
