/**
 * Import seen from the ledger's object: who may write meanwhile, what the books hold then, and what
 * writing afterwards goes on from.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { asked, transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";
import {
  book,
  date,
  importInto,
  linesOf,
  LogWriter,
  payment,
  transactionJson,
} from "./import-support.ts";

const UNHASHED = { ...DEFAULT_FEATURES, HASH_LOGS: "DISABLED" } as const;

afterEach(() => {
  vi.useRealTimers();
});

interface Created {
  readonly id: number;
  readonly insertedAt: string;
  readonly postCommitVolumes: Readonly<Record<string, object>>;
}

async function created(subject: Subject, id: number): Promise<Created> {
  const record = await subject.stub.transaction(id);
  const log = JSON.parse(record.ok ? record.value.log : "{}") as {
    data: { transaction: Created };
  };
  return log.data.transaction;
}

describe("while logs are imported", () => {
  const unavailable = { ok: false, error: { status: 503, retryAfter: 1 } };

  test("nobody else writes or imports, until it ends", async () => {
    const subject = await Subject.open();
    const { stub } = subject;
    const [first, ...rest] = linesOf(book().text);
    expect(await stub.importLogs(first === undefined ? [] : [first], "one")).toMatchObject({
      ok: true,
    });
    expect(await stub.execute(transfer("world", "a"))).toMatchObject(unavailable);
    const options = { atomic: true, continueOnFailure: false };
    expect(await stub.bulk([transfer("world", "a")], options)).toMatchObject(unavailable);
    expect(await stub.importLogs(rest, "two")).toMatchObject(unavailable);
    await stub.endImport("two");
    expect(await stub.execute(transfer("world", "a"))).toMatchObject(unavailable);
    expect(await stub.importLogs(rest, "one")).toMatchObject({ ok: true });
    await stub.endImport("one");
    expect(await stub.execute(transfer("world", "a"))).toMatchObject({ ok: true });
    expect(await stub.importLogs([], "one")).toMatchObject({
      ok: false,
      error: { code: "IMPORT", message: "importing logs: ledger is not in initializing state" },
    });
  });

  test("a failing import ends", async () => {
    const subject = await Subject.open();
    expect(await subject.stub.importLogs(linesOf("nonsense"), "one")).toMatchObject({ ok: false });
    expect(await subject.stub.importLogs(linesOf(book().text), "two")).toMatchObject({ ok: true });
  });

  test("one that fell silent is over after a minute", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const subject = await Subject.open();
    await subject.stub.importLogs(linesOf(book().text), "one");
    vi.setSystemTime(Date.now() + 59_000);
    expect(await subject.stub.execute(transfer("world", "a"))).toMatchObject(unavailable);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await subject.stub.execute(transfer("world", "a"))).toMatchObject({ ok: true });
    expect(await subject.stub.importLogs([], "one")).toMatchObject({ error: { code: "IMPORT" } });
  });
});

describe("after an import", () => {
  test("ids go on after the greatest, whatever was tried before", async () => {
    const subject = await Subject.open();
    const writer = new LogWriter()
      .created(date(1), payment(7), { id: 0 })
      .created(date(2), payment(3), { id: 5 });
    expect(await importInto(subject, linesOf(writer.text))).toBe(undefined);
    const dry = { ...transfer("world", "a"), dryRun: true };
    await subject.stub.execute(dry);
    await subject.stub.execute(dry);
    const outcome = await subject.stub.execute(transfer("world", "a"));
    expect(outcome).toMatchObject({ ok: true, value: { logId: 6 } });
    expect(outcome.ok && JSON.parse(outcome.value.transaction ?? "")).toMatchObject({ id: 8 });
    await subject.evict();
    const next = await subject.stub.execute(transfer("world", "a"));
    expect(next).toMatchObject({ ok: true, value: { logId: 7 } });
    expect(next.ok && JSON.parse(next.value.transaction ?? "")).toMatchObject({ id: 9 });
  });

  test("a replay ends the time of imports, as every write does", async () => {
    const subject = await Subject.open(UNHASHED);
    const request = { ...transfer("world", "a"), idempotencyKey: "k" };
    const writer = new LogWriter().created(date(1), payment(1), { idempotencyKey: "k" });
    await importInto(subject, linesOf(writer.text));
    // The old export tells no fingerprint, so that any input is taken for the same.
    expect(await subject.stub.execute({ ...request, dryRun: true })).toMatchObject({ ok: true });
    expect(await subject.stub.importLogs([], "one")).toMatchObject({ ok: true });
    await subject.stub.endImport("one");
    expect(await subject.stub.execute(request)).toMatchObject({
      ok: true,
      value: { logId: 1, idempotencyHit: true },
    });
    await subject.evict();
    expect(await subject.stub.importLogs([], "one")).toMatchObject({ ok: false });
  });

  test("what old exports leave out is added, but not to the log", async () => {
    const subject = await Subject.open();
    const old = { id: 0, postings: [["world", "a", 10]], timestamp: date(1) } as const;
    const writer = new LogWriter().created(date(1), old, { id: 0 }).created(date(2), payment(1));
    writer.add("REVERTED_TRANSACTION", date(3), {
      revertedTransactionID: 0,
      transaction: transactionJson({ id: 2, postings: [["a", "world", 10]], timestamp: date(3) }),
    });
    expect(await importInto(subject, linesOf(writer.text), 1)).toBe(undefined);
    const [first = ""] = (await subject.exported()).split("\n");
    expect(first).toContain('"insertedAt":"0001-01-01T00:00:00Z"');
    expect(first).not.toContain("postCommitVolumes");
    for (const evict of [false, true]) {
      await (evict ? subject.evict() : undefined);
      const { insertedAt, postCommitVolumes } = await created(subject, 0);
      expect(insertedAt > "2024").toBe(true);
      expect(postCommitVolumes).toMatchObject({ a: { "USD/2": { input: 10, output: 0 } } });
      expect((await created(subject, 2)).postCommitVolumes).toMatchObject({
        a: { "USD/2": { input: 20, output: 10 } },
      });
    }
    expect(await subject.stub.transaction(0)).toMatchObject({
      value: { amendment: { revertedAt: "2024-01-03T00:00:00.000000Z" } },
    });
    await subject.project();
    const { transactions = [] } = await subject.tables();
    await subject.stub.rebuild();
    await subject.project();
    expect((await subject.tables())["transactions"]).toEqual(transactions);
    expect(transactions.map(({ reverted_at: at }) => at)).toEqual([
      "2024-01-03T00:00:00.000000Z",
      null,
      null,
    ]);
  });

  test("accounts are dated by what touched them", async () => {
    const subject = await Subject.open(UNHASHED);
    const writer = new LogWriter()
      .created(date(5), payment(1, { timestamp: date(2), insertedAt: date(5), updatedAt: date(5) }))
      .add("SET_METADATA", date(6), { targetType: "ACCOUNT", targetId: "b", metadata: { k: "v" } })
      .add("SET_METADATA", date(7), { targetType: "ACCOUNT", targetId: "a", metadata: { k: "v" } })
      .add("DELETE_METADATA", date(8), { targetType: "ACCOUNT", targetId: "a", key: "k" });
    expect(await importInto(subject, linesOf(writer.text))).toBe(undefined);
    const dated = (day: number): string => `2024-01-0${day}T00:00:00.000000Z`;
    expect(await subject.stub.account("a", [])).toMatchObject({
      value: { metadata: {}, firstUsage: dated(2), insertionDate: dated(5), updatedAt: dated(7) },
    });
    expect(await subject.stub.account("b", [])).toMatchObject({
      value: { metadata: { k: "v" }, firstUsage: dated(6), insertionDate: dated(6) },
    });
  });

  test("metadata and reverts go on from what was imported", async () => {
    const subject = await Subject.open();
    await importInto(subject, linesOf(book().text));
    await subject.evict();
    const revert = {
      kind: "revert-transaction",
      id: 2,
      force: false,
      atEffectiveDate: true,
      metadata: undefined,
    } as const;
    const outcome = await subject.stub.execute(asked(revert));
    expect(outcome.ok && JSON.parse(outcome.value.transaction ?? "")).toMatchObject({
      id: 4,
      timestamp: date(2),
      postCommitVolumes: { a: { "USD/2": { input: 30, output: 10 } } },
      postCommitEffectiveVolumes: { a: { "USD/2": { input: 20, output: 10 } } },
    });
    const again = await subject.stub.execute(asked(revert));
    expect(again).toMatchObject({ error: { code: "ALREADY_REVERT" } });
  });
});

test("a ledger that does not exist is not found", async () => {
  const { stub } = new Subject();
  expect(await stub.importLogs(linesOf("nonsense"), "one")).toMatchObject({
    error: { code: "LEDGER_NOT_FOUND" },
  });
  await stub.endImport("one");
});
