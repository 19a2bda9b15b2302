/**
 * A ledger's object dies at every instant at which state could be torn. Its client hears nothing
 * and tries again with its key: nothing is lost, nothing is doubled, and the read model becomes
 * what the log says.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Request } from "../../src/core/command.ts";
import type { FaultPoint } from "../../src/ledger/faults.ts";
import { checkHistory } from "../model/history.ts";
import { crashAt, stateOf } from "../support/crash.ts";
import { realBatch, replaceBatch } from "../support/d1.ts";
import { asked, transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const LATE = { timestamp: "2020-01-01T00:00:00.000000Z" };

/** Commands of every kind, each with a key of its own. */
const SENT = [
  transfer("world", "a", { key: "first", amount: 100n }),
  transfer("world", "a", { key: "late", ...LATE }),
  transfer("a", "b", { key: "second", reference: "ref" }),
  asked(
    { kind: "save-metadata", target: { type: "ACCOUNT", address: "c" }, metadata: { k: "v" } },
    "metadata",
  ),
  asked(
    {
      kind: "revert-transaction",
      id: 1,
      force: true,
      atEffectiveDate: true,
      metadata: undefined,
    },
    "revert",
  ),
] as const;

type LedgerPoint = Exclude<FaultPoint, `registry-${string}`>;

/** How each point is come by; `send` may die and is repeated. */
const WAYS: Readonly<
  Record<LedgerPoint, (subject: Subject, send: () => Promise<unknown>) => Promise<unknown>>
> = {
  "before-commit": (_subject, send) => send(),
  "inside-commit": (_subject, send) => send(),
  "after-commit": (_subject, send) => send(),
  "before-projection": async (subject, send) => {
    await send();
    await subject.stub.project();
  },
  "after-projection": async (subject, send) => {
    await send();
    await subject.stub.project();
  },
  "before-alarm": async (subject, send) => {
    await send();
    await runDurableObjectAlarm(subject.stub);
  },
  "after-alarm": async (subject, send) => {
    await send();
    await runDurableObjectAlarm(subject.stub);
  },
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** Sends the requests in order; the one in the middle meets the end of the object. */
async function sendThrough(
  subject: Subject,
  victim: number,
  crash: (send: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  for (const [index, request] of SENT.entries()) {
    if (index === victim) {
      await crash(() => subject.stub.execute(request));
    }
    // Whether it was done or not, the client tries again with its key.
    const outcome = await subject.stub.execute(request);
    expect(outcome).toMatchObject({ ok: true });
  }
}

const KEYS = SENT.map(({ idempotencyKey }) => idempotencyKey);

describe.each(Object.keys(WAYS) as LedgerPoint[])("after a crash at %s", (point) => {
  test.each(SENT.map((request, index) => [request.idempotencyKey, index] as const))(
    "of the request %s",
    async (_key, victim) => {
      const subject = await Subject.open();
      await sendThrough(subject, victim, async (send) => {
        await crashAt(
          point,
          () => subject.stub,
          () => WAYS[point](subject, send),
        );
      });
      expect(await checkHistory(subject, SENT)).toEqual(KEYS);
    },
  );
});

describe("a crash while D1 works on a batch", () => {
  test.each([
    ["that it never gets", false],
    ["that it takes", true],
  ] as const)("%s", async (_name, isTaken) => {
    const subject = await Subject.open();
    await sendThrough(subject, 2, async (send) => {
      const state = await stateOf(() => subject.stub);
      const { restore } = replaceBatch(async (statements) => {
        restore();
        const results = isTaken ? await realBatch(statements) : [];
        state.abort("crash while D1 works");
        return results;
      });
      await send();
      await subject.stub.project().catch(() => undefined);
    });
    expect(await checkHistory(subject, SENT)).toEqual(KEYS);
  });
});

/** The request is committed and durable; the object dies before anybody hears of it. */
async function loseAnswer(subject: Subject, request: Request): Promise<void> {
  const lost = runInDurableObject(subject.stub, async (object, state) => {
    await object.execute(request);
    await state.storage.sync();
    state.abort("crash after the commit");
  });
  await lost.catch(() => undefined);
}

test("a commit whose answer is lost is found again by its key", async () => {
  const subject = await Subject.open();
  const [first] = SENT;
  await loseAnswer(subject, first);

  const again = await subject.stub.execute(first);
  expect(again).toMatchObject({ ok: true, value: { idempotencyHit: true, logId: 1 } });
  expect(await checkHistory(subject, [first])).toEqual(["first"]);
});

test("what was committed before a crash is projected without anybody asking", async () => {
  const subject = await Subject.open();
  const [first] = SENT;
  await loseAnswer(subject, first);

  expect(await runDurableObjectAlarm(subject.stub)).toBe(true);
  const { transactions } = await subject.tables();
  expect(transactions).toHaveLength(1);
});
