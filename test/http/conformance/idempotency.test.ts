/** Requests that come twice under one key, as api_idempotency and _hit_header have them. */
import { describe, expect, test } from "vitest";
import { type Book, posting } from "./book.ts";
import type { Answer, Call } from "./client.ts";
import { newBook } from "./servers.ts";

const KEY = { key: "k" };

describe("api_idempotency", () => {
  test("1: a transaction is made once", async () => {
    const book = await newBook();
    const body = { postings: [posting("world", "alice", 100)] };
    const first = await book.create(body, KEY);
    const second = await book.create(body, KEY);
    expect(second.id).toBe(first.id);
    expect(await book.count("transactions")).toBe(1);
  });

  test("2: another amount under its key is refused", async () => {
    const book = await newBook();
    await book.create({ postings: [posting("world", "alice", 100)] }, KEY);
    const answer = await book.attempt({ postings: [posting("world", "alice", 200)] }, KEY);
    expect(answer.fate).toBe("400 VALIDATION");
  });

  test("3: metadata of a transaction is given once", async () => {
    const book = await newBook();
    await book.send("world", "alice", 100);
    for (const _ of [1, 2]) {
      await book.describe("transactions/1", { foo: "bar" }, KEY);
    }
    expect((await book.transaction(1)).metadata).toEqual({ foo: "bar" });
    expect((await book.list("logs")).data).toHaveLength(2);
  });

  test("4: other metadata under its key is refused", async () => {
    const book = await newBook();
    await book.send("world", "alice", 100);
    await book.describe("transactions/1", { foo: "bar" }, KEY);
    const answer = await book.post("/transactions/1/metadata", { foo: "baz" }, KEY);
    expect(answer.fate).toBe("400 VALIDATION");
  });
});

describe("api_idempotency_hit_header", () => {
  type Operation = (book: Book) => Promise<Answer>;
  const write = (method: string, path: string, call: Call): Operation => {
    return (book) => book.call(method, path, { ...call, ...KEY });
  };
  const operations: readonly (readonly [string, number, Operation])[] = [
    [
      "a transaction",
      200,
      write("POST", "/transactions", { body: { postings: [posting("world", "bob", 100)] } }),
    ],
    ["transaction metadata", 204, write("POST", "/transactions/1/metadata", { body: { a: "b" } })],
    ["its deletion", 204, write("DELETE", "/transactions/1/metadata/given", {})],
    ["a revert", 201, write("POST", "/transactions/1/revert", {})],
    ["account metadata", 204, write("POST", "/accounts/alice/metadata", { body: { a: "b" } })],
    ["the deletion of that", 204, write("DELETE", "/accounts/alice/metadata/given", {})],
    ["a schema", 204, write("POST", "/schemas/v1", { body: { chart: { world: {} } } })],
  ];

  test.each(operations)(
    "1 to 14: %s says only the second time that it is a hit",
    async (...row) => {
      const [, status, operation] = row;
      const book = await newBook();
      await book.create({
        postings: [posting("world", "alice", 100)],
        metadata: { given: "x" },
        accountMetadata: { alice: { given: "x" } },
      });
      const first = await operation(book);
      expect(first).toMatchObject({ status, isHit: undefined });
      const second = await operation(book);
      expect(second).toMatchObject({ status, isHit: true, text: first.text });
      expect((await book.list("logs")).data).toHaveLength(2);
    },
  );
});
