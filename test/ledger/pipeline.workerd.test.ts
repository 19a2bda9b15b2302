/**
 * Pipelines on the real objects: every log is handed on at least once, in order, whatever the
 * receiver does and whenever the object dies.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  BREAKS,
  eventually,
  FAILS,
  HANGS,
  httpTo,
  NOON,
  Piped,
  Receiver,
  TAKES,
  valueOf,
} from "./pipeline-support.ts";
import { range } from "./registry-support.ts";

const URL = "http://receiver.example/logs?key=1";
const PULL_MS = 5_000;
const RETRY_MS = 10_000;

let receiver: Receiver;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  receiver = new Receiver();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("handing on", () => {
  test("begins with the first log, one log a request, each as it is exported", async () => {
    const piped = await Piped.open();
    await piped.pay(3);
    const id = await piped.pipe(httpTo(URL));

    await expect(receiver).toReceive([[1], [2], [3]]);
    await expect(piped).toReach(id, 3);
    const exported = valueOf(await piped.main.exportLogs(0, 9))
      .lines.trimEnd()
      .split("\n");
    const sent = exported.map((line) => `[${line.slice(0, -1)},"ledger":"main"}]\n`);
    expect(receiver.received.map(({ text }) => text)).toEqual(sent);
    expect(receiver.received[0]?.url).toBe(URL);
    expect(receiver.received[0]?.headers.get("Content-Type")).toBe("application/json");
  });

  test("goes on after the pull interval, by the alarm, and rests in the end", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    await expect(piped).toReach(id, 1);
    await piped.main.project();

    await piped.pay(2);
    await piped.main.project();
    await piped.ringAfter(PULL_MS - 1);
    expect(receiver.batches).toEqual([[1]]);
    expect(await piped.alarmOf()).toBe(NOON + PULL_MS);

    await piped.ringAfter(1);
    await expect(receiver).toReceive([[1], [2], [3]]);
    await expect(piped).toReach(id, 3);
    await piped.ringAfter(PULL_MS);
    await piped.ringAfter(PULL_MS);
    expect(await piped.alarmOf()).toBeUndefined();
  });

  test("takes pages of a hundred logs, all of a backlog without a pause", async () => {
    const piped = await Piped.open();
    await piped.pay(250);
    const id = await piped.pipe(httpTo(URL, { maxItems: 1_000 }));
    await expect(receiver).toReceive([
      range(100).map((n) => n + 1),
      range(100).map((n) => n + 101),
    ]);
    await piped.ringAfter(1_000);
    await expect(piped).toReach(id, 250);
    expect(receiver.batches[2]).toEqual(range(50).map((n) => n + 201));
  });

  test("passes over ids that no log has", async () => {
    const piped = await Piped.open();
    await piped.pay();
    for (const _ of range(3)) {
      await piped.dryRunThatUsesIds();
    }
    await piped.pay();
    await piped.pipe(httpTo(URL));
    await eventually(() => expect(receiver.batches).toHaveLength(2));
    const ids = receiver.batches.flat();
    expect(ids[0]).toBe(1);
    expect(ids[1]).toBeGreaterThan(2);
  });

  test.each([200, 202, 204, 299])("takes %s for an answer", async (status) => {
    receiver.answers = [() => new Response(null, { status })];
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, 1);
  });
});

describe("batching", () => {
  test("full batches go at once, the rest waits for more or for the flush interval", async () => {
    const piped = await Piped.open();
    await piped.pay(5);
    const id = await piped.pipe(httpTo(URL, { maxItems: 2, flushMs: 3_000 }));
    await expect(receiver).toReceive([
      [1, 2],
      [3, 4],
    ]);
    await expect(piped).toReach(id, 4);
    await piped.ringAfter(2_999);
    expect(receiver.batches).toHaveLength(2);

    await piped.ringAfter(1);
    await expect(receiver).toReceive([[1, 2], [3, 4], [5]]);
  });

  test("a log that comes in time fills the batch", async () => {
    const piped = await Piped.open();
    await piped.pipe(httpTo(URL, { maxItems: 2, flushMs: 3_000 }));
    await piped.pay();
    await piped.ringAfter(1_000);
    expect(receiver.batches).toEqual([]);
    await piped.pay();
    await expect(receiver).toReceive([[1, 2]]);
  });

  test("by interval alone, whatever has gathered goes together", async () => {
    const piped = await Piped.open();
    await piped.pipe(httpTo(URL, { flushMs: 3_000 }));
    await piped.pay(3);
    await piped.ringAfter(3_000);
    await expect(receiver).toReceive([[1, 2, 3]]);
  });
});

describe("a receiver that does not take a page gets all of it again", () => {
  test.each([
    ["fails", FAILS, /answered 500: out of order$/],
    ["breaks", BREAKS, /could not be reached: connection refused/],
    ["redirects", () => new Response(null, { status: 302 }), /answered 302$/],
  ] as const)("when it %s, after the retry period, and why is shown", async (_, answer, error) => {
    receiver.answers = [TAKES, answer, TAKES];
    const piped = await Piped.open();
    await piped.pay(3);
    const id = await piped.pipe(httpTo(URL));
    await expect(receiver).toReceive([[1], [2]]);
    await expect(piped).toReach(id, undefined, error);

    await piped.ringAfter(RETRY_MS - 1);
    expect(receiver.batches).toHaveLength(2);
    await piped.ringAfter(1);
    await expect(receiver).toReceive([[1], [2], [1], [2], [3]]);
    await expect(piped).toReach(id, 3);
  });

  test("when it takes too long to answer", async () => {
    receiver.answers = [HANGS, TAKES];
    const wait = globalThis.setTimeout;
    vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, millis: number) => {
      return wait(run, millis === 15_000 ? 1 : millis);
    }) as typeof setTimeout);
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, undefined, /did not answer within 15 s/);

    await piped.ringAfter(RETRY_MS);
    await expect(receiver).toReceive([[1], [1]]);
    await expect(piped).toReach(id, 1);
  });

  test("without limit, in the end once a minute", async () => {
    receiver.answers = [FAILS];
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    const pauses = [10, 10, 10, 10, 10, 20, 40, 60, 60];
    for (const [tries, seconds] of pauses.entries()) {
      await expect(piped).toReach(id, undefined, /answered 500/);
      await piped.ringAfter(seconds * 1_000 - 1);
      expect(receiver.batches).toHaveLength(tries + 1);
      await piped.ringAfter(1);
      await expect(receiver).toReceive(range(tries + 2).map(() => [1]));
    }
  });

  test("so what it took twice it has in order", async () => {
    receiver.answers = [TAKES, FAILS, TAKES, TAKES, BREAKS, TAKES];
    const piped = await Piped.open();
    await piped.pay(7);
    const id = await piped.pipe(httpTo(URL, { maxItems: 2, flushMs: 1_000 }));
    await expect(piped).toReach(id, undefined, /answered 500/);
    await piped.ringAfter(RETRY_MS);
    await expect(piped).toReach(id, undefined, /could not be reached/);
    await piped.ringAfter(RETRY_MS);
    await expect(piped).toReach(id, 6);
    await piped.ringAfter(1_000);
    await expect(piped).toReach(id, 7);
    const tries = ["12", "34", "12", "34", "56", "12", "34", "56", "7"];
    expect(receiver.batches.map((ids) => ids.join(""))).toEqual(tries);
  });
});

describe("a receiver that hangs", () => {
  test("keeps neither the alarm nor the projector, nor another pipeline", async () => {
    receiver.answers = [HANGS, TAKES];
    const piped = await Piped.open();
    const stuck = await piped.pipe(httpTo("http://hangs.example"));
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    const sound = await piped.pipe(httpTo(URL));
    await expect(piped).toReach(sound, 1);

    const d1 = piped.breakD1();
    await piped.pay();
    expect(await piped.main.project()).toMatchObject({ ok: false });
    d1.restore();
    await piped.ringAfter(PULL_MS);
    await piped.ringAfter(PULL_MS);
    await eventually(async () => expect(await piped.projectedLogs()).toBe(2));
    await expect(piped).toReach(sound, 2);
    await expect(piped).toReach(stuck, undefined);
  });

  test("is tried again in time although D1 hangs as well", async () => {
    receiver.answers = [FAILS, TAKES];
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    const d1 = piped.hangD1();
    await piped.pay();
    await expect(piped).toReach(id, undefined, /answered 500/);

    await piped.ringAfter(RETRY_MS);
    await expect(piped).toReach(id, 1);
    expect(await piped.alarmOf()).toBeLessThanOrEqual(Date.now() + 2_000);
    d1.restore();
  });

  test("is watched by the alarm, in case the object dies with it", async () => {
    receiver.answers = [HANGS, TAKES];
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    await piped.ringAfter(2_000);
    expect(await piped.alarmOf()).toBeLessThanOrEqual(Date.now() + 20_000);

    await piped.abortMain();
    await piped.ringAfter(20_000);
    await expect(receiver).toReceive([[1], [1]]);
    await expect(piped).toReach(id, 1);
  });
});

test("an alarm that an earlier life set for the projection is not put off", async () => {
  receiver.answers = [FAILS];
  const piped = await Piped.open();
  const id = await piped.pipe(httpTo(URL));
  const d1 = piped.breakD1();
  await piped.pay();
  await expect(piped).toReach(id, undefined, /answered 500/);
  const before = await piped.alarmOf();
  vi.setSystemTime(NOON + 1_000);
  await evictDurableObject(piped.main);

  await piped.main.stopPipeline(id);
  expect(await piped.alarmOf()).toBe(before);
  expect(before).toBeLessThanOrEqual(NOON + 2_000);
  d1.restore();
});

describe("an object that dies", () => {
  test("after the receiver took a page, before that was remembered, sends it again", async () => {
    const piped = await Piped.open();
    await piped.pay(2);
    const state = await runInDurableObject(piped.main, (_object, ctx) => ctx);
    receiver.answers = [
      TAKES,
      () => {
        state.abort("crash");
        return new Response(null, { status: 200 });
      },
      TAKES,
    ];
    const id = await piped.pipe(httpTo(URL));
    await expect(receiver).toReceive([[1], [2]]);
    await piped.ringAfter(20_000);
    await expect(receiver).toReceive([[1], [2], [1], [2]]);
    await expect(piped).toReach(id, 2);
  });

  test("goes on from what it remembered, also with the error it had", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, 1);
    receiver.answers = [FAILS];
    await piped.pay();
    await piped.ringAfter(PULL_MS);
    await expect(piped).toReach(id, 1, /answered 500/);

    await piped.main.project();
    await evictDurableObject(piped.main);
    receiver.answers = [TAKES];
    expect(await piped.state(id)).toMatchObject({ lastLog: 1, isRunning: true });
    await piped.ringAfter(RETRY_MS);
    await expect(piped).toReach(id, 2);
    expect(new Set(receiver.batches.slice(1).flat())).toEqual(new Set([2]));
  });
});
