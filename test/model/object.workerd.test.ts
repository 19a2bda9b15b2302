/**
 * The real object and the real D1 against the model, on stories that fast-check makes up. A failure
 * prints its seed and path; `npm run test:model -- --seed S --path P` plays it again.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, beforeAll, test, vi } from "vitest";
import { Subject } from "../support/subject.ts";
import { LedgerModel } from "./ledger-model.ts";
import { Play } from "./play.ts";
import { story } from "./steps.ts";

const { runs, seed, path } = env.MODEL;

/** A story of forty steps takes about a second. */
const TIME_PER_RUN_MS = 10_000;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

test(
  "everything the ledger says is what the model says",
  async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ features, isWatched, steps }) => {
        const subject = await Subject.open(features);
        await new Play(subject, new LedgerModel(features)).run(steps, isWatched);
      }),
      { numRuns: runs, seed, ...(path === undefined ? {} : { path }) },
    );
  },
  60_000 + runs * TIME_PER_RUN_MS,
);
