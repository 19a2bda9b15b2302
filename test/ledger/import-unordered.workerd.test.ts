/**
 * Logs of a busy server: ids, insertion dates and effective dates in any order, told as old exports
 * told them. Whatever is asked of the books afterwards, now or as of a date, is the plain sum.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { Outcome } from "../../src/ledger/rpc.ts";
import { ask } from "../../src/read-model/database.ts";
import { effectiveTotals } from "../../src/read-model/effective-totals.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";
import { importInto, linesOf, LogWriter, type OldTransaction } from "./import-support.ts";

const UNHASHED = { ...DEFAULT_FEATURES, HASH_LOGS: "DISABLED" } as const;
const LAST = "9999";
const ACCOUNTS = ["world", "a", "b"] as const;

/** Minutes of one day in 2024. */
function minute(at: number): string {
  return new Date(Date.UTC(2024, 0, 31, 23, 0) + at * 60_000).toISOString().replace(".000Z", "Z");
}

function fixed(date: string): Timestamp {
  return date.replace("Z", ".000000Z") as Timestamp;
}

const account = fc.constantFrom(...ACCOUNTS);
const step = fc.record({
  posting: fc.tuple(account, account, fc.nat(20)),
  /** How far the id and the insertion are from their place in the log. */
  idAhead: fc.oneof(fc.constant(0), fc.integer({ min: -4, max: 4 })),
  inserted: fc.oneof(fc.constant(0), fc.integer({ min: -20, max: 20 })),
  /** undefined: as inserted. */
  timestamp: fc.option(fc.nat(120), { nil: undefined }),
});

/** Logs of concurrent writers: ids and dates nearly rise. */
const book = fc.array(step, { minLength: 1, maxLength: 25 }).map((steps) => {
  const places = steps.map(({ idAhead }, index) => ({ index, at: index + idAhead }));
  const ids = new Map(
    places.toSorted((x, y) => x.at - y.at).map(({ index }, place) => [index, place + 1]),
  );
  return steps.map(({ posting, inserted, timestamp }, index): OldTransaction => {
    const insertedAt = Math.max(0, index * 4 + inserted);
    return {
      id: ids.get(index) ?? 0,
      postings: [posting],
      timestamp: minute(timestamp ?? insertedAt),
      insertedAt: minute(insertedAt),
    };
  });
});

/** What came in and went out of an account by a date. */
function sumsAt(
  transactions: readonly OldTransaction[],
  address: string,
  date: string,
): { input: number; output: number } {
  const sums = { input: 0, output: 0 };
  for (const { postings, timestamp } of transactions) {
    for (const [source, destination, amount] of timestamp <= date ? postings : []) {
      sums.output += source === address ? amount : 0;
      sums.input += destination === address ? amount : 0;
    }
  }
  return sums;
}

/** The volumes of world and a as a transaction shows them. */
function volumesOf(transactions: readonly OldTransaction[], date: string): object {
  return Object.fromEntries(
    ["world", "a"].map((address) => [address, { "USD/2": sumsAt(transactions, address, date) }]),
  );
}

interface Shown {
  readonly id: number;
  readonly postCommitVolumes: object;
  readonly postCommitEffectiveVolumes: object;
}

function transactionIn(outcome: Outcome): Shown {
  return JSON.parse(outcome.ok ? (outcome.value.transaction ?? "") : "{}") as Shown;
}

test("as of any date the books are the plain sum", async () => {
  await fc.assert(
    fc.asyncProperty(book, fc.integer({ min: 1, max: 9 }), fc.nat(120), async (old, size, at) => {
      const subject = await Subject.open(UNHASHED);
      const writer = new LogWriter();
      for (const transaction of old) {
        writer.created(transaction.insertedAt ?? "", transaction);
      }
      const away = (): Promise<void> => subject.evict();
      expect(await importInto(subject, linesOf(writer.text), size, away)).toBe(undefined);
      expect(await subject.exported()).toBe(`${writer.text}\n`);
      await subject.project();

      const dates = [...new Set(Array.from({ length: 13 }, (_, k) => minute((at + 10 * k) % 130)))];
      const questions = ACCOUNTS.flatMap((address) =>
        dates.map((date) => ({ account: address, asset: "USD/2", date: fixed(date) })),
      );
      const scope = { tenant: "default", ledger: subject.id };
      const totals = await ask(env.DB, scope, effectiveTotals(env.DB, scope, questions));
      expect(totals.value.map(({ input, output }) => [Number(input), Number(output)])).toEqual(
        ACCOUNTS.flatMap((address) =>
          dates.map((date) => Object.values(sumsAt(old, address, date))),
        ),
      );

      for (const { id, timestamp } of old) {
        const record = await subject.stub.transaction(id);
        const log = JSON.parse(record.ok ? record.value.log : "{}") as {
          data: { transaction: object };
        };
        expect(log.data.transaction).toMatchObject({ id, timestamp });
      }

      const date = minute(at);
      const late = transfer("world", "a", { amount: 1n, timestamp: fixed(date) });
      const answer = transactionIn(await subject.stub.execute(late));
      const own: OldTransaction = {
        id: old.length + 1,
        postings: [["world", "a", 1]],
        timestamp: date,
      };
      const now = [...old, own];
      expect(answer.id).toBe(own.id);
      expect(answer.postCommitVolumes).toMatchObject(volumesOf(now, LAST));
      expect(answer.postCommitEffectiveVolumes).toMatchObject(volumesOf(now, date));
    }),
    { numRuns: Math.ceil(env.MODEL.runs / 2), seed: env.MODEL.seed },
  );
}, 200_000);
