/** Transactions filtered and counted: the second half of api_transactions_list, and time zones. */
import { describe, expect, test } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import { type Book, HOUR, instant, MINUTE, posting, type Transaction } from "./book.ts";
import { newBook } from "./servers.ts";

const EXPANDED = { expand: "volumes,effectiveVolumes" };
const DATES = ["2023-04-10T10:00:00Z", "2023-04-11T10:00:00Z", "2023-04-12T10:00:00Z"] as const;

/** Three payments from world on three days, the first two with metadata. */
async function given(): Promise<{ book: Book; t: readonly Transaction[] }> {
  const book = await newBook();
  const targets = ["foo:foo", "foo:bar", "foo:baz"];
  const t: Transaction[] = [];
  for (const [i, timestamp] of DATES.entries()) {
    const metadata = i < 2 ? { foo: "bar" } : {};
    const postings = [posting("world", targets[i] ?? "", 100)];
    t.push(await book.create({ postings, metadata, timestamp }));
  }
  return { book, t };
}

/** Filters, and the ids they find, newest first. */
const MATRIX: readonly (readonly [Writable, readonly number[]])[] = [
  [null, [3, 2, 1]],
  [{ $match: { account: "foo:" } }, [3, 2, 1]],
  [{ $match: { account: "not_existing" } }, []],
  [{ $match: { destination: ":baz" } }, [3]],
  [{ $match: { destination: "not_existing" } }, []],
  [{ $match: { source: "foo:" } }, []],
  [{ $match: { source: "world" } }, [3, 2, 1]],
  [{ $match: { "metadata[foo]": "bar" } }, [2, 1]],
  [{ $match: { "metadata[foo]": "not_existing" } }, []],
  [{ $gte: { timestamp: DATES[1] } }, [3, 2]],
  [{ $gte: { timestamp: DATES[2] } }, [3]],
  [{ $gte: { timestamp: instant(0) } }, []],
  [{ $lt: { timestamp: DATES[2] } }, [2, 1]],
  [{ $lt: { timestamp: DATES[1] } }, [1]],
  [{ $lt: { timestamp: "2023-04-09T00:00:00Z" } }, []],
  [{ $not: { $match: { account: "foo:bar" } } }, [3, 1]],
  [{ $in: { account: ["foo:foo", "foo:bar"] } }, [2, 1]],
  [{ $in: { source: ["world"] } }, [3, 2, 1]],
  [{ $in: { destination: ["foo:foo", "foo:baz"] } }, [3, 1]],
  [{ $in: { account: ["no", "body"] } }, []],
];

describe("api_transactions_list", () => {
  test("14 and 15: they are counted and listed by whatever they have", async () => {
    const { book, t } = await given();
    for (const [filter, ids] of MATRIX) {
      const expected = ids.map((id) => t[id - 1]);
      const { data } = await book.list("transactions", EXPANDED, filter);
      expect({ filter, data }).toEqual({ filter, data: expected });
      expect({ filter, count: await book.count("transactions", filter) }).toEqual({
        filter,
        count: ids.length,
      });
    }
  });

  test("16 to 22: by the date of their revert, which others do not have", async () => {
    const { book } = await given();
    const revert = (await book.revert(2)).data<Transaction>();
    const [before, after] = [instant(-MINUTE), instant(MINUTE)];
    expect(revert.timestamp > before && revert.timestamp < after).toBe(true);
    const cases: readonly [Writable, readonly number[]][] = [
      [{ $gte: { reverted_at: before } }, [2]],
      [{ $lte: { reverted_at: after } }, [2]],
      [{ $gte: { reverted_at: after } }, []],
      [{ $lte: { reverted_at: before } }, []],
    ];
    for (const [filter, ids] of cases) {
      const { data } = await book.list<Transaction>("transactions", {}, filter);
      expect({ filter, ids: data.map(({ id }) => id) }).toEqual({ filter, ids });
      expect(await book.count("transactions", filter)).toBe(ids.length);
    }
  });

  test("23: each is read; one that there is not is not found", async () => {
    const { book, t } = await given();
    for (const { id, metadata, timestamp } of t) {
      const expected = { id, metadata, timestamp };
      expect(await book.transaction(id, EXPANDED)).toMatchObject(expected);
    }
    expect((await book.get("/transactions/666")).fate).toBe("404 NOT_FOUND");
  });

  test("24 and 25: an empty ledger counts and lists none", async () => {
    const book = await newBook();
    expect(await book.count("transactions")).toBe(0);
    expect((await book.list("transactions")).data).toEqual([]);
  });
});

describe("api_transactions_list_timezone", () => {
  test("1: a date is an instant, whatever zone it is written in", async () => {
    const book = await newBook();
    const timestamp = "2023-04-11T12:00:00Z";
    await book.create({ postings: [posting("world", "bank", 100)], timestamp });
    const before = (date: string) => book.count("transactions", { $lt: { timestamp: date } });
    expect(await before("2023-04-11T14:00:00+04:00")).toBe(0);
    expect(await before("2023-04-11T10:00:00Z")).toBe(0);
    expect(await before("2023-04-11T16:00:01+04:00")).toBe(1);
    expect(await before(instant(HOUR, timestamp))).toBe(1);
  });
});
