/**
 * Rows of both stores hold 2 MB. What would not fit is refused by itself, with the limit's name,
 * before it can do harm to what is committed or projected beside it.
 */
import { expect, test } from "vitest";
import { LOG_BYTES_MAX } from "../../src/core/limits.ts";
import type { Metadata } from "../../src/core/transaction.ts";
import { checkHistory } from "../model/history.ts";
import { asked, transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

function save(address: string, metadata: Metadata, key = "") {
  return asked({ kind: "save-metadata", target: { type: "ACCOUNT", address }, metadata }, key);
}

const TOO_LARGE = {
  ok: false,
  error: { code: "VALIDATION", message: expect.stringContaining(String(LOG_BYTES_MAX)) as string },
};

test.each([
  ["three bytes a character", "語".repeat(LOG_BYTES_MAX / 3)],
  ["quotes, which are escaped and escaped again", '"'.repeat(LOG_BYTES_MAX / 4)],
  ["plain letters", "x".repeat(LOG_BYTES_MAX)],
])("a log that is too large is refused, its neighbours are not: %s", async (_name, value) => {
  const subject = await Subject.open();
  const [before, refused, after] = await Promise.all([
    subject.stub.execute(transfer("world", "a", { key: "before" })),
    subject.stub.execute(save("a", { value }, "large")),
    subject.stub.execute(transfer("world", "a", { key: "after" })),
  ]);
  expect(refused).toMatchObject(TOO_LARGE);
  expect([before, after]).toMatchObject([{ ok: true }, { ok: true }]);
  await subject.project();
});

test.each([
  ["three bytes a character", "語".repeat(LOG_BYTES_MAX / 7)],
  ["quotes, which are escaped and escaped again", '"'.repeat(LOG_BYTES_MAX / 9)],
  ["plain letters", "x".repeat(LOG_BYTES_MAX / 2.1)],
])("what just fits is stored and projected: %s", async (_name, value) => {
  const subject = await Subject.open();
  const created = transfer("world", "a", { key: "created" });
  const { command } = created;
  const large = [
    save("a", { value }, "account"),
    { ...created, command: { ...command, metadata: { value } }, idempotencyKey: "transaction" },
  ];
  for (const request of large) {
    expect(await subject.stub.execute(request)).toMatchObject({ ok: true });
  }
  expect(await checkHistory(subject, large)).toHaveLength(2);
});

test("many changes of large metadata at once do not become one row", async () => {
  const subject = await Subject.open();
  const requests = [save("a", { large: "x".repeat(200_000) }, "first")];
  await subject.stub.execute(requests[0] ?? save("a", {}));
  const changes = Array.from({ length: 40 }, (_, n) => save("a", { n: String(n) }, `k${n}`));
  const outcomes = await Promise.all(changes.map((change) => subject.stub.execute(change)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(40);
  expect(await checkHistory(subject, [...requests, ...changes])).toHaveLength(41);
});

test("metadata grows until it would not fit, and can be deleted again", async () => {
  const subject = await Subject.open();
  const part = "x".repeat(LOG_BYTES_MAX / 5);
  let parts = 0;
  while ((await subject.stub.execute(save("a", { [`part-${parts}`]: part }))).ok) {
    parts++;
  }
  expect(parts).toBe(3);
  expect(await subject.stub.execute(save("a", { another: part }))).toMatchObject(TOO_LARGE);
  const target = { type: "ACCOUNT", address: "a" } as const;
  const remove = asked({ kind: "delete-metadata", target, key: "part-0" });
  expect(await subject.stub.execute(remove)).toMatchObject({ ok: true });
  expect(await subject.stub.execute(save("a", { another: part }))).toMatchObject({ ok: true });
  await subject.project();
});
