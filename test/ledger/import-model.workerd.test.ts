/**
 * The round trip: whatever a ledger went through, its export, imported elsewhere in pieces and with
 * the object going away in between, makes the same ledger, byte for byte and row for row, and both
 * go on alike.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LedgerModel } from "../model/ledger-model.ts";
import { Play } from "../model/play.ts";
import { story } from "../model/steps.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";
import { importInto, linesOf } from "./import-support.ts";

const { seed } = env.MODEL;
const runs = Math.ceil(env.MODEL.runs / 3);

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

/** After everything that stories do: their clocks go back and forth. */
const LATER = Date.parse("2040-01-01");

/** Batches tell how a projection was cut, which is nobody's affair. */
async function rowsOf(subject: Subject): Promise<object> {
  await subject.project();
  const { batches: _cut, ...tables } = await subject.tables();
  return tables;
}

test(
  "an export makes the same ledger again",
  async () => {
    const pieces = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(story, pieces, fc.boolean(), async ({ features, steps }, size, isAway) => {
        const original = await Subject.open(features);
        await new Play(original, new LedgerModel(features)).run(steps, false);
        const exported = await original.exported();
        vi.setSystemTime(LATER);
        const copy = await Subject.open(features);
        const away = async (): Promise<void> => (isAway ? copy.evict() : undefined);
        expect(await importInto(copy, linesOf(exported), size, away)).toBe(undefined);
        expect(await copy.exported()).toBe(exported);
        expect(await rowsOf(copy)).toEqual(await rowsOf(original));
        await copy.stub.rebuild();
        expect(await rowsOf(copy)).toEqual(await rowsOf(original));
        await copy.evict();
        const next = { ...transfer("world", "a", { amount: 3n }), schemaVersion: "" };
        const [before, after] = [await original.stub.execute(next), await copy.stub.execute(next)];
        expect(volumesOf(after)).toEqual(volumesOf(before));
      }),
      { numRuns: runs, seed },
    );
  },
  60_000 + runs * 20_000,
);

/** Ids may differ: those that were used up without a log are not in the export. */
function volumesOf(outcome: Awaited<ReturnType<Subject["stub"]["execute"]>>): unknown {
  const json = outcome.ok ? (outcome.value.transaction ?? "{}") : "{}";
  const { postCommitVolumes, postCommitEffectiveVolumes } = JSON.parse(json) as Readonly<
    Record<string, unknown>
  >;
  return { postCommitVolumes, postCommitEffectiveVolumes };
}
