/** The log as it is listed, as api_logs_list has it. */
import { describe, expect, test } from "vitest";
import { type Book, type Log, posting, repeat, type Transaction } from "./book.ts";
import { createLedger, newBook } from "./servers.ts";

/** Two transactions and metadata on one ledger, one transaction on another. */
async function given(): Promise<Book> {
  const book = await newBook();
  const another = await createLedger(book.client);
  await book.create({
    postings: [posting("world", "foo:foo", 100)],
    timestamp: "2023-04-11T10:00:00Z",
  });
  await book.create({
    postings: [posting("world", "foo:bar", 200)],
    timestamp: "2023-04-12T10:00:00Z",
    metadata: { clientType: "silver" },
  });
  await another.send("world", "foo:foo", 100);
  await book.describe("accounts/foo:baz", { clientType: "gold" });
  return book;
}

function ids(logs: readonly Log[]): readonly number[] {
  return logs.map(({ id }) => id);
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: from - to + 1 }, (_, i) => from - i);
}

describe("api_logs_list", () => {
  test("1: sorted by date", async () => {
    const book = await given();
    expect(ids((await book.list<Log>("logs", { sort: "date:asc" })).data)).toEqual([1, 2, 3]);
  });

  test("2: only those of the ledger, each with its hash", async () => {
    const { data } = await (await given()).list<Log>("logs");
    expect(data).toHaveLength(3);
    expect(data.map(({ hash }) => atob(hash ?? "").length)).toEqual([32, 32, 32]);
  });

  test.each([
    ["3", "NEW_TRANSACTION", 2],
    ["4", "SET_METADATA", 1],
    ["5", "REVERTED_TRANSACTION", 0],
  ])("%s: of the type %s there are %i", async (_, type, count) => {
    const book = await given();
    const { data } = await book.list<Log>("logs", {}, { $match: { type } });
    expect(data.map((log) => log.type)).toEqual(repeat(type, count));
  });

  test("6: newest first, with all that was written", async () => {
    const { data } = await (await given()).list<Log>("logs");
    const transaction = (metadata: object, timestamp: string, to: string, amount: string) => ({
      type: "NEW_TRANSACTION",
      data: {
        accountMetadata: {},
        transaction: {
          metadata,
          timestamp,
          postings: [{ source: "world", destination: to, amount, asset: "USD" }],
        },
      },
    });
    const silver = { clientType: "silver" };
    expect(data).toMatchObject([
      {
        id: 3,
        type: "SET_METADATA",
        data: { targetType: "ACCOUNT", targetId: "foo:baz", metadata: { clientType: "gold" } },
      },
      { id: 2, ...transaction(silver, "2023-04-12T10:00:00Z", "foo:bar", "200") },
      { id: 1, ...transaction({}, "2023-04-11T10:00:00Z", "foo:foo", "100") },
    ]);
    expect(data[1]?.data["accountMetadata"]).toEqual({});
    expect(data[2]?.data["transaction"]).toMatchObject({ metadata: {} });
  });

  test("7 to 9: by pages, forth and back", async () => {
    const book = await newBook();
    for (let i = 0; i < 20; i++) {
      await book.send("world", `foo:${i}`, 100);
    }
    const first = await book.list<Log>("logs", { pageSize: 10 });
    expect(ids(first.data)).toEqual(range(20, 11));
    expect(first).toMatchObject({ pageSize: 10, hasMore: true });
    expect(first.previous).toBeUndefined();
    for (const [i, log] of first.data.entries()) {
      const { transaction, accountMetadata } = log.data as {
        transaction: Transaction;
        accountMetadata: object;
      };
      expect(log.type).toBe("NEW_TRANSACTION");
      expect(accountMetadata).toEqual({});
      expect(transaction.metadata).toEqual({});
      expect(transaction.postings).toEqual([
        { source: "world", destination: `foo:${19 - i}`, amount: "100", asset: "USD" },
      ]);
    }
    const second = await book.list<Log>("logs", { cursor: first.next ?? "" });
    expect(ids(second.data)).toEqual(range(10, 1));
    expect(second.next).toBeUndefined();
    const again = await book.list<Log>("logs", { cursor: second.previous ?? "" });
    expect(again.data).toEqual(first.data);
    expect(again.previous).toBeUndefined();
  });
});
