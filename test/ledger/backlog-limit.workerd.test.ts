/**
 * How far the read model may be behind: writes are refused rather than lost, and only for what the
 * object left undone itself.
 */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { BACKLOG_LOGS_MAX, BULK_CHUNK_ELEMENTS } from "../../src/core/limits.ts";
import { FAULTS, replaceBatch } from "../support/d1.ts";
import { asked, transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** As if the ledger had a long past: its last log has a high number. */
async function withLongPast(subject: Subject): Promise<void> {
  const lastLog = 2 * BACKLOG_LOGS_MAX;
  await runInDurableObject(subject.stub, (_object, state) => {
    state.storage.sql.exec(
      "UPDATE segments SET first_id = first_id + ?1, last_id = last_id + ?1",
      lastLog,
    );
  });
  await subject.abort();
}

test("an object that wakes with a long log takes writes, even while D1 is away", async () => {
  const subject = await Subject.open();
  await subject.stub.execute(transfer("world", "a"));
  replaceBatch(FAULTS["fails before it applies"]);
  await withLongPast(subject);

  expect(await subject.stub.execute(transfer("world", "a"))).toMatchObject({ ok: true });
  await subject.stub.project();
  expect(await subject.stub.execute(transfer("world", "a"))).toMatchObject({ ok: true });
});

test("a backlog beyond the limit refuses writes and loses nothing", async () => {
  const subject = await Subject.open();
  const d1 = replaceBatch(FAULTS["fails before it applies"]);
  const save = asked({
    kind: "save-metadata",
    target: { type: "ACCOUNT", address: "a" },
    metadata: undefined,
  });
  const options = { atomic: false, continueOnFailure: false };
  const chunk = Array.from({ length: BULK_CHUNK_ELEMENTS }, () => save);
  const bulks = Math.ceil(BACKLOG_LOGS_MAX / BULK_CHUNK_ELEMENTS);
  for (let n = 0; n < bulks; n++) {
    expect(await subject.stub.bulk(chunk, options)).toMatchObject({ ok: true });
  }
  const refused = await subject.stub.execute(save);
  expect(refused).toMatchObject({ ok: false, error: { status: 503, retryAfter: 1 } });
  const standing = await subject.stub.standing();
  expect(standing).toMatchObject({ ok: true, value: { head: bulks * chunk.length } });

  d1.restore();
  expect(await subject.project()).toBe(bulks * chunk.length);
  expect(await subject.stub.execute(save)).toMatchObject({ ok: true });
}, 120_000);
