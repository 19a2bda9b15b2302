/**
 * What clients can do to a pipeline: stop it, start it, send it back to the first log; and that it
 * is found only where it belongs.
 */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually, HANGS, httpTo, NOON, Piped, Receiver, TAKES } from "./pipeline-support.ts";

const URL = "http://receiver.example/logs";
const PULL_MS = 5_000;
const SYNC_MS = 60_000;

let receiver: Receiver;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  receiver = new Receiver();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("clients", () => {
  test("stop: a page under way is given up, nothing goes out; start: on from there", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, 1);
    receiver.answers = [HANGS, TAKES];
    await piped.pay();
    await piped.ringAfter(PULL_MS);
    await expect(receiver).toReceive([[1], [2]]);

    expect(await piped.main.stopPipeline(id)).toMatchObject({ ok: true });
    await eventually(() => expect(receiver.aborted).toBe(1));
    await piped.pay();
    await piped.ringAfter(PULL_MS);
    expect(receiver.batches).toEqual([[1], [2]]);
    expect(await piped.state(id)).toMatchObject({ lastLog: 1, isRunning: false });
    expect(await piped.main.stopPipeline(id)).toMatchObject({
      ok: false,
      error: { code: "NOT_FOUND", message: `pipeline '${id}' not found` },
    });

    expect(await piped.main.startPipeline(id)).toMatchObject({ ok: true });
    await expect(receiver).toReceive([[1], [2], [2], [3]]);
    expect(await piped.main.startPipeline(id)).toMatchObject({
      ok: false,
      error: { code: "VALIDATION", message: `pipeline '${id}' already started` },
    });
  });

  test("a stop lasts for the synchronisation period, restarts of the object or not", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.main.stopPipeline(id);
    await piped.pay();
    await piped.main.project();
    await evictDurableObject(piped.main);
    await piped.ringAfter(SYNC_MS - 1);
    expect(receiver.batches).toEqual([]);
    expect(await piped.state(id)).toMatchObject({ isRunning: false });

    await piped.ringAfter(1);
    await expect(receiver).toReceive([[1]]);
    expect(await piped.state(id)).toMatchObject({ isRunning: true });
  });

  test("reset: everything again from the first log, at once", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, 1);
    expect(await piped.main.resetPipeline(id)).toMatchObject({ ok: true });
    await expect(receiver).toReceive([[1], [1]]);
    await expect(piped).toReach(id, 1);
  });

  test("reset of a stopped pipeline leaves it stopped, without a last log", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(httpTo(URL));
    await piped.pay();
    await expect(piped).toReach(id, 1);
    await piped.main.stopPipeline(id);
    await piped.main.resetPipeline(id);
    expect(await piped.state(id)).toMatchObject({ lastLog: undefined, isRunning: false });
    await piped.main.startPipeline(id);
    await expect(receiver).toReceive([[1], [1]]);
  });

  test("a pipeline of another ledger, or of none, is not found", async () => {
    const piped = await Piped.open();
    await piped.create("other");
    const id = await piped.pipe(httpTo(URL));
    const other = piped.ledger("other");
    for (const answer of [
      await other.pipeline(id),
      await other.startPipeline(id),
      await other.stopPipeline(id),
      await other.resetPipeline(id),
      await piped.main.pipeline("nothing"),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    }
    expect(await piped.registry.deletePipeline("other", id)).toMatchObject({ ok: false });
    expect(await piped.ledger("nobody").pipeline(id)).toMatchObject({
      error: { code: "LEDGER_NOT_FOUND" },
    });
  });
});
