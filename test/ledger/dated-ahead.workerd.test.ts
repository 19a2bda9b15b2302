/**
 * Many transactions dated ahead: the rows of their accounts stay small, what has passed is
 * forgotten, and everything stays right, also in a new life of the object.
 */
import { runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkHistory } from "../model/history.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const START = Date.parse("2098-12-31T23:59:50Z");

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterAll(() => {
  vi.useRealTimers();
});

async function longestRow(subject: Subject): Promise<number> {
  return numberIn(subject, "SELECT max(length(strays)) AS n FROM volumes");
}

async function remembered(subject: Subject): Promise<number> {
  return numberIn(subject, "SELECT count(*) AS n FROM ahead_moves WHERE account = 'a'");
}

async function numberIn(subject: Subject, query: string): Promise<number> {
  return runInDurableObject(subject.stub, (_object, state) => {
    return Number(state.storage.sql.exec(query).one()["n"]);
  });
}

test("many transactions dated ahead, and their time comes", async () => {
  const subject = await Subject.open();
  const planned = Array.from({ length: 300 }, (_, n) => {
    const timestamp = new Date(START + (300 - n) * 1000).toISOString().replace("Z", "000Z");
    return transfer("world", "a", { key: `planned-${n}`, timestamp });
  });
  const options = { atomic: false, continueOnFailure: false };
  expect(await subject.stub.bulk(planned, options)).toMatchObject({ ok: true });
  expect(await longestRow(subject)).toBeLessThan(50);
  expect(await remembered(subject)).toBe(300);

  const others = [];
  for (const seconds of [1, 100, 250, 301, 302]) {
    await subject.evict();
    vi.setSystemTime(START + seconds * 1000);
    const payment = transfer("a", "b", { key: `at-${seconds}` });
    others.push(payment);
    expect(await subject.stub.execute(payment)).toMatchObject({ ok: true });
    expect(await remembered(subject)).toBe(Math.max(0, 300 - seconds));
  }
  expect(await checkHistory(subject, [...planned, ...others])).toHaveLength(305);
});
