/**
 * What depends on the flags of the whole server, as app_experimental_features and
 * app_publisher_http_jwt have it, and what the original's suite leaves to luck: many at once.
 */
import { describe, expect, test } from "vitest";
import { Book, posting, repeat, type Transaction, volume } from "./book.ts";
import { createLedger, newBook, newName, serve } from "./servers.ts";

describe("app_experimental_features", () => {
  const features = async (flags: Record<string, string>): Promise<unknown> => {
    const client = await serve(flags);
    const info = (await client.call("GET", "/v2/_info")).data<Record<string, unknown>>();
    expect(info).toHaveProperty("experimentalFeatures");
    return info["experimentalFeatures"];
  };

  test("1: those that are on are told", async () => {
    const flags = { EXPERIMENTAL_FEATURES: "true", EXPERIMENTAL_EXPORTERS: "true" };
    expect(await features(flags)).toEqual(["experimental-features", "experimental-exporters"]);
  });

  test("2: without any there are none", async () => {
    const flags = { EXPERIMENTAL_FEATURES: "false", EXPERIMENTAL_EXPORTERS: "false" };
    expect(await features(flags)).toBeNull();
  });
});

describe("app_publisher_http_jwt", () => {
  test("1: a publisher that reaches nobody does not keep it from starting", async () => {
    const book = await newBook({
      PUBLISHER_HTTP_ENABLED: "true",
      PUBLISHER_TOPIC_MAPPING: "*:http://127.0.0.1:1",
    });
    expect((await book.client.call("GET", "/_/info")).status).toBe(200);
    expect((await book.send("world", "bank", 100)).id).toBe(1);
  });
});

describe("many at once", () => {
  function range(count: number): readonly number[] {
    return Array.from({ length: count }, (_, i) => i + 1);
  }

  test("sixty first writers of a ledger", async () => {
    const book = await newBook();
    const created = await Promise.all(range(60).map((i) => book.send("world", `user:${i}`, i)));
    const ids = created.map(({ id }) => id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(range(60));
    const { data } = await book.list<Transaction>("transactions", { pageSize: 60 });
    expect(data.map(({ id }) => id)).toEqual(range(60).toReversed());
    const { volumes } = await book.account("world", { expand: "volumes" });
    expect(volumes).toEqual({ USD: volume(0, (60 * 61) / 2) });
  });

  test("spenders of one account, of whom only some can", async () => {
    const book = await newBook();
    await book.send("world", "purse", 10);
    const spend = { postings: [posting("purse", "shop", 1)] };
    const answers = await Promise.all(range(40).map(() => book.attempt(spend)));
    const fates = answers.map(({ fate }) => fate).toSorted();
    expect(fates).toEqual([...repeat("200", 10), ...repeat("400 INSUFFICIENT_FUND", 30)]);
    const { volumes } = await book.account("purse", { expand: "volumes" });
    expect(volumes).toEqual({ USD: volume(10, 10) });
  });

  test("those with one key or one reference, of whom one is first", async () => {
    const book = await newBook();
    const body = { postings: [posting("world", "bank", 1)] };
    const keyed = await Promise.all(range(20).map(() => book.attempt(body, { key: "k" })));
    expect(keyed.map(({ fate }) => fate)).toEqual(repeat("200", 20));
    expect(keyed.filter(({ isHit }) => isHit !== true)).toHaveLength(1);
    expect(new Set(keyed.map(({ text }) => text)).size).toBe(1);

    const referring = { ...body, reference: "r" };
    const referred = await Promise.all(range(20).map(() => book.attempt(referring)));
    const fates = referred.map(({ fate }) => fate).toSorted();
    expect(fates).toEqual(["200", ...repeat("409 CONFLICT", 19)]);
    expect(await book.count("transactions")).toBe(2);
  });

  test("reverts of one transaction, of which one succeeds", async () => {
    const book = await newBook();
    await book.send("world", "bank", 100);
    const answers = await Promise.all(range(20).map(() => book.revert(1)));
    const fates = answers.map(({ fate }) => fate).toSorted();
    expect(fates).toEqual(["201", ...repeat("400 ALREADY_REVERT", 19)]);
    expect(await book.count("transactions")).toBe(2);
  });

  test("creations of one ledger, of which one succeeds", async () => {
    const client = await serve();
    const name = newName();
    const answers = await Promise.all(range(20).map(() => client.call("POST", `/v2/${name}`)));
    const fates = answers.map(({ fate }) => fate).toSorted();
    expect(fates).toEqual(["204", ...repeat("400 LEDGER_ALREADY_EXISTS", 19)]);
    expect((await new Book(client, name).send("world", "bank", 1)).id).toBe(1);
  });

  test("ledgers of a new bucket, written to while the bucket goes and comes", async () => {
    const client = await serve();
    const bucket = newName("bucket");
    const books = await Promise.all(
      range(10).map(async () => {
        const book = await createLedger(client, { bucket });
        expect((await book.send("world", "bank", 1)).id).toBe(1);
        return book;
      }),
    );
    const writes = books.map((book) => book.attempt({ postings: [posting("world", "bank", 1)] }));
    expect((await client.call("DELETE", `/v2/_/buckets/${bucket}`)).status).toBe(204);
    for (const [i, { fate }] of (await Promise.all(writes)).entries()) {
      expect(["200", "404 LEDGER_NOT_FOUND"]).toContain(fate);
      expect((await books[i]?.get("/stats"))?.fate).toBe("404 LEDGER_NOT_FOUND");
    }
    expect((await client.call("POST", `/v2/_/buckets/${bucket}/restore`)).status).toBe(204);
    for (const [i, answer] of (await Promise.all(writes)).entries()) {
      expect(await books[i]?.count("transactions")).toBe(answer.fate === "200" ? 2 : 1);
    }
  });
});
