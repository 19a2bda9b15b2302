/**
 * Many clients at once: money is spent once, a key makes one transaction, and the log is one chain,
 * whatever came in which order. The model plays the log again and has to come to the same.
 */
import { expect, test } from "vitest";
import type { Outcome } from "../../src/ledger/rpc.ts";
import { checkHistory } from "../model/history.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const CLIENTS = 50;
const clients = Array.from({ length: CLIENTS }, (_, n) => n);

/** Dates of accepted transactions, in the order of their ids. */
function insertionDates(outcomes: readonly Outcome[]): readonly string[] {
  const transactions = outcomes.flatMap((outcome) => {
    const text = outcome.ok ? outcome.value.transaction : undefined;
    return text === undefined ? [] : [JSON.parse(text) as { id: number; insertedAt: string }];
  });
  return transactions
    .toSorted((a, b) => a.id - b.id)
    .map(({ insertedAt }) => `${insertedAt.slice(0, -1).padEnd(20, ".").padEnd(26, "0")}Z`);
}

test("money for some is spent by exactly so many", async () => {
  const subject = await Subject.open();
  const income = transfer("world", "a", { key: "income", amount: 70n });
  await subject.stub.execute(income);
  const spending = clients.map((n) => transfer("a", `b${n}`, { key: `k${n}`, amount: 10n }));
  const outcomes = await Promise.all(spending.map((request) => subject.stub.execute(request)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(7);
  const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error.code]));
  expect(new Set(refused)).toEqual(new Set(["INSUFFICIENT_FUND"]));
  expect(await checkHistory(subject, [income, ...spending])).toHaveLength(8);
});

test("one key at once is one transaction, and every client hears of it", async () => {
  const subject = await Subject.open();
  const request = transfer("world", "a", { key: "k" });
  const outcomes = await Promise.all(clients.map(() => subject.stub.execute(request)));
  const answers = outcomes.map((outcome) => (outcome.ok ? outcome.value : undefined));
  expect(new Set(answers.map((answer) => answer?.transaction)).size).toBe(1);
  expect(answers.filter((answer) => answer?.idempotencyHit === true)).toHaveLength(CLIENTS - 1);
  expect(answers.filter((answer) => answer?.idempotencyHit === false)).toHaveLength(1);
  expect(await checkHistory(subject, [request])).toEqual(["k"]);
});

test("back-dated and other transactions at once keep one chain and rising dates", async () => {
  const subject = await Subject.open();
  const first = transfer("world", "a", { key: "first" });
  await subject.stub.execute(first);
  const requests = clients.map((n) => {
    const day = String(1 + (n % 28)).padStart(2, "0");
    const dated = n % 5 === 0 ? {} : { timestamp: `2020-01-${day}T00:00:00.000000Z` };
    return transfer("world", `a${n % 3}`, { key: `k${n}`, ...dated });
  });
  const outcomes = await Promise.all(requests.map((request) => subject.stub.execute(request)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(CLIENTS);
  const dates = insertionDates(outcomes);
  expect(dates).toEqual([...new Set(dates)].toSorted());
  expect(await checkHistory(subject, [first, ...requests])).toHaveLength(CLIENTS + 1);
});
