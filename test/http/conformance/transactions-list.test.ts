/** Pages of transactions and their cursors, as the first half of api_transactions_list has them. */
import { describe, expect, test } from "vitest";
import { type Book, instant, MINUTE, posting, type Transaction } from "./book.ts";
import type { Query } from "./client.ts";
import { newBook } from "./servers.ts";

interface Given {
  readonly book: Book;
  /** As their creations answered, newest first. */
  readonly all: readonly Transaction[];
  readonly now: string;
}

/** Twenty transactions of two postings, their dates a minute apart. */
async function given(): Promise<Given> {
  const book = await newBook();
  const now = instant(0);
  const all: Transaction[] = [];
  for (let i = 0; i < 20; i++) {
    const to = `account:${i}`;
    const created = await book.create({
      postings: [posting("world", to, 100), posting("world", to, 100, "EUR")],
      timestamp: instant(-(20 - i) * MINUTE, now),
      reference: `ref-${i}`,
    });
    all.unshift(created);
  }
  return { book, all, now };
}

/** How lists show a transaction that is not expanded. */
function short(transactions: readonly Transaction[]): readonly object[] {
  return transactions.map((transaction) => {
    const core = Object.entries(transaction).filter(([name]) => !name.endsWith("Volumes"));
    return Object.fromEntries(core);
  });
}

function ids(transactions: readonly Transaction[]): readonly number[] {
  return transactions.map(({ id }) => id);
}

const FROM_WORLD = {
  $and: [{ $match: { source: "world" } }, { $not: { $exists: { metadata: "foo" } } }],
};

describe("api_transactions_list", () => {
  test("1: the oldest ten, whole", async () => {
    const { book, all } = await given();
    const query = { reverse: true, pageSize: 10, expand: "volumes,effectiveVolumes" };
    const { data } = await book.list<Transaction>("transactions", query);
    expect(data).toEqual(all.toReversed().slice(0, 10));
  });

  test("2: a sort with a direction is stronger than a reversal", async () => {
    const { book, all } = await given();
    const query = { reverse: true, pageSize: 10, sort: "timestamp:desc" };
    const page = await book.list<Transaction>("transactions", query);
    expect(page.pageSize).toBe(10);
    expect(page.data).toEqual(short(all.slice(0, 10)));
  });

  test("3: by date of insertion", async () => {
    const { book, all } = await given();
    const query = { pageSize: 10, sort: "inserted_at:desc" };
    const filter = { $lte: { inserted_at: instant(MINUTE) } };
    const { data } = await book.list<Transaction>("transactions", query, filter);
    expect(data).toEqual(short(all.slice(0, 10)));
  });

  test("4: a page may be larger than the one before", async () => {
    const { book, all } = await given();
    const first = await book.list<Transaction>("transactions", { pageSize: 5 });
    const query = { cursor: first.next ?? "", pageSize: 10 };
    const second = await book.list<Transaction>("transactions", query);
    expect(second.pageSize).toBe(10);
    expect(ids(second.data)).toEqual(ids(all.slice(5, 15)));
  });

  test("5: by reference, as of now", async () => {
    const { book, all, now } = await given();
    const query = { pit: now, pageSize: 10, expand: "volumes,effectiveVolumes" };
    const filter = { $match: { reference: "ref-0" } };
    const { data } = await book.list<Transaction>("transactions", query, filter);
    expect(data).toEqual(all.slice(-1));
  });

  describe("from world, without some metadata, as of now", () => {
    async function list({ book, now }: Given, query: Query = {}) {
      return book.list<Transaction>(
        "transactions",
        { pit: now, pageSize: 10, ...query },
        FROM_WORLD,
      );
    }

    test("6 and 7: by effective date, and the next page", async () => {
      const all = await given();
      const first = await list(all, { order: "effective" });
      expect(first.pageSize).toBe(10);
      expect(first.data).toEqual(short(all.all.slice(0, 10)));
      const query = { cursor: first.next ?? "" };
      const second = await all.book.list<Transaction>("transactions", query);
      expect(ids(second.data)).toEqual(ids(all.all.slice(10)));
    });

    test("8: newest first", async () => {
      const all = await given();
      const first = await list(all);
      expect(first).toMatchObject({ pageSize: 10, hasMore: true });
      expect(first.previous).toBeUndefined();
      expect(first.data).toEqual(short(all.all.slice(0, 10)));
    });

    test("9 and 10: what comes meanwhile does not shift the pages", async () => {
      const all = await given();
      const { book } = all;
      const first = await list(all);
      await book.create({ postings: [posting("world", "late", 100)], timestamp: instant(0) });
      const second = await book.list<Transaction>("transactions", { cursor: first.next ?? "" });
      expect(ids(second.data)).toEqual(ids(all.all.slice(10)));
      expect(second.next).toBeUndefined();
      const query = { cursor: second.previous ?? "" };
      const again = await book.list<Transaction>("transactions", query);
      expect(again.data).toEqual(first.data);
      expect(again.previous).toBeUndefined();
    });
  });

  describe("a cursor decodes to what was asked", () => {
    function decode(cursor: string | undefined): unknown {
      return JSON.parse(atob((cursor ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    }

    test.each([
      ["11", { $match: { source: "world" } }],
      ["12", { $and: [{ $match: { source: "world" } }, { $match: { destination: "account:" } }] }],
    ])("%s: %j", async (_, filter) => {
      const { book, all, now } = await given();
      const pit = `${now.slice(0, 19)}Z`;
      const { next } = await book.list("transactions", { pageSize: 10, pit }, filter);
      expect(next).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(decode(next)).toEqual({
        column: "id",
        order: 1,
        pageSize: 10,
        filters: { pit, oot: null, qb: filter, opts: null },
        bottom: 20,
        paginationID: all[10]?.id,
        reverse: false,
      });
    });
  });

  test("13: a field that there is not is refused", async () => {
    const { book } = await given();
    const answer = await book.call("GET", "/transactions", {
      body: { $match: { "invalid-key": 0 } },
    });
    expect(answer.fate).toBe("400 VALIDATION");
  });
});
