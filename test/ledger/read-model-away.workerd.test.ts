/**
 * D1 fails, hangs, or does things twice: writes go on, whoever needs it fresh hears 503 and when to
 * come back, and it catches up by itself.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkHistory } from "../model/history.ts";
import { FAULTS, hangingBatches, replaceBatch, type Fault } from "../support/d1.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const LATE = { timestamp: "2020-01-01T00:00:00.000000Z" };
const UNAVAILABLE = { ok: false, error: { status: 503, retryAfter: 1 } };

function breakD1(fault: Fault | "hangs"): { readonly restore: () => void } {
  return fault === "hangs" ? hangingBatches() : replaceBatch(FAULTS[fault]);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([...(Object.keys(FAULTS) as Fault[]), "hangs"] as const)("a D1 that %s", (fault) => {
  test("does not keep writes from going on, and catches up by the alarm alone", async () => {
    const subject = await Subject.open();
    const requests = [1, 2, 3, 4].map((n) => transfer("world", "a", { key: `k${n}` }));
    const d1 = breakD1(fault);
    for (const [index, request] of requests.entries()) {
      expect(await subject.stub.execute(request)).toMatchObject({ ok: true });
      if (index === 1) {
        await subject.stub.project();
      }
    }
    d1.restore();
    await runDurableObjectAlarm(subject.stub);
    await runDurableObjectAlarm(subject.stub);
    const { batches = [] } = await subject.tables();
    expect(batches.at(-1)).toMatchObject({ last_log: 4 });
    expect(await checkHistory(subject, requests)).toEqual(["k1", "k2", "k3", "k4"]);
  });
});

describe.each(["fails before it applies", "hangs"] as const)("while D1 %s", (fault) => {
  test("whoever needs it fresh is told to come back", async () => {
    const subject = await Subject.open();
    const d1 = breakD1(fault);
    await subject.stub.execute(transfer("world", "a"));
    expect(await subject.stub.project()).toMatchObject(UNAVAILABLE);
    d1.restore();
  });

  test("a back-dated transaction is refused and leaves nothing, others go on", async () => {
    const subject = await Subject.open();
    const before = transfer("world", "a", { key: "before" });
    const late = transfer("world", "a", { key: "late", ...LATE });
    const after = transfer("world", "a", { key: "after" });
    await subject.stub.execute(before);
    await subject.project();
    const d1 = breakD1(fault);
    // Once with everything projected, so that D1 is asked at once, and once with D1 behind.
    expect(await subject.stub.execute(late)).toMatchObject(UNAVAILABLE);
    expect(await subject.stub.execute(after)).toMatchObject({ ok: true });
    expect(await subject.stub.execute(late)).toMatchObject(UNAVAILABLE);
    d1.restore();
    expect(await checkHistory(subject, [before, after])).toEqual(["before", "after"]);

    expect(await subject.stub.execute(late)).toMatchObject({ ok: true });
    expect(await checkHistory(subject, [before, late, after])).toHaveLength(3);
  });
});

test("while the object is ahead an alarm is set, also after it was evicted", async () => {
  const subject = await Subject.open();
  const d1 = breakD1("fails before it applies");
  await subject.stub.execute(transfer("world", "a"));
  expect(await subject.alarm()).toBeDefined();
  await subject.evict();
  expect(await subject.alarm()).toBeDefined();
  d1.restore();
});

test("a reader who waits gets an answer as soon as D1 is back", async () => {
  const subject = await Subject.open();
  let failures = 3;
  replaceBatch((statements) => {
    return FAULTS[failures-- > 0 ? "fails before it applies" : "applies twice"](statements);
  });
  await subject.stub.execute(transfer("world", "a"));
  expect(await subject.stub.project()).toMatchObject({ ok: true, value: { head: 1 } });
});

test("the alarm rings again and again while D1 is away, and no more when all is done", async () => {
  const subject = await Subject.open();
  const d1 = breakD1("fails before it applies");
  await subject.stub.execute(transfer("world", "a"));
  for (let ring = 0; ring < 5; ring++) {
    expect(await runDurableObjectAlarm(subject.stub)).toBe(true);
  }
  expect(await subject.alarm()).toBeDefined();
  d1.restore();
  expect(await runDurableObjectAlarm(subject.stub)).toBe(true);
  expect(await subject.alarm()).toBeUndefined();
});
