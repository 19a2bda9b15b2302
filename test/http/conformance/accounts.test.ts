/** Accounts, as api_accounts_list and api_accounts_metadata have them. */
import { describe, expect, test } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import {
  type Account,
  type Book,
  HOUR,
  instant,
  MINUTE,
  posting,
  type Transaction,
  volume,
} from "./book.ts";
import { newBook } from "./servers.ts";

const HUGE = 10n ** 87n - 1n;

function addresses(accounts: readonly Account[]): readonly string[] {
  return accounts.map(({ address }) => address);
}

describe("api_accounts_list", () => {
  /** One huge payment, dated on a full second, and metadata of two accounts. */
  async function given(): Promise<{ book: Book; paid: Transaction }> {
    const book = await newBook();
    const paid = await book.create({
      postings: [posting("world", "foo:foo", HUGE)],
      timestamp: `${instant(0).slice(0, 19)}Z`,
    });
    await book.describe("accounts/foo:foo", { clientType: "gold" });
    await book.describe("accounts/foo:bar", { clientType: "silver" });
    return { book, paid };
  }

  async function found(book: Book, filter: Writable): Promise<readonly string[]> {
    return addresses((await book.list<Account>("accounts", {}, filter)).data);
  }

  test("1: a field that there is not is refused", async () => {
    const { book } = await given();
    const answer = await book.call("GET", "/accounts", { body: { $match: { "invalid-key": 0 } } });
    expect(answer.fate).toBe("400 VALIDATION");
  });

  test("2: a balance of 87 digits is compared exactly", async () => {
    const { book } = await given();
    const within = (least: bigint, most: bigint) => ({
      $and: [{ $gte: { "balance[USD]": least } }, { $lte: { "balance[USD]": most } }],
    });
    const list = async (least: bigint, most: bigint) => {
      return (await book.list<Account>("accounts", {}, within(least, most))).data;
    };
    expect(addresses(await list(HUGE, HUGE))).toEqual(["foo:foo"]);
    expect(await list(HUGE + 1n, HUGE + 1n)).toEqual([]);
    expect(await list(HUGE - 1n, HUGE - 1n)).toEqual([]);
  });

  test("3: they are counted", async () => {
    const { book } = await given();
    expect(await book.count("accounts")).toBe(3);
  });

  test("4: they are listed by address, with dates, metadata and volumes", async () => {
    const { book, paid } = await given();
    const { data } = await book.list<Account>("accounts", { expand: "volumes" });
    const [bar, foo, world] = data;
    expect(data).toEqual([
      {
        address: "foo:bar",
        metadata: { clientType: "silver" },
        firstUsage: bar?.insertionDate,
        insertionDate: bar?.insertionDate,
        updatedAt: bar?.insertionDate,
      },
      {
        address: "foo:foo",
        metadata: { clientType: "gold" },
        firstUsage: paid.timestamp,
        insertionDate: paid.insertedAt,
        updatedAt: foo?.updatedAt,
        volumes: { USD: volume(HUGE, 0) },
      },
      {
        address: "world",
        metadata: {},
        firstUsage: paid.timestamp,
        insertionDate: paid.insertedAt,
        updatedAt: paid.insertedAt,
        volumes: { USD: volume(0, HUGE) },
      },
    ]);
    expect(foo?.updatedAt).not.toBe(paid.insertedAt);
    expect(world?.updatedAt).toBe(paid.updatedAt);
  });

  test("5: they are sorted by first usage", async () => {
    const { book } = await given();
    const sorted = { sort: "first_usage:asc", expand: "volumes" };
    const { data } = await book.list<Account>("accounts", sorted);
    expect(addresses(data).toSorted()).toEqual(["foo:bar", "foo:foo", "world"]);
    expect(data.at(-1)?.address).toBe("foo:bar");
  });

  test("6: those inserted up to a date", async () => {
    const { book, paid } = await given();
    const filter = { $lte: { insertion_date: paid.insertedAt } };
    const { data } = await book.list<Account>("accounts", { sort: "insertion_date:asc" }, filter);
    expect(addresses(data).toSorted()).toEqual(["foo:foo", "world"]);
  });

  test("7: those updated last up to a date", async () => {
    const { book, paid } = await given();
    const filter = { $lte: { updated_at: paid.insertedAt } };
    const { data } = await book.list<Account>("accounts", { sort: "updated_at:asc" }, filter);
    expect(addresses(data)).toEqual(["world"]);
  });

  test("8: a segment left open in an address stands for any", async () => {
    const { book } = await given();
    const { data } = await book.list<Account>("accounts", {}, { $match: { address: "foo:" } });
    expect(data.map(({ address, metadata }) => ({ address, metadata }))).toEqual([
      { address: "foo:bar", metadata: { clientType: "silver" } },
      { address: "foo:foo", metadata: { clientType: "gold" } },
    ]);
    expect(await found(book, { $match: { address: ":foo" } })).toEqual(["foo:foo"]);
  });

  test("9: by metadata", async () => {
    const { book } = await given();
    expect(await found(book, { $match: { "metadata[clientType]": "gold" } })).toEqual(["foo:foo"]);
  });

  test("10: by what they are not", async () => {
    const { book } = await given();
    const filter = { $not: { $match: { address: "world" } } };
    expect(await found(book, filter)).toEqual(["foo:bar", "foo:foo"]);
  });

  test("11: by a list of addresses", async () => {
    const { book } = await given();
    const filter = { $in: { address: ["foo:foo", "foo:bar"] } };
    expect(await found(book, filter)).toEqual(["foo:bar", "foo:foo"]);
  });

  test("12: a list of addresses is counted", async () => {
    const { book } = await given();
    expect(await book.count("accounts", { $in: { address: ["foo:foo", "foo:bar"] } })).toBe(2);
    expect(await book.count("accounts", { $in: { address: ["no", "body"] } })).toBe(0);
  });

  test("13: an empty ledger counts none", async () => {
    expect(await (await newBook()).count("accounts")).toBe(0);
  });

  test("14: an empty ledger lists none", async () => {
    const { data } = await (await newBook()).list("accounts");
    expect(data).toEqual([]);
  });

  describe("twenty of them, moved nothing by nineteen transactions", () => {
    async function twenty(): Promise<{ book: Book; all: readonly Partial<Account>[] }> {
      const book = await newBook();
      const paid: Transaction[] = [];
      for (let i = 0; i < 19; i++) {
        paid.push(await book.send("world", `foo:${i}`, 0));
      }
      const created = paid.map(({ insertedAt }, i) => [`foo:${i}`, insertedAt] as const);
      const all = [...created, ["world", paid[0]?.insertedAt ?? ""] as const]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([address, date]) => ({
          address,
          metadata: {},
          firstUsage: date,
          insertionDate: date,
          updatedAt: date,
        }));
      return { book, all };
    }

    test("15: the first page has a next and no previous", async () => {
      const { book, all } = await twenty();
      const first = await book.list<Account>("accounts", { pageSize: 10 });
      expect(typeof first.next).toBe("string");
      expect(first).toEqual({
        pageSize: 10,
        hasMore: true,
        next: first.next,
        data: all.slice(0, 10),
      });
    });

    test("16: the next page has the rest and no next", async () => {
      const { book, all } = await twenty();
      const first = await book.list<Account>("accounts", { pageSize: 10 });
      const second = await book.list<Account>("accounts", { cursor: first.next ?? "" });
      expect(second.data).toEqual(all.slice(10));
      expect(second.next).toBeUndefined();
    });

    test("17: back on the first page there is no previous", async () => {
      const { book } = await twenty();
      const first = await book.list<Account>("accounts", { pageSize: 10 });
      const second = await book.list<Account>("accounts", { cursor: first.next ?? "" });
      const again = await book.list<Account>("accounts", { cursor: second.previous ?? "" });
      expect(again.data).toEqual(first.data);
      expect(again.previous).toBeUndefined();
    });
  });

  test("18: effective volumes at a date leave out what is dated after it", async () => {
    const book = await newBook();
    for (const after of [-12 * HOUR, 12 * HOUR]) {
      await book.create({ postings: [posting("world", "foo", 100)], timestamp: instant(after) });
    }
    const pit = instant(MINUTE);
    const account = await book.account("foo", { pit, expand: "effectiveVolumes" });
    expect(account.effectiveVolumes).toEqual({ USD: volume(100, 0) });
  });
});

describe("api_accounts_metadata", () => {
  test("1: metadata makes an account known", async () => {
    const book = await newBook();
    await book.describe("accounts/foo", { clientType: "gold" });
    expect(await book.account("foo")).toMatchObject({
      address: "foo",
      metadata: { clientType: "gold" },
    });
  });

  test("2: metadata given again replaces what it names", async () => {
    const book = await newBook();
    await book.describe("accounts/foo", { clientType: "gold" });
    await book.describe("accounts/foo", { clientType: "silver" });
    expect((await book.account("foo")).metadata).toEqual({ clientType: "silver" });
  });

  test("4 and 5: no metadata at all makes an account known, and may come again", async () => {
    const book = await newBook();
    for (const _ of [1, 2]) {
      await book.describe("accounts/foo", null);
      expect(await book.account("foo")).toMatchObject({ address: "foo", metadata: {} });
    }
  });

  test("6: the same under the same key succeeds twice", async () => {
    const book = await newBook();
    for (const _ of [1, 2]) {
      await book.describe("accounts/foo", { clientType: "gold" }, { key: "k" });
    }
    expect((await book.account("foo")).metadata).toEqual({ clientType: "gold" });
  });

  test("7: other metadata under the same key is refused", async () => {
    const book = await newBook();
    await book.describe("accounts/foo", { clientType: "gold" }, { key: "k" });
    const answer = await book.post("/accounts/foo/metadata", { clientType: "x" }, { key: "k" });
    expect(answer.fate).toBe("400 VALIDATION");
  });

  test("8: a deletion under the same key succeeds twice", async () => {
    const book = await newBook();
    await book.describe("accounts/foo", { type: "user", tier: "premium" });
    for (const _ of [1, 2]) {
      expect((await book.deleteMetadata("accounts/foo", "type", { key: "k" })).fate).toBe("204");
    }
    expect((await book.account("foo")).metadata).toEqual({ tier: "premium" });
  });

  test("9: the deletion of another name under the same key is refused", async () => {
    const book = await newBook();
    await book.describe("accounts/foo", { type: "user", tier: "premium" });
    expect((await book.deleteMetadata("accounts/foo", "type", { key: "k" })).fate).toBe("204");
    const answer = await book.deleteMetadata("accounts/foo", "tier", { key: "k" });
    expect(answer.fate).toBe("400 VALIDATION");
    expect((await book.account("foo")).metadata).toEqual({ tier: "premium" });
  });
});
