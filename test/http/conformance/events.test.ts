/**
 * What the original's suite hears on its broker, heard here by HTTP: the scenarios about events of
 * its files of accounts, bulks, transactions and the life of the server. Each type of event has a
 * strict shape.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LocalReceiver } from "../receiver.ts";
import { type Book, posting, type Transaction } from "./book.ts";
import { Client } from "./client.ts";
import { createLedger, newBook, Process, STRICT } from "./servers.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };

interface Event {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

let receiver: LocalReceiver;
beforeAll(async () => {
  receiver = await LocalReceiver.start();
});
afterAll(() => receiver.stop());

function publishing(): Record<string, string> {
  return { PUBLISHER_HTTP_ENABLED: "true", PUBLISHER_TOPIC_MAPPING: `*:${receiver.url}` };
}

/** What arrived for a ledger so far. */
function eventsOf(book: Book): readonly Event[] {
  return receiver.received
    .map(({ text }) => JSON.parse(text) as Event)
    .filter(({ payload }) => payload["ledger"] === book.name);
}

function typesOf(book: Book): readonly string[] {
  return eventsOf(book).map(({ type }) => type);
}

async function heard(book: Book, types: readonly string[]): Promise<readonly Event[]> {
  await vi.waitFor(() => expect(typesOf(book)).toEqual(types), PATIENCE);
  return eventsOf(book);
}

/** Amounts as numbers, which events have in any case: the reading of a creation without header. */
function asNumbers(transaction: object): unknown {
  const text = JSON.stringify(transaction);
  return JSON.parse(text.replaceAll(/"(amount|input|output|balance)":"(-?\d+)"/g, '"$1":$2'));
}

function payment(source: string, destination: string, amount = 100) {
  return { postings: [posting(source, destination, amount, "USD/2")] };
}

async function bulk(book: Book, elements: readonly object[], atomic = false): Promise<number> {
  const body = JSON.stringify(elements);
  return (await book.call("POST", "/_bulk", { query: { atomic }, body })).status;
}

describe("api_accounts_metadata", () => {
  test("3: metadata of an account is told", async () => {
    const book = await newBook(publishing());
    await book.describe("accounts/foo", { clientType: "gold" });
    const [event] = await heard(book, ["SAVED_METADATA"]);
    expect(event).toMatchObject({ app: "ledger", version: "v2", idempotency_key: "" });
    expect(event?.payload).toEqual({
      ledger: book.name,
      targetType: "ACCOUNT",
      targetId: "foo",
      metadata: { clientType: "gold" },
    });
  });
});

describe("api_bulk", () => {
  test.each([
    ["2", false],
    ["3", true],
  ])("%s: the elements of a bulk are told in their order, atomic %s", async (_, atomic) => {
    const book = await newBook(publishing());
    const target = { targetType: "TRANSACTION", targetId: 1 };
    const elements = [
      { action: "CREATE_TRANSACTION", data: payment("world", "bank") },
      { action: "ADD_METADATA", data: { ...target, metadata: { foo: "bar", role: "admin" } } },
      { action: "DELETE_METADATA", data: { ...target, key: "foo" } },
      { action: "REVERT_TRANSACTION", data: { id: 1, metadata: { foo: "bar" } } },
    ];
    expect(await bulk(book, elements, atomic)).toBe(200);
    const events = await heard(book, [
      "COMMITTED_TRANSACTIONS",
      "SAVED_METADATA",
      "DELETED_METADATA",
      "REVERTED_TRANSACTION",
    ]);
    expect(events[2]?.payload).toEqual({
      ledger: book.name,
      targetType: "TRANSACTION",
      targetId: "1",
      key: "foo",
    });
  });

  const POOR = [
    { action: "CREATE_TRANSACTION", data: payment("world", "bank") },
    { action: "CREATE_TRANSACTION", data: payment("bank", "user", 200) },
  ];

  test("8: what went before an element that fails is told, the failure is not", async () => {
    const book = await newBook(publishing());
    expect(await bulk(book, POOR)).toBe(400);
    await book.describe("accounts/last", {});
    const [event] = await heard(book, ["COMMITTED_TRANSACTIONS", "SAVED_METADATA"]);
    const created = await book.transaction(1, { expand: "volumes" });
    expect(event?.payload).toMatchObject({
      ledger: book.name,
      accountMetadata: {},
      transactions: [asNumbers(created)],
    });
  });

  test("9: nothing is told where nothing was committed", async () => {
    const book = await newBook(publishing());
    expect(await bulk(book, POOR, true)).toBe(400);
    await book.create(payment("world", "bank"), { query: { dryRun: true } });
    await book.describe("accounts/last", {});
    await heard(book, ["SAVED_METADATA"]);
  });
});

describe("api_transactions_create", () => {
  test("3: a transaction is told as its creation was answered", async () => {
    const book = await newBook(publishing());
    const created = await book.create({
      postings: [posting("world", "alice", 100)],
      metadata: { 'has "quotes"': "äöü €" },
      reference: "foo",
    });
    const [event] = await heard(book, ["COMMITTED_TRANSACTIONS"]);
    expect(event?.payload).toEqual({
      ledger: book.name,
      transactions: [asNumbers(created)],
      accountMetadata: {},
    });
  });
});

describe("api_transactions_revert", () => {
  test("3: a revert is told with both transactions", async () => {
    const book = await newBook(publishing());
    const created = await book.send("world", "alice", 100);
    const revert = (await book.revert(1)).data<Transaction>();
    const events = await heard(book, ["COMMITTED_TRANSACTIONS", "REVERTED_TRANSACTION"]);
    const { postCommitVolumes, preCommitVolumes } = created;
    const { id, postings, metadata, timestamp, insertedAt } = created;
    expect(events[1]?.payload).toEqual({
      ledger: book.name,
      revertTransaction: asNumbers(revert),
      revertedTransaction: asNumbers({
        id,
        postings,
        metadata,
        timestamp,
        insertedAt,
        postCommitVolumes,
        preCommitVolumes,
        updatedAt: revert.insertedAt,
        revertedAt: revert.timestamp,
        reverted: true,
      }),
    });
    expect(asNumbers(revert)).toMatchObject({
      metadata: { "com.formance.spec/state/reverts": "1" },
      postCommitEffectiveVolumes: {
        world: { USD: { input: 100, output: 100 } },
        alice: { USD: { input: 100, output: 100 } },
      },
    });
  });
});

describe("app_lifecycle", () => {
  test("3: what a server had no time to tell is told after a restart", async () => {
    const state = mkdtempSync(join(tmpdir(), "daybook-events-"));
    const flags = { ...STRICT, ...publishing(), WORKER_PIPELINES_PUSH_RETRY_PERIOD: "100ms" };
    const first = await Process.start(flags, state);
    const book = await createLedger(new Client(first.url), null, "restarted");
    receiver.answers = [(response) => response.destroy()];
    const writes = Array.from({ length: 60 }, (_, i) => book.send("world", "bank", i));
    await Promise.all(writes);
    expect(await first.end("SIGTERM")).toBe(0);

    receiver.received.length = 0;
    receiver.answers = [(response) => response.writeHead(204).end()];
    const second = await Process.start(flags, state);
    try {
      await heard(
        book,
        Array.from(writes, () => "COMMITTED_TRANSACTIONS"),
      );
    } finally {
      await second.end("SIGKILL");
      rmSync(state, { recursive: true, force: true });
    }
  });
});
