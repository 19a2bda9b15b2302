/**
 * Bulks as a client sees them: what runs and in which order, and what a failure does to the others.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import {
  bulk,
  fates,
  logIds,
  newLedger,
  pay,
  revert,
  send,
  tag,
  untag,
  type Answer,
} from "./bulk-client.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe("what a bulk does", () => {
  test("all four actions, each seeing what those before it did", async () => {
    const url = await newLedger(server);
    const answer = await bulk(url, [
      pay("world", "bank", 100),
      tag("TRANSACTION", 1),
      untag("TRANSACTION", 1),
      tag("ACCOUNT", "bank"),
      revert(1, { metadata: { why: "test" } }),
    ]);
    expect(answer.status).toBe(200);
    expect(fates(answer)).toEqual([
      "CREATE_TRANSACTION 1",
      "ADD_METADATA 2",
      "DELETE_METADATA 3",
      "ADD_METADATA 4",
      "REVERT_TRANSACTION 5",
    ]);
    expect(answer.data[0]?.data?.postCommitVolumes).toEqual({
      bank: { "USD/2": { input: 100, output: 0, balance: 100 } },
      world: { "USD/2": { input: 0, output: 100, balance: -100 } },
    });
    expect(answer.data[1]).not.toHaveProperty("data");
    expect(answer.data[4]?.data?.metadata).toEqual({
      why: "test",
      "com.formance.spec/state/reverts": "1",
    });
  });

  test("dates rise from element to element; an atomic bulk shares one", async () => {
    const url = await newLedger(server);
    const elements = [pay("world", "a", 1), pay("world", "b", 1), pay("world", "c", 1)];
    const dates = (answer: Answer): readonly (string | undefined)[] => {
      return answer.data.map(({ data }) => data?.insertedAt);
    };
    const plain = dates(await bulk(url, elements));
    expect(new Set(plain).size).toBe(3);
    const shared = dates(await bulk(url, elements, "?atomic=true"));
    expect(new Set(shared).size).toBe(1);
  });

  test("amounts of any size are written as they came, whatever the header asks", async () => {
    const url = await newLedger(server);
    const amount = "123456789012345678901234567890";
    const body = JSON.stringify([pay("world", "a", 7)]).replace(":7,", `:${amount},`);
    const response = await fetch(`${url}/_bulk`, {
      method: "POST",
      body,
      headers: { "Formance-Bigint-As-String": "true", "Content-Type": "application/json" },
    });
    expect(await response.text()).toContain(`"balance":-${amount}`);
  });

  test("back-dated elements show the volumes of their own date", async () => {
    const url = await newLedger(server);
    const early = { timestamp: "2020-01-01T00:00:00Z" };
    const answer = await bulk(url, [
      pay("world", "a", 10),
      pay("world", "a", 5, early),
      pay("world", "a", 3, { timestamp: "2020-02-01T00:00:00Z" }),
    ]);
    const inputs = answer.data.map(({ data }) => {
      return JSON.stringify(data?.postCommitEffectiveVolumes).split(",")[0];
    });
    expect(inputs).toEqual([10, 5, 8].map((input) => `{"a":{"USD/2":{"input":${input}`));
  });

  test("an empty array and null are empty bulks, of a ledger that must exist", async () => {
    const url = await newLedger(server);
    expect(await send(url, "[]")).toEqual({ status: 200, data: [] });
    expect(await send(url, "null")).toEqual({ status: 200, data: [] });
    expect(await send(`${server.url}/v2/nowhere`, "[]")).toMatchObject({
      status: 404,
      errorCode: "LEDGER_NOT_FOUND",
    });
  });
});

describe("a failing element", () => {
  const elements = [
    pay("world", "bank", 100),
    pay("bank", "user", 200),
    pay("world", "bank", 1),
    tag("ACCOUNT", "bank"),
  ];

  test("cancels those after it", async () => {
    const url = await newLedger(server);
    const answer = await bulk(url, elements);
    expect(answer.status).toBe(400);
    expect(fates(answer)).toEqual([
      "CREATE_TRANSACTION 1",
      "INSUFFICIENT_FUND",
      "canceled",
      "canceled",
    ]);
    expect(await logIds(url)).toEqual([1]);
  });

  test("with continueOnFailure, and in parallel, the others run in their order", async () => {
    const url = await newLedger(server);
    const answer = await bulk(url, elements, "?continueOnFailure=true&parallel=true");
    expect(answer.status).toBe(400);
    expect(fates(answer)).toEqual([
      "CREATE_TRANSACTION 1",
      "INSUFFICIENT_FUND",
      "CREATE_TRANSACTION 2",
      "ADD_METADATA 3",
    ]);
  });

  test("undoes an atomic bulk, whose ids stay used", async () => {
    const url = await newLedger(server);
    expect(fates(await bulk(url, elements, "?atomic=true"))).toEqual([
      "CREATE_TRANSACTION 1",
      "INSUFFICIENT_FUND",
      "canceled",
      "canceled",
    ]);
    expect(await logIds(url)).toEqual([]);
    const next = await bulk(url, [pay("world", "bank", 1)]);
    expect(fates(next)).toEqual(["CREATE_TRANSACTION 2"]);
    expect(next.data[0]?.data?.id).toBe(2);
  });

  test("undoes an atomic bulk that goes on, too", async () => {
    const url = await newLedger(server);
    const reference = { reference: "once" };
    const query = "?atomic=true&continueOnFailure=true";
    const twice = [pay("world", "a", 1, reference), pay("world", "b", 1, reference)];
    const answer = await bulk(url, [...twice, pay("world", "c", 1)], query);
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1", "CONFLICT", "CREATE_TRANSACTION 2"]);
    expect(await logIds(url)).toEqual([]);
  });

  test("frees the keys of an atomic bulk", async () => {
    const url = await newLedger(server);
    const keyed = { ...pay("world", "a", 1), ik: "k" };
    await bulk(url, [keyed, pay("poor", "a", 1)], "?atomic=true");
    const again = await bulk(url, [{ ...pay("world", "a", 2), ik: "k" }]);
    expect(again.status).toBe(200);
  });
});

describe("idempotency keys", () => {
  test("answer again what they answered, in one bulk, the next and a single request", async () => {
    const url = await newLedger(server);
    const keyed = { ...pay("world", "a", 1), ik: "k" };
    const first = await bulk(url, [keyed, keyed]);
    expect(fates(first)).toEqual(["CREATE_TRANSACTION 1", "CREATE_TRANSACTION 1"]);
    expect(first.data[1]).toEqual(first.data[0]);
    expect(await bulk(url, [keyed], "?atomic=true")).toEqual({
      status: 200,
      data: [first.data[0]],
    });
    const single = await fetch(`${url}/transactions`, {
      method: "POST",
      body: JSON.stringify((keyed as unknown as { data: object }).data),
      headers: { "Idempotency-Key": "k" },
    });
    expect(single.headers.get("Idempotency-Hit")).toBe("true");
    expect(await logIds(url)).toEqual([1]);
  });

  test("are refused with other input, and cancel what follows", async () => {
    const url = await newLedger(server);
    await bulk(url, [{ ...pay("world", "a", 1), ik: "k" }]);
    const answer = await bulk(url, [{ ...tag("ACCOUNT", "a"), ik: "k" }, pay("world", "a", 1)]);
    expect(fates(answer)).toEqual(["VALIDATION", "canceled"]);
  });

  test("are the element's own: the header and the query have no effect", async () => {
    const url = await newLedger(server);
    const init = {
      method: "POST",
      body: JSON.stringify([pay("poor", "a", 1)]),
      headers: { "Idempotency-Key": "k" },
    };
    const response = await fetch(`${url}/_bulk?force=true&dryRun=true`, init);
    expect(response.status).toBe(400);
    const forced = await bulk(url, [pay("poor", "a", 1, { force: true })], "?dryRun=true");
    expect(fates(forced)).toEqual(["CREATE_TRANSACTION 1"]);
  });

  test("that are too long or hold a backslash fail in their place", async () => {
    const url = await newLedger(server);
    const answer = await bulk(
      url,
      [
        { ...pay("world", "a", 1), ik: "x".repeat(256) },
        { ...pay("world", "a", 1), ik: "\\" },
        { ...pay("world", "a", 1), ik: null },
      ],
      "?continueOnFailure=true",
    );
    expect(fates(answer)).toEqual(["VALIDATION", "VALIDATION", "CREATE_TRANSACTION 1"]);
  });
});

test("an account's metadata may be null, under any address", async () => {
  const url = await newLedger(server);
  const answer = await bulk(url, [tag("ACCOUNT", "a", null), tag("ACCOUNT", "not an address!")]);
  expect(fates(answer)).toEqual(["ADD_METADATA 1", "ADD_METADATA 2"]);
  const exported = await fetch(`${url}/logs/export`, { method: "POST" });
  expect(await exported.text()).toContain('"targetId":"a","metadata":null}');
});
