/** Ledgers created, listed and described, as api_ledgers_create, _list and _metadata have it. */
import { describe, expect, test } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import type { Client, Metadata } from "./client.ts";
import { createLedger, newBook, newName, serve } from "./servers.ts";

interface Ledger {
  readonly name: string;
  readonly metadata: Metadata;
}

const MINIMAL = {
  MOVES_HISTORY: "OFF",
  MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED",
  HASH_LOGS: "DISABLED",
  ACCOUNT_METADATA_HISTORY: "DISABLED",
  TRANSACTION_METADATA_HISTORY: "DISABLED",
};
const PLAIN = { EXPERIMENTAL_FEATURES: "false" };
const EXPERIMENTAL = { EXPERIMENTAL_FEATURES: "true" };

async function creation(client: Client, body: Writable, name = newName()): Promise<string> {
  const path = `/v2/${encodeURIComponent(name)}`;
  return (await client.call("POST", path, { body })).fate;
}

describe("api_ledgers_create", () => {
  test("1: without experimental features, one that asks for nothing", async () => {
    expect(await creation(await serve(PLAIN), {})).toBe("204");
  });

  test("2: but not one with fewer features", async () => {
    expect(await creation(await serve(PLAIN), { features: MINIMAL })).toBe("400 VALIDATION");
  });

  test("3: with experimental features, one that asks for nothing", async () => {
    expect(await creation(await serve(EXPERIMENTAL), {})).toBe("204");
  });

  test("4: and one with fewer features", async () => {
    expect(await creation(await serve(EXPERIMENTAL), { features: MINIMAL })).toBe("204");
  });

  test.each([
    ["5", "a value that a feature does not have", { ...MINIMAL, HASH_LOGS: "MAYBE" }],
    ["6", "a feature that there is not", { ...MINIMAL, foo: "ON" }],
  ])("%s: %s is refused", async (_, __, features) => {
    expect(await creation(await serve(EXPERIMENTAL), { features })).toBe("400 VALIDATION");
  });

  test("7: a name is given once", async () => {
    const book = await newBook();
    expect(await creation(book.client, {}, book.name)).toBe("400 LEDGER_ALREADY_EXISTS");
  });

  test("8: a bucket's name has at most 63 characters", async () => {
    const client = await serve();
    expect(await creation(client, { bucket: "b".repeat(64) })).toBe("400 VALIDATION");
    expect(await creation(client, { bucket: "b".repeat(63) })).toBe("204");
  });

  test("9: metadata is kept", async () => {
    const book = await newBook({}, { metadata: { foo: "bar" } });
    expect((await book.get("")).data()).toMatchObject({ metadata: { foo: "bar" } });
  });

  test("10: a name has no backslashes", async () => {
    expect(await creation(await serve(), {}, "invalid\\name\\here")).toBe("400 VALIDATION");
  });

  test("11: nor has a bucket's", async () => {
    expect(await creation(await serve(), { bucket: "invalid\\bucket" })).toBe("400 VALIDATION");
  });

  test("12: in a bucket", async () => {
    expect(await creation(await serve(), { bucket: "bucket0" })).toBe("204");
  });

  test("13: many at once in a new bucket, each with ids of its own", async () => {
    const client = await serve();
    const bucket = newName("bucket");
    const books = await Promise.all(
      Array.from({ length: 10 }, () => createLedger(client, { bucket })),
    );
    for (const book of books) {
      expect((await book.send("world", "bank", 100)).id).toBe(1);
    }
    const rows = await client.list<Ledger>("/v2", {}, { $match: { bucket } });
    expect(rows.data.map(({ name }) => name).toSorted()).toEqual(
      books.map(({ name }) => name).toSorted(),
    );
  });
});

describe("api_ledgers_list", () => {
  const SMALL = { MAX_PAGE_SIZE: "15", DEFAULT_PAGE_SIZE: "15" };

  /** Twenty, in two buckets by turns, with one of three values in their metadata. */
  async function given(): Promise<{ client: Client; prefix: string; buckets: string[] }> {
    const client = await serve(SMALL);
    const prefix = newName("listed-");
    const buckets = [newName("bucket"), newName("bucket")];
    for (let i = 0; i < 20; i++) {
      const metadata = { [prefix]: `bar${i % 3}` };
      await createLedger(client, { bucket: buckets[i % 2] ?? "", metadata }, `${prefix}-${i}`);
    }
    return { client, prefix, buckets };
  }

  async function listed(client: Client, filter: Writable): Promise<number> {
    return (await client.list("/v2", { pageSize: 100 }, filter)).data.length;
  }

  test("1 to 5: by page, bucket, metadata and name", async () => {
    const { client, prefix, buckets } = await given();
    const page = await client.list<Ledger>("/v2", { pageSize: 100 });
    expect(page).toMatchObject({ pageSize: 15, hasMore: true });
    expect(page.data).toHaveLength(15);
    expect(await listed(client, { $match: { bucket: buckets[0] ?? "" } })).toBe(10);
    expect(await listed(client, { $match: { [`metadata[${prefix}]`]: "bar0" } })).toBe(7);
    expect(await listed(client, { $match: { name: `${prefix}-0` } })).toBe(1);
    expect(await listed(client, { $like: { name: `${prefix}-1%` } })).toBe(11);
  });
});

describe("api_ledgers_metadata", () => {
  test("1 and 2: it is set, and deleted", async () => {
    const book = await newBook();
    const metadata = async () => (await book.get("")).data<Ledger>().metadata;
    expect((await book.call("PUT", "/metadata", { body: { foo: "bar" } })).fate).toBe("204");
    expect(await metadata()).toEqual({ foo: "bar" });
    expect((await book.call("DELETE", "/metadata/foo")).fate).toBe("204");
    expect(await metadata()).toEqual({});
  });
});
