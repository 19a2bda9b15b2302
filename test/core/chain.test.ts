/** The hashes of contract §10.2, and that each covers the one before. */
import { expect, test } from "vitest";
import { chainHash, type Sealed } from "../../src/core/chain.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";

const SAVED: Sealed = {
  type: "SET_METADATA",
  memento:
    '{"targetType":"ACCOUNT","targetId":"users:001",' +
    '"metadata":{"note":"a \\u003c b \\u0026 c","z":"é"}}',
  date: "2024-01-15T10:30:00.100000Z" as Timestamp,
  idempotencyKey: "ik-1",
};
const DELETED: Sealed = {
  type: "DELETE_METADATA",
  memento: '{"targetType":"TRANSACTION","targetId":7,"key":"note"}',
  date: "2024-01-15T10:30:01.000000Z" as Timestamp,
  idempotencyKey: "",
};
const FIRST = "5tMz17LRooe3U0FYOX+CrszYhU6m6G1bHVWFgZhNCgM=";

test("the first log of a ledger stands on nothing", () => {
  expect(chainHash(undefined, SAVED)).toBe(FIRST);
});

test("the next one stands on it", () => {
  expect(chainHash(FIRST, DELETED)).toBe("4ZAJrA4ncUiYa2ndLvi3pRRY2Oa3Cm7+XOhm9nOaM9s=");
});

test("any change shows", () => {
  const changed: readonly Sealed[] = [
    { ...SAVED, type: "DELETE_METADATA" },
    { ...SAVED, memento: "{}" },
    { ...SAVED, date: DELETED.date },
    { ...SAVED, idempotencyKey: "ik-2" },
  ];
  const hashes = [SAVED, ...changed].map((log) => chainHash(undefined, log));
  expect(new Set([...hashes, chainHash(FIRST, SAVED)]).size).toBe(6);
});
