/** Text keys sort like the integers they stand for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalKey } from "../../src/core/decimal-key.ts";

const amount = fc.oneof(fc.bigInt(-20n, 20n), fc.bigInt(), fc.bigInt(-(10n ** 80n), 10n ** 80n));

test("the order of keys is the order of amounts, at any size and sign", () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      expect(decimalKey(a) < decimalKey(b)).toBe(a < b);
      expect(decimalKey(a) === decimalKey(b)).toBe(a === b);
    }),
    { numRuns: 1_000 },
  );
});
