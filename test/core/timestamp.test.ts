/** Instants as clients write them (contract §2.6, I.1), and the order of their texts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  atMicros,
  formatTimestamp,
  nextMicro,
  parseTimestamp,
  toMicros,
} from "../../src/core/timestamp.ts";

test.each([
  ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000Z"],
  ["2024-01-01T04:00:00+04:00", "2024-01-01T00:00:00.000000Z"],
  ["2023-12-31T23:30:00-00:30", "2024-01-01T00:00:00.000000Z"],
  ["2024-01-01T0:00:00Z", "2024-01-01T00:00:00.000000Z"],
  ["2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00.500000Z"],
  ["2024-01-01T00:00:00.1234564Z", "2024-01-01T00:00:00.123456Z"],
  ["2024-01-01T00:00:00.1234565Z", "2024-01-01T00:00:00.123457Z"],
  ["2024-12-31T23:59:59.9999999Z", "2025-01-01T00:00:00.000000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"],
  ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
])("%s is read", (text, expected) => {
  expect(parseTimestamp(text)).toBe(expected);
});

test.each([
  "",
  "2024-01-01",
  "2024-01-01T00:00:00",
  "2024-01-01t00:00:00Z",
  "2024-01-01T00:00:00z",
  "2024-01-01T00:00:00+0200",
  "2024-01-01T00:00:00+02",
  "2024-01-01T00:00:00+25:00",
  "2024-01-01T00:00:60Z",
  "2024-01-01T24:00:00Z",
  "2023-02-29T00:00:00Z",
  "2024-13-01T00:00:00Z",
  "9999-12-31T23:59:59.9999999Z",
  "0001-01-01T00:00:00+01:00",
])("%j is refused", (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

const micros = fc.bigInt(-62_135_596_800_000_000n, 253_402_300_799_999_998n);

describe("for every instant", () => {
  test("what is written is read back", () => {
    fc.assert(
      fc.property(micros, (value) => {
        const timestamp = atMicros(value);
        expect(timestamp && toMicros(timestamp)).toBe(value);
        expect(timestamp && parseTimestamp(formatTimestamp(timestamp))).toBe(timestamp);
      }),
    );
  });

  test("the next microsecond is later by text, and nothing lies between", () => {
    fc.assert(
      fc.property(micros, (value) => {
        const timestamp = atMicros(value);
        const next = timestamp && nextMicro(timestamp);
        expect(next).toBe(atMicros(value + 1n));
        expect((next ?? "") > (timestamp ?? "")).toBe(true);
      }),
    );
  });

  test("the order of texts is the order of time", () => {
    fc.assert(
      fc.property(micros, micros, (a, b) => {
        expect((atMicros(a) ?? "") < (atMicros(b) ?? "")).toBe(a < b);
      }),
    );
  });
});
