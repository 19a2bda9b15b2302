/**
 * Events published by HTTP: one for every operation that was written, with the payload the contract
 * gives, in the order of the log, at least once; and that no write waits for them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Api, type Answer } from "./api.ts";
import { BREAKS, FAILS, HANGS, LocalReceiver, TAKES, type Received } from "./receiver.ts";

const PAYMENT = {
  postings: [{ source: "world", destination: "bank", amount: 100, asset: "USD/2" }],
};
const PATIENCE = { timeout: 20_000, interval: 20 };

interface Event {
  readonly idempotency_key: string;
  readonly date: string;
  readonly app: string;
  readonly version: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

let state: string;
let receiver: LocalReceiver;
let api: Api;
let ledgers = 0;
let ledger: string;

function vars(): Record<string, string> {
  return {
    PUBLISHER_HTTP_ENABLED: "true",
    PUBLISHER_TOPIC_MAPPING:
      `*:${receiver.url}/all?key=1 ` + `COMMITTED_TRANSACTIONS:${receiver.url}/committed`,
    WORKER_PIPELINES_PUSH_RETRY_PERIOD: "50ms",
  };
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "daybook-events-"));
  receiver = await LocalReceiver.start();
  api = await Api.start(vars(), state);
});
afterAll(async () => {
  await api.stop();
  receiver.stop();
  rmSync(state, { recursive: true, force: true });
});
beforeEach(async () => {
  ledger = `ledger-${++ledgers}`;
  await api.post(`/v2/${ledger}`);
});
afterEach(() => {
  receiver.answers = [TAKES];
});

/** What arrived for the ledger of this test. */
function arrived(): readonly (Received & { readonly event: Event })[] {
  return receiver.received
    .map((received) => ({ ...received, event: JSON.parse(received.text) as Event }))
    .filter(({ event }) => event.payload["ledger"] === ledger);
}

function events(): readonly Event[] {
  return arrived().map(({ event }) => event);
}

/** All that arrived, once so many have. */
async function count(expected: number): Promise<readonly Event[]> {
  await vi.waitFor(() => expect(events().length).toBeGreaterThanOrEqual(expected), PATIENCE);
  return events();
}

async function pay(body: object = PAYMENT, query = ""): Promise<unknown> {
  const answer = await api.post(`/v2/${ledger}/transactions${query}`, body);
  expect(answer.status).toBe(200);
  return (answer.body as { data: unknown }).data;
}

function payOnce(query = ""): Promise<Answer> {
  const headers = { "Idempotency-Key": "k" };
  return api.call("POST", `/v2/${ledger}/transactions${query}`, PAYMENT, headers);
}

function postBulk(elements: readonly object[], query = ""): Promise<Answer> {
  const headers = { "Content-Type": "application/json" };
  return api.call("POST", `/v2/${ledger}/_bulk${query}`, elements, headers);
}

function idsOf(events: readonly Event[]): readonly unknown[] {
  return events.map(({ payload }) => (payload["transactions"] as { id: number }[])[0]?.id);
}

describe("every operation has its event", () => {
  test("with a payload of exactly these members", async () => {
    const path = `/v2/${ledger}`;
    const transaction = await pay({ ...PAYMENT, metadata: { k: "<é>" }, reference: "r" });
    await api.post(`${path}/accounts/bank/metadata`, { a: "1", b: "2" });
    await api.delete(`${path}/accounts/bank/metadata/a`);
    await api.post(`${path}/transactions/1/metadata`, { c: "3" });
    await api.delete(`${path}/transactions/1/metadata/c`);
    const reverted = await api.post(`${path}/transactions/1/revert`, { metadata: { why: "x" } });
    const revert = (reverted.body as { data: { timestamp: string; insertedAt: string } }).data;

    const told = await count(6);
    expect(told.map(({ type }) => type)).toEqual([
      "COMMITTED_TRANSACTIONS",
      "SAVED_METADATA",
      "DELETED_METADATA",
      "SAVED_METADATA",
      "DELETED_METADATA",
      "REVERTED_TRANSACTION",
    ]);
    for (const event of told) {
      expect(event).toMatchObject({ idempotency_key: "", app: "ledger", version: "v2" });
      expect(Object.keys(event)).toEqual(
        "idempotency_key date app version type payload".split(" "),
      );
    }
    const account = { ledger, targetType: "ACCOUNT", targetId: "bank" };
    const target = { ledger, targetType: "TRANSACTION", targetId: "1" };
    expect(told.slice(0, 5).map(({ payload }) => payload)).toEqual([
      { ledger, transactions: [transaction], accountMetadata: {} },
      { ...account, metadata: { a: "1", b: "2" } },
      { ...account, key: "a" },
      { ...target, metadata: { c: "3" } },
      { ...target, key: "c" },
    ]);
    const { revertedTransaction, revertTransaction, ...rest } = told[5]?.payload ?? {};
    expect(rest).toEqual({ ledger });
    expect(revertTransaction).toEqual(revert);
    expect(revertedTransaction).toMatchObject({
      id: 1,
      reference: "r",
      metadata: { k: "<é>" },
      reverted: true,
      revertedAt: revert.timestamp,
      updatedAt: revert.insertedAt,
      postCommitVolumes: { bank: { "USD/2": { input: 100, output: 0, balance: 100 } } },
    });
    expect(revertedTransaction).not.toHaveProperty("postCommitEffectiveVolumes");
  });

  test("a schema too", async () => {
    const chart = { world: {}, users: { $id: { ".pattern": "^[0-9]+$" } } };
    expect((await api.post(`/v2/${ledger}/schemas/v1`, { chart })).status).toBe(204);
    const [event] = await count(1);
    expect(event).toMatchObject({
      type: "INSERTED_SCHEMA",
      payload: { ledger, schema: { version: "v1", chart } },
    });
  });

  test("amounts keep their digits", async () => {
    const amount = "9".repeat(80);
    const posting = `{"source":"world","destination":"b","amount":${amount},"asset":"USD"}`;
    await api.post(`/v2/${ledger}/transactions`, `{"postings":[${posting}]}`);
    await count(1);
    expect(arrived()[0]?.text).toContain(`"amount":${amount},`);
  });

  test("to the topic of its type, or to that of all", async () => {
    await pay();
    await api.post(`/v2/${ledger}/accounts/bank/metadata`, { a: "1" });
    await count(2);
    expect(arrived().map(({ path }) => path)).toEqual(["/committed", "/all?key=1"]);
    for (const { headers } of arrived()) {
      expect(headers["content-type"]).toBe("application/json");
      expect(headers["message-uuid"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  test("also the elements of a bulk, in their order", async () => {
    const bulk = [
      { action: "CREATE_TRANSACTION", data: PAYMENT },
      { action: "ADD_METADATA", data: { targetType: "TRANSACTION", targetId: 1, metadata: {} } },
      { action: "REVERT_TRANSACTION", data: { id: 1 } },
    ];
    expect((await postBulk(bulk)).status).toBe(200);
    const told = await count(3);
    expect(told.map(({ type }) => type)).toEqual([
      "COMMITTED_TRANSACTIONS",
      "SAVED_METADATA",
      "REVERTED_TRANSACTION",
    ]);
  });
});

describe("what was not written has none", () => {
  test("dry runs, refusals, a bulk that was rolled back, a ledger's own metadata", async () => {
    const path = `/v2/${ledger}`;
    const poor = { postings: [{ source: "a", destination: "b", amount: 1, asset: "USD" }] };
    const element = { action: "CREATE_TRANSACTION", data: PAYMENT };
    await pay(PAYMENT, "?dryRun=true");
    await api.post(`${path}/transactions`, poor);
    await postBulk([element, { ...element, data: poor }], "?atomic=true");
    await api.put(`${path}/metadata`, { a: "1" });
    await api.post(`${path}/accounts/bank/metadata`, { last: "1" });

    const told = await count(1);
    expect(told.map(({ payload }) => payload["metadata"])).toEqual([{ last: "1" }]);
  });

  test("a bulk that goes on has those of the elements that succeeded", async () => {
    const poor = { postings: [{ source: "a", destination: "b", amount: 1, asset: "USD" }] };
    const create = (data: object): object => ({ action: "CREATE_TRANSACTION", data });
    await postBulk([create(PAYMENT), create(poor), create(PAYMENT)]);
    expect(idsOf(await count(1))).toEqual([1]);
  });
});

describe("an idempotent retry", () => {
  test("tells the world again, with another id and the same words", async () => {
    await payOnce();
    await count(1);
    expect((await payOnce()).isHit).toBe(true);
    await count(2);
    const [first, second] = arrived();
    expect(second?.text).toBe(first?.text);
    expect(second?.headers["message-uuid"]).not.toBe(first?.headers["message-uuid"]);
  });

  test("does not as a dry run", async () => {
    await payOnce();
    expect((await payOnce("?dryRun=true")).isHit).toBe(true);
    await pay();
    expect(idsOf(await count(2))).toEqual([1, 2]);
  });
});

describe("a receiver", () => {
  test("that fails and breaks gets every event in order, and knows what it had", async () => {
    receiver.answers = [TAKES, FAILS, BREAKS, FAILS, TAKES];
    for (let i = 0; i < 5; i++) {
      await pay();
    }
    await vi.waitFor(() => expect(idsOf(events()).at(-1)).toBe(5), PATIENCE);
    expect(idsOf(events())).toEqual([1, 2, 2, 2, 2, 3, 4, 5]);
    const uuids = arrived().map(({ headers }) => headers["message-uuid"]);
    expect(new Set(uuids).size).toBe(5);
    expect(new Set(uuids.slice(1, 5)).size).toBe(1);
  });

  test("that hangs is not noticed by writes and reads", async () => {
    receiver.answers = [HANGS];
    await pay();
    await count(1);
    for (let i = 0; i < 10; i++) {
      await pay();
    }
    const list = await api.get(`/v2/${ledger}/transactions?pageSize=1`);
    expect(list.body).toMatchObject({ cursor: { data: [{ id: 11 }] } });
    expect(events()).toHaveLength(1);
  });
});

describe("the server", () => {
  test("publishes after its restart what it could not before", async () => {
    receiver.answers = [TAKES, FAILS];
    await pay();
    await pay();
    await pay();
    // A second try of the second event: that the first was taken is remembered.
    await count(3);
    await api.stop();
    receiver.answers = [TAKES];
    const before = events().length;
    api = await Api.start(vars(), state);

    // Nobody asks for the ledger: its alarm does it.
    await vi.waitFor(() => expect(idsOf(events().slice(before))).toEqual([2, 3]), PATIENCE);
  });

  test("begins with the first write after publishing is switched on", async () => {
    await pay();
    await count(1);
    await api.stop();
    api = await Api.start({ ...vars(), PUBLISHER_HTTP_ENABLED: "false" }, state);
    await pay();
    await api.stop();
    api = await Api.start(vars(), state);
    await pay();
    expect(idsOf(await count(2))).toEqual([1, 3]);
  });
});
