/** The first dialect, as the v1_api files of the original's suite speak it. */
import { describe, expect, test } from "vitest";
import { type Account, type Book, instant, type Log, posting, type Transaction } from "./book.ts";
import type { Answer, Call, Page, Query } from "./client.ts";
import { newBook } from "./servers.ts";

function call(book: Book, method: string, path: string, rest: Call = {}): Promise<Answer> {
  return book.client.call(method, `/${book.name}${path}`, rest);
}

async function list<T>(book: Book, what: string, query: Query = {}): Promise<Page<T>> {
  return (await call(book, "GET", `/${what}`, { query })).page();
}

type Paid = Transaction & { readonly txid: number };

async function pay(book: Book, to: string, rest: object = {}, amount: number | bigint = 100) {
  const body = { postings: [posting("world", to, amount)], ...rest };
  const [paid] = (await call(book, "POST", "/transactions", { body })).data<readonly Paid[]>();
  return paid;
}

/** The first and the second ten of twenty; back on the first it is the same. */
async function pages<T>(book: Book, what: string): Promise<readonly Page<T>[]> {
  const first = await list<T>(book, what, { pageSize: 10 });
  const second = await list<T>(book, what, { cursor: first.next ?? "" });
  const again = await list<T>(book, what, { cursor: second.previous ?? "" });
  expect(first).toMatchObject({ pageSize: 10, hasMore: true });
  expect(first.previous).toBeUndefined();
  expect(second.next).toBeUndefined();
  expect(again.data).toEqual(first.data);
  expect(again.previous).toBeUndefined();
  return [first, second];
}

describe("v1_api_accounts_list", () => {
  async function given(): Promise<Book> {
    const book = await newBook();
    for (const [address, clientType] of [
      ["foo:foo", "gold"],
      ["foo:bar", "silver"],
    ] as const) {
      const body = { clientType };
      expect((await call(book, "POST", `/accounts/${address}/metadata`, { body })).status).toBe(
        204,
      );
    }
    await pay(book, "foo:foo", {}, 10n ** 87n - 1n);
    return book;
  }

  async function found(book: Book, query: Query = {}): Promise<readonly unknown[]> {
    const { data } = await list<Account>(book, "accounts", query);
    return data.map(({ address, metadata }) => [address, metadata]);
  }

  const BAR = ["foo:bar", { clientType: "silver" }];
  const FOO = ["foo:foo", { clientType: "gold" }];

  test("1: they are counted", async () => {
    const answer = await call(await given(), "HEAD", "/accounts");
    expect(answer).toMatchObject({ status: 204, headers: { count: "3" } });
  });

  test("2: they are listed", async () => {
    expect(await found(await given())).toEqual([BAR, FOO, ["world", {}]]);
  });

  test("3: by open addresses", async () => {
    const book = await given();
    expect(await found(book, { address: "foo:" })).toEqual([BAR, FOO]);
    expect(await found(book, { address: ":foo" })).toEqual([FOO]);
  });

  test("4: by metadata", async () => {
    expect(await found(await given(), { "metadata[clientType]": "gold" })).toEqual([FOO]);
  });

  test("5 and 6: an empty ledger counts and lists none", async () => {
    const book = await newBook();
    expect((await call(book, "HEAD", "/accounts")).headers["count"]).toBe("0");
    expect(await found(book)).toEqual([]);
  });

  test("7 to 9: by pages, forth and back", async () => {
    const book = await newBook();
    const all = Array.from({ length: 20 }, (_, i) => `foo:${String(i).padStart(2, "0")}`);
    for (const address of all) {
      await call(book, "POST", `/accounts/${address}/metadata`, { body: { foo: "bar" } });
    }
    const [first, second] = await pages<Account>(book, "accounts");
    expect(first?.data.map(({ address }) => address)).toEqual(all.slice(0, 10));
    expect(second?.data.map(({ address }) => address)).toEqual(all.slice(10));
  });
});

describe("v1_api_balances", () => {
  test("1: of one address", async () => {
    const book = await newBook();
    for (let i = 0; i < 20; i++) {
      await pay(book, `foo:${i}`);
    }
    const { data } = await list(book, "balances", { address: "world" });
    expect(data).toEqual([{ world: { USD: -2000 } }]);
  });
});

describe("v1_api_logs_list", () => {
  test("1: newest first, with all that was written", async () => {
    const book = await newBook();
    await pay(book, "foo:foo", { timestamp: "2023-04-11T10:00:00Z" });
    const metadata = { clientType: "silver" };
    await pay(book, "foo:bar", { timestamp: "2023-04-12T10:00:00Z", metadata }, 200);
    await book.describe("accounts/foo:baz", { clientType: "gold" });

    const { data } = await list<Log>(book, "logs");
    expect(data.map(({ id, type }) => `${id} ${type}`)).toEqual([
      "3 SET_METADATA",
      "2 NEW_TRANSACTION",
      "1 NEW_TRANSACTION",
    ]);
    expect(data.every(({ hash }) => hash !== null && hash !== "")).toBe(true);
    expect(data[0]?.data).toEqual({
      targetType: "ACCOUNT",
      targetId: "foo:baz",
      metadata: { clientType: "gold" },
    });
    const made = (log: Log | undefined): unknown => log?.data["transaction"];
    expect(made(data[1])).toMatchObject({
      timestamp: "2023-04-12T10:00:00Z",
      metadata,
      postings: [posting("world", "foo:bar", 200)],
    });
    expect(made(data[2])).toMatchObject({
      timestamp: "2023-04-11T10:00:00Z",
      metadata: {},
      postings: [posting("world", "foo:foo", 100)],
    });
    expect(data.slice(1).map((log) => log.data["accountMetadata"])).toEqual([{}, {}]);
  });

  test("2 to 4: by pages, forth and back", async () => {
    const book = await newBook();
    for (let i = 0; i < 20; i++) {
      await pay(book, `foo:${i}`);
    }
    const found = (await pages<Log>(book, "logs")).map(({ data }) => data.map(({ id }) => id));
    expect(found).toEqual([
      [20, 19, 18, 17, 16, 15, 14, 13, 12, 11],
      [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    ]);
  });
});

describe("v1_api_transactions_list", () => {
  async function given(): Promise<{ book: Book; all: readonly Partial<Paid>[] }> {
    const book = await newBook();
    const all: Partial<Paid>[] = [];
    for (let i = 0; i < 20; i++) {
      const paid = await pay(book, `foo:${i}`, { reference: `ref-${i}` });
      all.unshift(withoutEffective(paid));
    }
    return { book, all };
  }

  /** Lists of v1 always have volumes, and never effective ones. */
  function withoutEffective(paid: Paid | undefined): Partial<Paid> {
    const kept = Object.entries(paid ?? {}).filter(([name]) => !name.includes("Effective"));
    return Object.fromEntries(kept);
  }

  test("1: a page may be larger than the one before", async () => {
    const { book, all } = await given();
    const first = await list<Paid>(book, "transactions", { pageSize: 5 });
    const query = { cursor: first.next ?? "", pageSize: 10 };
    expect((await list<Paid>(book, "transactions", query)).data).toEqual(all.slice(5, 15));
  });

  test("2: by source, date and reference", async () => {
    const { book, all } = await given();
    const query = { source: "world", endTime: instant(1000), reference: "ref-0" };
    expect((await list<Paid>(book, "transactions", query)).data).toEqual(all.slice(-1));
  });

  test("3 to 5: by pages, forth and back", async () => {
    const { book, all } = await given();
    const [first, second] = await pages<Paid>(book, "transactions");
    expect(first?.data).toEqual(all.slice(0, 10));
    expect(second?.data).toEqual(all.slice(10));
  });
});
