/**
 * The log's own storage: finding lines by the ids of logs and transactions, with holes in both.
 */
import { expect, test } from "vitest";
import { asked, transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

/** The ids from 0 on that are found, as the lines that are found for them tell. */
async function transactionIds(subject: Subject, upTo: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let id = 0; id <= upTo; id++) {
    const record = await subject.stub.transaction(id);
    if (record.ok) {
      const log = JSON.parse(record.value.log) as { data: { transaction: { id: number } } };
      found.push(log.data.transaction.id);
    }
  }
  return found;
}

test("an id below every transaction is not found", async () => {
  const subject = await Subject.open();
  await subject.stub.execute(transfer("world", "a"));
  expect(await subject.stub.transaction(0)).toMatchObject({ ok: false });
});

test("holes in the ids are not found, what lies around them is", async () => {
  const subject = await Subject.open();
  const dry = { ...transfer("world", "a"), dryRun: true };
  const kept = transfer("world", "a");
  // One call at a time gives rows of one log, a bulk gives a row of several.
  for (const request of [dry, kept, dry, dry, kept, kept]) {
    await subject.stub.execute(request);
  }
  const options = { atomic: false, continueOnFailure: true };
  await subject.stub.bulk([kept, dry, kept, kept, dry, kept], options);
  const ids = [2, 5, 6, 7, 9, 10, 12];
  expect(await transactionIds(subject, 14)).toEqual(ids);
  await subject.evict();
  expect(await transactionIds(subject, 14)).toEqual(ids);
});

test("transactions far apart in the log are found, wherever the other logs lie", async () => {
  const subject = await Subject.open();
  const note = asked({
    kind: "save-metadata",
    target: { type: "ACCOUNT", address: "a" },
    metadata: { k: "v" },
  });
  const options = { atomic: false, continueOnFailure: true };
  const ids: number[] = [];
  for (const notes of [0, 300, 1, 0, 700, 2, 0]) {
    const requests = [transfer("world", "a"), ...Array<typeof note>(notes).fill(note)];
    await subject.stub.bulk(requests, options);
    await subject.stub.execute(transfer("world", "a"));
    ids.push(ids.length + 1, ids.length + 2);
  }
  await subject.evict();
  expect(await transactionIds(subject, ids.length + 2)).toEqual(ids);
});
