/** Durations as Go writes and reads them. */
import { expect, test } from "vitest";
import { parseDuration } from "../../src/core/duration.ts";

test.each([
  ["0", 0],
  ["0s", 0],
  ["100ms", 100],
  ["5s", 5_000],
  ["1.5s", 1_500],
  [".5s", 500],
  ["1.s", 1_000],
  ["+2s", 2_000],
  ["1h30m", 5_400_000],
  ["1m0.25s", 60_250],
  ["720h", 2_592_000_000],
  ["1us", 0.001],
  ["1µs", 0.001],
  ["1μs", 0.001],
  ["5ns", 0.000005],
])("%s", (text, millis) => {
  expect(parseDuration(text)).toBeCloseTo(millis, 9);
});

test.each(["", "5", "s", ".s", "5 s", "-1s", "1d", "1s ", "1.5.5s", "1S", "abc", "++1s"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
