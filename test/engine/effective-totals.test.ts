/** Totals at past dates: what was read, with what came since, and what has to be asked. */
import { describe, expect, test } from "vitest";
import type { Timestamp } from "../../src/core/timestamp.ts";
import { EffectiveTotals, questionKey } from "../../src/engine/effective-totals.ts";
import { memoryView } from "../support/memory-view.ts";

const DATE = "2024-01-01T00:00:00.000000Z" as Timestamp;
const LATER = "2024-01-02T00:00:00.000000Z" as Timestamp;
const QUESTION = { account: "a", asset: "USD", date: DATE };
const KNOWN = new Map([[questionKey(QUESTION), { input: 10n, output: 4n }]]);

describe("the total at a date", () => {
  test("is missing until it was read", () => {
    const totals = new EffectiveTotals(new Map(), -1);
    totals.at(memoryView(), "a", "USD", DATE);
    expect([...totals.missing.values()]).toEqual([QUESTION]);
  });

  test("counts what moved since the reading, up to its date", () => {
    const totals = new EffectiveTotals(KNOWN, 7);
    const view = memoryView({
      recentMoves: (_account, _asset, afterLog) => {
        expect(afterLog).toBe(7);
        return [
          { effective: DATE, input: 1n, output: 0n },
          { effective: LATER, input: 100n, output: 100n },
          { effective: DATE, input: 0n, output: 2n },
        ];
      },
    });
    expect(totals.at(view, "a", "USD", DATE)).toEqual({ input: 11n, output: 6n });
    expect(totals.missing.size).toBe(0);
  });

  test("is missing again when what moved since is no longer known", () => {
    const totals = new EffectiveTotals(KNOWN, 7);
    totals.at(memoryView({ recentMoves: () => undefined }), "a", "USD", DATE);
    expect([...totals.missing.values()]).toEqual([QUESTION]);
  });
});
