/**
 * The official SDK, unchanged, against a running server: every v2 operation of the core, with what
 * its strict schemas demand of our answers. (The v1 operations: v1-sdk.test.ts.)
 */
import { SDK } from "@formance/formance-sdk";
import { ErrorsV2ErrorResponse, V2ErrorsEnum } from "@formance/formance-sdk/sdk/models/ledger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";

let server: Server;
let v2: SDK["ledger"]["v2"];

beforeAll(async () => {
  server = await startServer();
  const sdk = new SDK({ serverURL: server.url });
  v2 = sdk.ledger.v2;
});
afterAll(() => server.stop());

const posting = (source: string, destination: string, amount: bigint, asset = "USD/2") => {
  return { source, destination, amount, asset };
};

async function newLedger(name: string): Promise<string> {
  await v2.createLedger({ ledger: name, v2CreateLedgerRequest: {} });
  return name;
}

async function create(ledger: string, ...postings: ReturnType<typeof posting>[]): Promise<bigint> {
  const created = await v2.createTransaction({
    ledger,
    v2PostTransaction: { postings, metadata: {} },
  });
  return created.v2CreateTransactionResponse?.data.id ?? -1n;
}

/** The error a call ends with; fails when it ends well. */
async function errorOf(call: Promise<unknown>): Promise<ErrorsV2ErrorResponse> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(ErrorsV2ErrorResponse);
  return outcome as ErrorsV2ErrorResponse;
}

describe("the server", () => {
  test("tells its name and version", async () => {
    const info = await v2.getInfo();
    expect(info.v2ConfigInfo?.server).toBe("ledger");
  });
});

describe("ledgers", () => {
  test("are created with bucket, metadata and features, read and listed", async () => {
    await v2.createLedger({
      ledger: "books",
      v2CreateLedgerRequest: {
        bucket: "shelf",
        metadata: { owner: "ann" },
        features: { HASH_LOGS: "DISABLED" },
      },
    });
    const { v2GetLedgerResponse } = await v2.getLedger({ ledger: "books" });
    expect(v2GetLedgerResponse?.data).toMatchObject({
      name: "books",
      bucket: "shelf",
      metadata: { owner: "ann" },
      features: { HASH_LOGS: "DISABLED", MOVES_HISTORY: "ON" },
    });
    const list = await v2.listLedgers({});
    const names = list.v2LedgerListResponse?.cursor.data.map(({ name }) => name);
    expect(names).toContain("books");
    const info = await v2.getLedgerInfo({ ledger: "books" });
    expect(info.v2LedgerInfoResponse?.data?.name).toBe("books");
  });

  test("have metadata that is set and deleted", async () => {
    const ledger = await newLedger("described");
    await v2.updateLedgerMetadata({ ledger, requestBody: { a: "1", b: "2" } });
    await v2.deleteLedgerMetadata({ ledger, key: "a" });
    const { v2GetLedgerResponse } = await v2.getLedger({ ledger });
    expect(v2GetLedgerResponse?.data.metadata).toEqual({ b: "2" });
  });

  test("keep their names", async () => {
    const ledger = await newLedger("taken");
    const error = await errorOf(v2.createLedger({ ledger, v2CreateLedgerRequest: {} }));
    expect(error.errorCode).toBe(V2ErrorsEnum.LedgerAlreadyExists);
  });
});

describe("transactions", () => {
  test("are created with everything they can have, and answer with their volumes", async () => {
    const ledger = await newLedger("full");
    const { v2CreateTransactionResponse } = await v2.createTransaction({
      ledger,
      v2PostTransaction: {
        postings: [posting("world", "users:ann", 100n), posting("users:ann", "shop", 40n)],
        reference: "order-1",
        timestamp: new Date("2024-01-15T10:30:00.100Z"),
        metadata: { kind: "sale" },
        accountMetadata: { "users:ann": { tier: "gold" } },
      },
    });
    const data = v2CreateTransactionResponse?.data;
    expect(data).toMatchObject({
      id: 1n,
      reference: "order-1",
      timestamp: new Date("2024-01-15T10:30:00.100Z"),
      metadata: { kind: "sale" },
      reverted: false,
      postCommitVolumes: { "users:ann": { "USD/2": { input: 100n, output: 40n, balance: 60n } } },
      preCommitVolumes: { shop: { "USD/2": { input: 0n, output: 0n, balance: 0n } } },
    });
    const { v2AccountResponse } = await v2.getAccount({ ledger, address: "users:ann" });
    expect(v2AccountResponse?.data.metadata).toEqual({ tier: "gold" });
  });

  test("are read, listed, filtered, counted", async () => {
    const ledger = await newLedger("listed");
    await create(ledger, posting("world", "a", 1n));
    await create(ledger, posting("world", "b", 2n));
    await create(ledger, posting("world", "c", 3n));
    const one = await v2.getTransaction({ ledger, id: 2n });
    expect(one.v2GetTransactionResponse?.data.postings).toEqual([posting("world", "b", 2n)]);

    const first = await v2.listTransactions({ ledger, pageSize: 2 });
    const cursor = first.v2TransactionsCursorResponse?.cursor;
    expect(cursor?.data.map(({ id }) => id)).toEqual([3n, 2n]);
    expect(cursor?.hasMore).toBe(true);
    const rest = await v2.listTransactions({ ledger, cursor: cursor?.next });
    expect(rest.v2TransactionsCursorResponse?.cursor.data.map(({ id }) => id)).toEqual([1n]);

    const query = { $match: { destination: "b" } };
    const filtered = await v2.listTransactions({ ledger, query });
    expect(filtered.v2TransactionsCursorResponse?.cursor.data.map(({ id }) => id)).toEqual([2n]);
    const counted = await v2.countTransactions({ ledger, query });
    expect(counted.headers["count"]).toEqual(["1"]);
  });

  test("have metadata that is set and deleted", async () => {
    const ledger = await newLedger("annotated");
    const id = await create(ledger, posting("world", "a", 1n));
    await v2.addMetadataOnTransaction({ ledger, id, requestBody: { a: "1", b: "2" } });
    await v2.deleteTransactionMetadata({ ledger, id, key: "a" });
    const { v2GetTransactionResponse } = await v2.getTransaction({ ledger, id });
    expect(v2GetTransactionResponse?.data.metadata).toEqual({ b: "2" });
  });

  test("are reverted once, with metadata, or at their own date", async () => {
    const ledger = await newLedger("reverted");
    const id = await create(ledger, posting("world", "a", 5n));
    const reverted = await v2.revertTransaction({ ledger, id });
    expect(reverted.v2CreateTransactionResponse?.data.postings).toEqual([
      posting("a", "world", 5n),
    ]);
    const again = await errorOf(v2.revertTransaction({ ledger, id }));
    expect(again.errorCode).toBe(V2ErrorsEnum.AlreadyRevert);
    const other = await create(ledger, posting("world", "a", 7n));
    const atDate = await v2.revertTransaction({
      ledger,
      id: other,
      atEffectiveDate: true,
      v2RevertTransactionRequest: { metadata: { why: "typo" } },
    });
    const original = await v2.getTransaction({ ledger, id: other });
    expect(atDate.v2CreateTransactionResponse?.data.metadata["why"]).toBe("typo");
    expect(atDate.v2CreateTransactionResponse?.data.timestamp).toEqual(
      original.v2GetTransactionResponse?.data.timestamp,
    );
    expect(original.v2GetTransactionResponse?.data.reverted).toBe(true);
  });

  test("that only try out change nothing", async () => {
    const ledger = await newLedger("tried");
    const tried = await v2.createTransaction({
      ledger,
      dryRun: true,
      v2PostTransaction: { postings: [posting("world", "a", 1n)], metadata: {} },
    });
    expect(tried.v2CreateTransactionResponse?.data.id).toBe(1n);
    const { v2StatsResponse } = await v2.readStats({ ledger });
    expect(v2StatsResponse?.data).toEqual({ transactions: 0n, accounts: 0 });
    expect(await create(ledger, posting("world", "a", 1n))).toBe(2n);
  });

  test("need funds unless they are forced", async () => {
    const ledger = await newLedger("poor");
    const v2PostTransaction = { postings: [posting("bob", "ann", 1n)], metadata: {} };
    const error = await errorOf(v2.createTransaction({ ledger, v2PostTransaction }));
    expect(error.errorCode).toBe(V2ErrorsEnum.InsufficientFund);
    const forced = await v2.createTransaction({ ledger, force: true, v2PostTransaction });
    expect(forced.v2CreateTransactionResponse?.data.postCommitVolumes?.["bob"]).toMatchObject({
      "USD/2": { balance: -1n },
    });
  });

  test("are retried under their key, and never doubled", async () => {
    const ledger = await newLedger("retried");
    const request = (amount: bigint) => ({
      ledger,
      idempotencyKey: "order-1",
      v2PostTransaction: { postings: [posting("world", "a", amount)], metadata: {} },
    });
    const first = await v2.createTransaction(request(1n));
    const second = await v2.createTransaction(request(1n));
    expect(first.headers["idempotency-hit"]).toBeUndefined();
    expect(second.headers["idempotency-hit"]).toEqual(["true"]);
    expect(second.v2CreateTransactionResponse).toEqual(first.v2CreateTransactionResponse);
    const error = await errorOf(v2.createTransaction(request(2n)));
    expect(error.errorCode).toBe(V2ErrorsEnum.Validation);
  });

  test("of a ledger that does not exist are not found", async () => {
    const error = await errorOf(v2.listTransactions({ ledger: "nowhere" }));
    expect(error.errorCode).toBe(V2ErrorsEnum.LedgerNotFound);
  });
});

describe("accounts and volumes", () => {
  test("accounts are read with their volumes, listed, counted", async () => {
    const ledger = await newLedger("accounts");
    await create(ledger, posting("world", "users:ann", 100n), posting("users:ann", "shop", 30n));
    const one = await v2.getAccount({ ledger, address: "users:ann", expand: "volumes" });
    expect(one.v2AccountResponse?.data.volumes).toEqual({
      "USD/2": { input: 100n, output: 30n, balance: 70n },
    });
    const effective = await v2.listAccounts({ ledger, expand: "volumes,effectiveVolumes" });
    const accounts = effective.v2AccountsCursorResponse?.cursor.data;
    expect(accounts?.map(({ address }) => address)).toEqual(["shop", "users:ann", "world"]);
    expect(accounts?.[0]?.effectiveVolumes).toEqual({
      "USD/2": { input: 30n, output: 0n, balance: 30n },
    });
    const counted = await v2.countAccounts({ ledger, query: { $match: { address: "users:" } } });
    expect(counted.headers["count"]).toEqual(["1"]);
  });

  test("metadata of accounts is set and deleted", async () => {
    const ledger = await newLedger("labelled");
    const address = "users:ann";
    await v2.addMetadataToAccount({ ledger, address, requestBody: { a: "1", b: "2" } });
    await v2.deleteAccountMetadata({ ledger, address, key: "a" });
    const { v2AccountResponse } = await v2.getAccount({ ledger, address });
    expect(v2AccountResponse?.data.metadata).toEqual({ b: "2" });
  });

  test("volumes are listed and grouped, balances aggregated, things counted", async () => {
    const ledger = await newLedger("volumes");
    await create(ledger, posting("world", "a:1", 100n), posting("world", "a:2", 50n));
    const volumes = await v2.getVolumesWithBalances({ ledger, groupBy: 1 });
    expect(volumes.v2VolumesWithBalanceCursorResponse?.cursor.data).toEqual([
      { account: "a", asset: "USD/2", input: 150n, output: 0n, balance: 150n },
      { account: "world", asset: "USD/2", input: 0n, output: 150n, balance: -150n },
    ]);
    const query = { $match: { address: "a:" } };
    const balances = await v2.getBalancesAggregated({ ledger, query });
    expect(balances.v2AggregateBalancesResponse?.data).toEqual({ "USD/2": 150n });
    const { v2StatsResponse } = await v2.readStats({ ledger });
    expect(v2StatsResponse?.data).toEqual({ transactions: 1n, accounts: 3 });
  });
});

describe("logs", () => {
  test("of every kind decode", async () => {
    const ledger = await newLedger("logged");
    const id = await create(ledger, posting("world", "a", 1n));
    await v2.addMetadataOnTransaction({ ledger, id, requestBody: { a: "1" } });
    await v2.deleteTransactionMetadata({ ledger, id, key: "a" });
    await v2.revertTransaction({ ledger, id });
    const { v2LogsCursorResponse } = await v2.listLogs({ ledger });
    const logs = v2LogsCursorResponse?.cursor.data ?? [];
    expect(logs.map(({ type }) => type)).toEqual([
      "REVERTED_TRANSACTION",
      "DELETE_METADATA",
      "SET_METADATA",
      "NEW_TRANSACTION",
    ]);
    expect(logs.every(({ hash }) => hash.length === 44)).toBe(true);
    const exported = await v2.exportLogs({ ledger });
    expect(exported.statusCode).toBe(200);
  });
});

describe("buckets", () => {
  test("are deleted and restored with their ledgers", async () => {
    await v2.createLedger({ ledger: "boxed", v2CreateLedgerRequest: { bucket: "box" } });
    await v2.deleteBucket({ bucket: "box" });
    const error = await errorOf(v2.readStats({ ledger: "boxed" }));
    expect(error.errorCode).toBe(V2ErrorsEnum.LedgerNotFound);
    await v2.restoreBucket({ bucket: "box" });
    expect((await v2.readStats({ ledger: "boxed" })).statusCode).toBe(200);
  });
});
