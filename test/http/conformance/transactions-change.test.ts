/** Transactions described, reverted and rehearsed, as the original's suite does it. */
import { describe, expect, test } from "vitest";
import { type Account, type Book, posting, type Transaction } from "./book.ts";
import { newBook } from "./servers.ts";

const KEY = { key: "k" };

async function given(): Promise<Book> {
  const book = await newBook();
  await book.send("world", "alice", 100);
  return book;
}

describe("api_transactions_metadata", () => {
  async function metadata(book: Book): Promise<unknown> {
    return (await book.transaction(1)).metadata;
  }

  test("1: of a transaction that there is not it is refused", async () => {
    const book = await given();
    const answer = await book.post("/transactions/666/metadata", { foo: "bar" });
    expect(answer.fate).toBe("404 NOT_FOUND");
  });

  test("2: it is added", async () => {
    const book = await given();
    await book.describe("transactions/1", { foo: "bar" });
    expect(await metadata(book)).toEqual({ foo: "bar" });
  });

  test("3: its deletion under the same key succeeds twice", async () => {
    const book = await given();
    await book.describe("transactions/1", { foo: "bar" });
    for (const _ of [1, 2]) {
      expect((await book.deleteMetadata("transactions/1", "foo", KEY)).fate).toBe("204");
    }
    expect(await metadata(book)).toEqual({});
  });

  test("4: the deletion of another name under the same key is refused", async () => {
    const book = await given();
    await book.describe("transactions/1", { foo: "bar", baz: "qux" });
    expect((await book.deleteMetadata("transactions/1", "foo", KEY)).fate).toBe("204");
    expect((await book.deleteMetadata("transactions/1", "baz", KEY)).fate).toBe("400 VALIDATION");
    expect(await metadata(book)).toEqual({ baz: "qux" });
  });

  test("5: the same under the same key succeeds twice", async () => {
    const book = await given();
    for (const _ of [1, 2]) {
      await book.describe("transactions/1", { foo: "bar" }, KEY);
    }
    expect(await metadata(book)).toEqual({ foo: "bar" });
  });

  test("6: other metadata under the same key is refused", async () => {
    const book = await given();
    await book.describe("transactions/1", { foo: "bar" }, KEY);
    const answer = await book.post("/transactions/1/metadata", { foo: "baz" }, KEY);
    expect(answer.fate).toBe("400 VALIDATION");
    expect(await metadata(book)).toEqual({ foo: "bar" });
  });
});

describe("api_transactions_revert", () => {
  const REVERTS = { "com.formance.spec/state/reverts": "1" };

  async function spent(): Promise<Book> {
    const book = await given();
    await book.send("alice", "foo", 100);
    return book;
  }

  test("1: what was spent is not given back", async () => {
    const book = await spent();
    expect((await book.revert(1)).fate).toBe("400 INSUFFICIENT_FUND");
    expect((await book.transaction(1)).reverted).toBe(false);
  });

  test("2: unless it is forced", async () => {
    const book = await spent();
    expect((await book.revert(1, { force: true })).data<Transaction>().id).toBe(3);
  });

  test("4: a transaction is reverted by another", async () => {
    const book = await given();
    const revert = (await book.revert(1)).data<Transaction>();
    expect(revert).toMatchObject({
      metadata: REVERTS,
      postings: [{ source: "alice", destination: "world", amount: "100", asset: "USD" }],
    });
    expect(await book.transaction(1)).toMatchObject({
      reverted: true,
      revertedAt: revert.timestamp,
      updatedAt: revert.insertedAt,
    });
  });

  test("5: which has metadata", async () => {
    const book = await given();
    const answer = await book.revert(1, {}, { body: { metadata: { foo: "bar" } } });
    const { id } = answer.data<Transaction>();
    expect((await book.transaction(id)).metadata).toEqual({ ...REVERTS, foo: "bar" });
  });

  test("6: but not again", async () => {
    const book = await given();
    expect((await book.revert(1)).status).toBe(201);
    expect((await book.revert(1)).fate).toBe("400 ALREADY_REVERT");
  });

  test("7: at its own date", async () => {
    const book = await given();
    const { timestamp } = await book.transaction(1);
    const revert = (await book.revert(1, { atEffectiveDate: true })).data<Transaction>();
    expect(revert.timestamp).toBe(timestamp);
    expect(await book.transaction(1)).toMatchObject({ reverted: true, timestamp });
  });

  test("8: or only rehearsed", async () => {
    const book = await given();
    expect((await book.revert(1, { dryRun: true })).status).toBe(201);
    expect((await book.transaction(1)).reverted).toBe(false);
  });

  test("9: an account that only handed on needs no funds", async () => {
    const book = await newBook();
    await book.send("world", "walter", 10);
    const passed = await book.create({
      postings: [posting("walter", "wendy", 10), posting("wendy", "world", 10)],
    });
    const answer = await book.revert(passed.id, { atEffectiveDate: true });
    expect(answer.status).toBe(201);
    const { timestamp } = passed;
    expect(await book.transaction(passed.id)).toMatchObject({ reverted: true, timestamp });
  });

  test("10: two reverts do not share a key", async () => {
    const book = await given();
    await book.send("world", "bob", 100);
    expect((await book.revert(1, {}, KEY)).status).toBe(201);
    expect((await book.revert(2, {}, KEY)).fate).toBe("400 VALIDATION");
  });
});

describe("api_transactions_dry_run_accounts", () => {
  test("1 to 3: a rehearsal of the past leaves nothing", async () => {
    const book = await given();
    const before = await book.list<Account>("accounts");
    const body = {
      postings: [posting("world", "ghost", 100)],
      timestamp: "2020-01-01T00:00:00Z",
    };
    await book.create(body, { query: { dryRun: true } });
    expect(await book.count("transactions")).toBe(1);
    expect((await book.get("/accounts/ghost")).fate).toBe("404 NOT_FOUND");
    expect(await book.list<Account>("accounts")).toEqual(before);
  });
});
