/**
 * Volumes and effective volumes against a list of moves added up from the start, for dates in any
 * order. The read model is played by the list as it was some logs ago.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { atMicros, LAST_TIME, type Timestamp } from "../../src/core/timestamp.ts";
import type { Posting, Volumes } from "../../src/core/transaction.ts";
import { EffectiveTotals } from "../../src/engine/effective-totals.ts";
import { move, type Movement } from "../../src/engine/movement.ts";
import type { PairState, RecentMove } from "../../src/engine/view.ts";
import { memoryView } from "../support/memory-view.ts";

interface Kept extends RecentMove {
  readonly log: number;
  readonly isAhead: boolean;
  readonly account: string;
  readonly asset: string;
}

/** A ledger of moves: its pairs as `move` leaves them, and every move ever made. */
class Book {
  readonly pairs = new Map<string, PairState>();
  readonly moves: Kept[] = [];
  #log = 0;
  /** How many commands needed the read model. */
  questions = 0;

  /** Enters postings; the read model lags by so many logs. */
  enter(
    postings: readonly Posting[],
    timestamp: Timestamp,
    date: Timestamp,
    lag: number,
  ): Movement {
    const readAt = Math.max(0, this.#log - lag);
    const view = memoryView({
      pair: (account, asset) => this.pairs.get(`${account} ${asset}`),
      aheadMoves: (account, asset, after, until) => {
        return this.#movesOf(account, asset).filter(({ isAhead, effective }) => {
          const isInTime = effective > (after ?? "") && effective <= (until ?? LAST_TIME);
          return isAhead && isInTime;
        });
      },
      recentMoves: (account, asset, afterLog) => {
        return this.#movesOf(account, asset).filter(({ log }) => log > afterLog);
      },
    });
    const first = new EffectiveTotals(new Map(), -1);
    let movement = move(view, postings, timestamp, date, first);
    if (first.missing.size > 0) {
      this.questions++;
      const known = [...first.missing].map(([key, question]) => {
        const { account, asset } = question;
        return [key, this.total(account, asset, question.date, readAt)] as const;
      });
      const second = new EffectiveTotals(new Map(known), readAt);
      movement = move(view, postings, timestamp, date, second);
      if (second.missing.size > 0) {
        throw new Error("a question that was answered is asked again");
      }
    }
    const log = ++this.#log;
    for (const pair of movement.pairs) {
      this.pairs.set(`${pair.account} ${pair.asset}`, pair);
    }
    for (const { source, destination, amount, asset } of postings) {
      const kept = { log, asset, effective: timestamp, isAhead: timestamp > date };
      this.moves.push({ ...kept, account: source, input: 0n, output: amount });
      this.moves.push({ ...kept, account: destination, input: amount, output: 0n });
    }
    return movement;
  }

  total(account: string, asset: string, until?: Timestamp, upTo = this.#log): Volumes {
    let input = 0n;
    let output = 0n;
    for (const kept of this.#movesOf(account, asset)) {
      if (kept.log <= upTo && (until === undefined || kept.effective <= until)) {
        input += kept.input;
        output += kept.output;
      }
    }
    return { input, output };
  }

  #movesOf(account: string, asset: string): readonly Kept[] {
    return this.moves.filter((kept) => kept.account === account && kept.asset === asset);
  }
}

const START = 1_700_000_000_000_000n;

function at(micros: bigint): Timestamp {
  return atMicros(START + micros) ?? ("" as Timestamp);
}

/** Compares everything a movement says with the list. */
function checkMovement(book: Book, movement: Movement, timestamp: Timestamp): void {
  for (const { account, asset, after, chain, stray } of movement.moves) {
    expect(after).toEqual(book.total(account, asset));
    expect(movement.postCommitVolumes.get(account)?.get(asset)).toEqual(after);
    const effective = movement.postCommitEffectiveVolumes?.get(account)?.get(asset);
    expect(effective).toEqual(book.total(account, asset, timestamp));
    const { strays } = book.pairs.get(`${account} ${asset}`) ?? {};
    const off = strays ?? { input: 0n, output: 0n };
    expect(chain ?? after).toEqual({
      input: after.input - off.input,
      output: after.output - off.output,
    });
    expect(stray === undefined || strays !== undefined).toBe(true);
  }
}

const account = fc.constantFrom("world", "a", "b");
const posting: fc.Arbitrary<Posting> = fc.record({
  source: account,
  destination: account,
  amount: fc.bigInt(0n, 9n),
  asset: fc.constantFrom("USD", "EUR"),
});

test("volumes are those of a list of moves, whatever the order of the dates", () => {
  const entry = fc.record({
    postings: fc.array(posting, { minLength: 1, maxLength: 3 }),
    /** Relative to the clock; often equal to another's. */
    offset: fc.constantFrom(0n, 0n, 0n, 1n, -1n, 5n, -5n, 30n, -30n, 1_000n),
    elapsed: fc.constantFrom(1n, 1n, 2n, 10n, 100n),
    lag: fc.nat(4),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
      const book = new Book();
      let clock = 0n;
      for (const { postings, offset, elapsed, lag } of entries) {
        clock += elapsed;
        const timestamp = at(clock + offset);
        checkMovement(book, book.enter(postings, timestamp, at(clock), lag), timestamp);
      }
    }),
    { numRuns: 500 },
  );
});

test("any number of moves ahead is known without a question", () => {
  const book = new Book();
  const payment = [{ source: "world", destination: "a", amount: 1n, asset: "USD" }];
  for (let n = 1n; n <= 50n; n++) {
    book.enter(payment, at(1_000n - n), at(n), 0);
  }
  for (const micros of [500n, 955n, 970n, 970n, 999n, 1_000n]) {
    const timestamp = at(micros);
    checkMovement(book, book.enter(payment, timestamp, timestamp, 0), timestamp);
  }
  expect(book.questions).toBe(0);
  expect(book.pairs.get("a USD")?.strays?.ahead).toEqual({ input: 0n, output: 0n });
});

test("a ledger without effective volumes remembers nothing about dates ahead", () => {
  const features = {
    ...DEFAULT_FEATURES,
    MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED",
  } as const;
  const view = memoryView({ features });
  const payment = [{ source: "world", destination: "a", amount: 1n, asset: "USD" }];
  const totals = new EffectiveTotals(new Map(), -1);
  const { pairs, postCommitEffectiveVolumes } = move(view, payment, at(9n), at(0n), totals);
  expect(postCommitEffectiveVolumes).toBeUndefined();
  const nothing = { input: 0n, output: 0n };
  expect(pairs.map(({ strays }) => strays?.ahead)).toEqual([nothing, nothing]);
});
