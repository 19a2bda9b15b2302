/**
 * The v1 mapping in the ledger's object: kept beside the log, binding every turn, also of an object
 * that was away.
 */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { transfer } from "../support/requests.ts";
import { Subject } from "../support/subject.ts";

const MAPPING = '{"contracts":[{"account":"credit","expr":{"$gte":["$balance",-10]},"name":""}]}';
const REFUSED = { ok: false, error: { code: "INSUFFICIENT_FUND" } };

test("a mapping is kept, and binds an object that was away", async () => {
  const subject = await Subject.open();
  expect(await subject.stub.mapping()).toEqual({ ok: true, value: undefined });
  expect(await subject.stub.execute(transfer("credit", "a", { amount: 1n }))).toMatchObject(
    REFUSED,
  );
  expect(await subject.stub.saveMapping(MAPPING)).toMatchObject({ ok: true });
  expect(await subject.stub.execute(transfer("credit", "a", { amount: 6n }))).toMatchObject({
    ok: true,
  });
  await subject.evict();
  expect(await subject.stub.mapping()).toEqual({ ok: true, value: MAPPING });
  expect(await subject.stub.execute(transfer("credit", "a", { amount: 5n }))).toMatchObject(
    REFUSED,
  );
  expect(await subject.stub.execute(transfer("credit", "a", { amount: 4n }))).toMatchObject({
    ok: true,
  });
});

test("commands of one turn are judged one after the other", async () => {
  const subject = await Subject.open();
  await subject.stub.saveMapping(MAPPING);
  const requests = Array.from({ length: 5 }, () => transfer("credit", "a", { amount: 4n }));
  const outcomes = await Promise.all(requests.map((request) => subject.stub.execute(request)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(2);
});

test("the usual rule is back when the mapping is empty again", async () => {
  const subject = await Subject.open();
  await subject.stub.saveMapping(MAPPING);
  await subject.stub.saveMapping('{"contracts":[]}');
  expect(await subject.stub.execute(transfer("credit", "a", { amount: 1n }))).toMatchObject(
    REFUSED,
  );
});

test("a ledger that does not exist has no mapping and takes none", async () => {
  const nobody = env.LEDGER.getByName("default/nobody");
  const missing = { ok: false, error: { code: "LEDGER_NOT_FOUND" } };
  expect(await nobody.mapping()).toMatchObject(missing);
  expect(await nobody.saveMapping(MAPPING)).toMatchObject(missing);
  expect(await nobody.standing()).toMatchObject(missing);
});
