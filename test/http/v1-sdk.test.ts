/**
 * The official SDK, unchanged, against a running server: every v1 operation, those that Formance v2
 * no longer serves included, with what its strict schemas demand of our answers.
 */
import { SDK } from "@formance/formance-sdk";
import { ErrorsEnum, ErrorsErrorResponse } from "@formance/formance-sdk/sdk/models/ledger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import { send, vars } from "./v1-client.ts";

let server: Server;
let v1: SDK["ledger"]["v1"];

beforeAll(async () => {
  server = await startServer();
  v1 = new SDK({ serverURL: server.url }).ledger.v1;
});
afterAll(() => server.stop());

const posting = (source: string, destination: string, amount: bigint) => {
  return { source, destination, amount, asset: "USD/2" };
};

async function create(
  ledger: string,
  ...postings: readonly ReturnType<typeof posting>[]
): Promise<void> {
  await v1.createTransaction({ ledger, postTransaction: { postings: [...postings] } });
}

test("the server and its ledgers tell about themselves", async () => {
  await create("described", posting("world", "a", 1n));
  const info = await v1.getInfo();
  expect(info.configInfoResponse?.data.server).toBe("ledger");
  expect(info.configInfoResponse?.data.config.storage.ledgers).toContain("described");
  const ledger = await v1.getLedgerInfo({ ledger: "described" });
  expect(ledger.ledgerInfoResponse?.data?.name).toBe("described");
  const stats = await v1.readStats({ ledger: "described" });
  expect(stats.statsResponse?.data).toEqual({ transactions: 1, accounts: 2 });
});

describe("transactions", () => {
  test("are created with everything they can have", async () => {
    const created = await v1.createTransaction({
      ledger: "tx",
      postTransaction: {
        postings: [posting("world", "a", 100n)],
        metadata: { k: "v" },
        reference: "first",
        timestamp: new Date("2023-01-01T00:00:00Z"),
      },
    });
    expect(created.statusCode).toBe(200);
    expect(created.transactionsResponse?.data).toMatchObject([
      {
        txid: 1n,
        reference: "first",
        metadata: { k: "v" },
        timestamp: new Date("2023-01-01T00:00:00Z"),
        postCommitVolumes: { a: { "USD/2": { input: 100n, output: 0n, balance: 100n } } },
      },
    ]);
    const preview = await v1.createTransaction({
      ledger: "tx",
      preview: true,
      postTransaction: { postings: [posting("a", "b", 1n)] },
    });
    expect(preview.transactionsResponse?.data[0]?.txid).toBe(2n);
    const stats = await v1.readStats({ ledger: "tx" });
    expect(stats.statsResponse?.data.transactions).toBe(1);
  });

  test("are created in batches", async () => {
    const created = await v1.createTransactions({
      ledger: "batch",
      transactions: {
        transactions: [
          { postings: [posting("world", "a", 5n)] },
          { postings: [posting("a", "b", 5n)], reference: "r" },
        ],
      },
    });
    expect(created.transactionsResponse?.data.map(({ txid }) => txid)).toEqual([1n, 2n]);
  });

  test("are read, listed, described and reverted", async () => {
    const ledger = "list";
    await create(ledger, posting("world", "a", 5n));
    await create(ledger, posting("a", "b", 2n));
    await v1.addMetadataOnTransaction({ ledger, txid: 1n, requestBody: { kind: "in" } });
    const one = await v1.getTransaction({ ledger, txid: 1n });
    expect(one.transactionResponse?.data).toMatchObject({ txid: 1n, metadata: { kind: "in" } });
    const reverted = await v1.revertTransaction({ ledger, txid: 2n });
    expect(reverted.statusCode).toBe(201);
    expect(reverted.transactionResponse?.data.txid).toBe(3n);
    const filtered = await v1.listTransactions({
      ledger,
      account: "a",
      source: "world",
      metadata: { kind: "in" },
      startTime: new Date("2000-01-01T00:00:00Z"),
    });
    const cursor = filtered.transactionsCursorResponse?.cursor;
    expect(cursor?.data.map(({ txid }) => txid)).toEqual([1n]);
    const page = await v1.listTransactions({ ledger, pageSize: 1, after: "3" });
    expect(page.transactionsCursorResponse?.cursor).toMatchObject({
      pageSize: 1,
      hasMore: true,
      data: [{ txid: 2n }],
    });
    const next = page.transactionsCursorResponse?.cursor.next ?? "";
    const last = await v1.listTransactions({ ledger, cursor: next });
    expect(last.transactionsCursorResponse?.cursor.data).toMatchObject([{ txid: 1n }]);
  });

  /** The original answers 204, its own SDK waits for 200. */
  test("are counted, though the SDK does not take the status for an answer", async () => {
    await create("count", posting("world", "a", 5n));
    const outcome = await v1
      .countTransactions({ ledger: "count" })
      .catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Error);
    const count = await fetch(`${server.url}/api/ledger/count/transactions`, { method: "HEAD" });
    expect([count.status, count.headers.get("Count")]).toEqual([204, "1"]);
  });
});

describe("accounts", () => {
  test("are read, listed, counted and described", async () => {
    const ledger = "accounts";
    await create(ledger, posting("world", "users:1", 7n));
    const described = await v1.addMetadataToAccount({
      ledger,
      address: "users:1",
      requestBody: { tier: "gold" },
    });
    expect(described.statusCode).toBe(204);
    const one = await v1.getAccountLedger({ ledger, address: "users:1" });
    expect(one.accountResponse?.data).toMatchObject({
      address: "users:1",
      metadata: { tier: "gold" },
      balances: { "USD/2": 7n },
      volumes: { "USD/2": { input: 7n, output: 0n, balance: 7n } },
    });
    const unknown = await v1.getAccountLedger({ ledger, address: "users:2" });
    expect(unknown.accountResponse?.data).toMatchObject({ address: "users:2", balances: {} });
    const found = await v1.listAccountsLedger({ ledger, metadata: { tier: "gold" } });
    expect(found.accountsCursorResponse?.cursor.data).toMatchObject([{ address: "users:1" }]);
    const count = await v1.countAccounts({ ledger, address: "users:..." });
    expect(count.headers["count"]).toEqual(["1"]);
  });

  test("have balances, one by one and together", async () => {
    const ledger = "balances";
    await create(ledger, posting("world", "a", 7n));
    const balances = await v1.getBalances({ ledger, pageSize: 10 });
    expect(balances.balancesCursorResponse?.cursor.data).toEqual([
      { a: { "USD/2": 7 } },
      { world: { "USD/2": -7 } },
    ]);
    const together = await v1.getBalancesAggregated({ ledger, address: "a" });
    expect(together.aggregateBalancesResponse?.data).toEqual({ "USD/2": 7 });
  });
});

test("logs of the kinds that v1 knows decode", async () => {
  const ledger = "logs";
  await create(ledger, posting("world", "a", 7n));
  await v1.addMetadataToAccount({ ledger, address: "a", requestBody: { k: "v" } });
  const logs = await v1.listLogs({ ledger, pageSize: 5 });
  const types = logs.logsCursorResponse?.cursor.data.map(({ type }) => type);
  expect(types).toEqual(["SET_METADATA", "NEW_TRANSACTION"]);
});

test("scripts are run, and their failures are answers", async () => {
  const plain = vars("account $d") + send("[USD/2 7]", "@world", "$d");
  const script = { plain, vars: { d: "a" }, reference: "r", metadata: { k: "v" } };
  const run = await v1.runScript({ ledger: "scripts", script });
  expect(run.scriptResponse?.transaction).toMatchObject({ txid: 1n, metadata: { k: "v" } });
  const again = await v1.runScript({ ledger: "scripts", script });
  expect(again.scriptResponse).toMatchObject({ errorCode: ErrorsEnum.Conflict });
  const none = await v1.runScript({ ledger: "scripts", script: { plain: "" } });
  expect(none.scriptResponse?.errorCode).toBe(ErrorsEnum.NoScript);
});

test("mappings are put and got; the SDK itself leaves their expressions out", async () => {
  const ledger = "mapping";
  const none = await v1.getMapping({ ledger });
  expect(none.mappingResponse?.data).toBeNull();
  const mapping = { contracts: [{ account: "credit:*", expr: {} }] };
  const put = await v1.updateMapping({ ledger, mapping });
  expect(put.mappingResponse?.data).toEqual(mapping);
  const got = await v1.getMapping({ ledger });
  expect(got.mappingResponse?.data).toEqual(mapping);
});

test("errors are v1's, decoded", async () => {
  const call = v1.createTransaction({
    ledger: "errors",
    postTransaction: { postings: [posting("a", "b", 1n)] },
  });
  const error = await call.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ErrorsErrorResponse);
  expect(error).toMatchObject({ errorCode: ErrorsEnum.InsufficientFund });
});
