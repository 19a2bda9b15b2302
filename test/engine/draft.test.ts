/**
 * A list of postings is judged without running the script it stands for; the verdict is the
 * script's.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Posting } from "../../src/core/transaction.ts";
import { funded, scripted } from "../../src/engine/draft.ts";
import { scriptFromPostings } from "../../src/numscript/from-postings.ts";
import { contextOf, viewOfBalances } from "../support/memory-view.ts";

const account = fc.constantFrom("world", "a", "b", "c");
const asset = fc.constantFrom("USD/2", "EUR");

const posting: fc.Arbitrary<Posting> = fc.record({
  source: account,
  destination: account,
  amount: fc.bigInt(0n, 6n),
  asset,
});

const balances = fc
  .array(fc.tuple(account, asset, fc.bigInt(-6n, 9n)), { maxLength: 6 })
  .map((entries) => new Map(entries.map(([a, b, balance]) => [`${a} ${b}`, balance])));

test("postings get the verdict of the script they stand for", () => {
  fc.assert(
    fc.property(
      fc.array(posting, { minLength: 1, maxLength: 6 }),
      balances,
      fc.boolean(),
      (postings, held, force) => {
        const context = contextOf(viewOfBalances(held));
        const verdict = funded(postings, force, "machine", context);
        const { plain, variables } = scriptFromPostings(postings, () => force);
        const truth = scripted(plain, variables, "machine", context);
        expect(verdict.ok ? verdict.value.postings : verdict.error).toEqual(
          truth.ok ? truth.value.postings : truth.error,
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test("what an account in debt receives pays the debt before it can be spent", () => {
  const context = contextOf(viewOfBalances(new Map([["a USD/2", -50n]])));
  const receive = { source: "world", destination: "a", amount: 100n, asset: "USD/2" };
  const spend = (amount: bigint) => [
    receive,
    { source: "a", destination: "b", amount, asset: "USD/2" },
  ];
  expect(funded(spend(50n), false, "machine", context)).toMatchObject({ ok: true });
  expect(funded(spend(51n), false, "machine", context)).toMatchObject({ ok: false });
});
