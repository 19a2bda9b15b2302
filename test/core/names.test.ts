/** Which texts are account addresses and which are assets (contract §2.1). */
import { expect, test } from "vitest";
import { isAddress } from "../../src/core/address.ts";
import { isAsset } from "../../src/core/asset.ts";

test.each(["foo:bar", "a", "_a", "_0123", "-", "-toto", "toto-", "toto----titi", "a:b:c", "world"])(
  "%j is an address",
  (text) => {
    expect(isAddress(text)).toBe(true);
  },
);

test.each(["", "a:", ":a", "a::b", "a b", "é", "a/b", "a\n"])("%j is no address", (text) => {
  expect(isAddress(text)).toBe(false);
});

test.each(["A", "USD", "USD123", "USD/2", "USD/1234", "EUR/00", "EUR_COL", "EUR_COL/12"])(
  "%j is an asset",
  (text) => {
    expect(isAsset(text)).toBe(true);
  },
);

test.each(["", "usd", "1", "USD/", "A//2", "EUR_", "_C", "A_/2", "USD/1234567", "USD\n"])(
  "%j is no asset",
  (text) => {
    expect(isAsset(text)).toBe(false);
  },
);
