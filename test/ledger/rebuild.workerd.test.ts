/**
 * The read model is thrown away and made again while the ledger lives on, and while all around it
 * fails.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { checkHistory } from "../model/history.ts";
import { replaceBatch } from "../support/d1.ts";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const REQUESTS = Array.from({ length: 12 }, (_, n) => {
  const day = String(12 - n).padStart(2, "0");
  const dates = n % 3 === 0 ? { timestamp: `2020-01-${day}T00:00:00.000000Z` } : {};
  return transfer("world", "a", { key: `k${n}`, ...dates });
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function written(): Promise<Subject> {
  const subject = await Subject.open();
  for (const request of REQUESTS.slice(0, 6)) {
    await subject.stub.execute(request);
  }
  await subject.project();
  return subject;
}

/**
 * The n-th deletion of rows that is asked of D1 meets a fate of its own. Resolves when it has met
 * it; the others do what they say.
 */
async function meetAtDeletion(
  n: number,
  fate: (run: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const prepare = env.DB.prepare.bind(env.DB);
  let count = 0;
  vi.spyOn(env.DB, "prepare").mockImplementation((query) => {
    const prepared = prepare(query);
    const bind = prepared.bind.bind(prepared);
    prepared.bind = (...values) => {
      const statement = bind(...values);
      const run = statement.run.bind(statement);
      if (query.startsWith("DELETE")) {
        statement.run = async <T>() => {
          return (++count === n ? await fate(run) : await run()) as D1Result<T>;
        };
      }
      return statement;
    };
    return prepared;
  });
  await vi.waitUntil(() => count >= n, { timeout: 10_000 });
}

const AWAY = new Error("D1 is away");

test("writes go on while the read model is made again", async () => {
  const subject = await written();
  const [rebuilt] = await Promise.all([
    subject.stub.rebuild(),
    ...REQUESTS.slice(6).map((request) => subject.stub.execute(request)),
    subject.stub.rebuild(),
  ]);
  expect(rebuilt).toMatchObject({ ok: true });
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(12);
});

test.each([1, 2, 5, 10])("deletion %i fails: what is left is erased first", async (n) => {
  const subject = await written();
  await Promise.all([
    meetAtDeletion(n, () => Promise.reject(AWAY)),
    subject.stub.rebuild(),
    ...REQUESTS.slice(6).map((request) => subject.stub.execute(request)),
  ]);
  vi.restoreAllMocks();
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(12);
});

test.each([1, 2, 5, 10])("the object dies at deletion %i: the alarm goes on", async (n) => {
  const subject = await written();
  const rebuilding = subject.stub.rebuild().catch(() => undefined);
  await meetAtDeletion(n, () => new Promise(() => undefined));
  vi.restoreAllMocks();
  await subject.abort();
  await rebuilding;
  expect(await runDurableObjectAlarm(subject.stub)).toBe(true);
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(6);
});

test("a deletion that D1 executes late takes nothing away", async () => {
  const subject = await written();
  let late: (() => Promise<unknown>) | undefined;
  const meeting = meetAtDeletion(3, (run) => {
    late = run;
    return Promise.reject(AWAY);
  });
  await subject.stub.rebuild();
  await meeting;
  vi.restoreAllMocks();
  await subject.project();
  await late?.();
  expect(late).toBeDefined();
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(6);
});

test("a batch from before a rebuild that D1 executes late does no harm", async () => {
  const subject = await written();
  const held: D1PreparedStatement[][] = [];
  const { restore } = replaceBatch((statements) => {
    held.push(statements);
    return Promise.reject(AWAY);
  });
  await subject.stub.execute(REQUESTS[7] ?? transfer("world", "a"));
  await runDurableObjectAlarm(subject.stub);
  await subject.stub.rebuild();
  restore();
  const outcomes = await Promise.allSettled(held.map((statements) => env.DB.batch(statements)));
  expect(outcomes.map(({ status }) => status)).toContain("rejected");
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(7);
});

test("a rebuild that D1 refuses is told, and changes nothing", async () => {
  const subject = await written();
  const meeting = meetAtDeletion(1, () => Promise.reject(AWAY));
  expect(await subject.stub.rebuild()).toMatchObject({ ok: false, error: { status: 503 } });
  await meeting;
  vi.restoreAllMocks();
  expect(await checkHistory(subject, REQUESTS)).toHaveLength(6);
});
