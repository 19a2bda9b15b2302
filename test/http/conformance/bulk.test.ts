/** Bulks, as api_bulk has them. */
import { describe, expect, test } from "vitest";
import { type Book, instant, posting, repeat, type Transaction } from "./book.ts";
import type { Answer, Query } from "./client.ts";
import { newBook } from "./servers.ts";

interface Result {
  readonly responseType: string;
  readonly logID: number;
  readonly errorCode?: string;
  readonly data?: Omit<Transaction, "postings">;
}

function payment(source: string, destination: string, amount = 100, rest: object = {}): object {
  return {
    action: "CREATE_TRANSACTION",
    data: { postings: [posting(source, destination, amount, "USD/2")], ...rest },
  };
}

async function bulk(
  book: Book,
  elements: readonly object[],
  query: Query = {},
): Promise<{ answer: Answer; results: readonly Result[] }> {
  const answer = await book.call("POST", "/_bulk", { query, body: JSON.stringify(elements) });
  return { answer, results: answer.json<{ data?: readonly Result[] }>().data ?? [] };
}

/** How each element fared. */
function fates(results: readonly Result[]): readonly string[] {
  return results.map(({ responseType, errorCode }) => errorCode ?? responseType);
}

describe("api_bulk", () => {
  test("1: an element that is forced needs no funds", async () => {
    const book = await newBook();
    const { answer } = await bulk(book, [payment("user:2", "user:1", 100, { force: true })]);
    expect(answer.status).toBe(200);
    const { postCommitVolumes } = await book.transaction(1, { expand: "volumes" });
    expect(postCommitVolumes?.["user:2"]).toMatchObject({ "USD/2": { balance: "-100" } });
  });

  test.each([
    ["2", {}],
    ["3", { atomic: true }],
  ])("%s: a life of a transaction in one bulk, %j", async (_, query) => {
    const book = await newBook();
    const timestamp = instant(0);
    const { answer, results } = await bulk(
      book,
      [
        payment("world", "bank", 100, { timestamp }),
        {
          action: "ADD_METADATA",
          data: {
            targetType: "TRANSACTION",
            targetId: 1,
            metadata: { foo: "bar", role: "admin" },
          },
        },
        {
          action: "DELETE_METADATA",
          data: { targetType: "TRANSACTION", targetId: 1, key: "foo" },
        },
        { action: "REVERT_TRANSACTION", data: { id: 1, metadata: { foo: "bar" } } },
      ],
      query,
    );
    expect(answer.status).toBe(200);
    const revert = results[3]?.data;
    expect(revert).toMatchObject({
      id: 2,
      metadata: { "com.formance.spec/state/reverts": "1", foo: "bar" },
    });
    const reverted = await book.transaction(1);
    expect(reverted).toEqual({
      id: 1,
      postings: [{ source: "world", destination: "bank", amount: "100", asset: "USD/2" }],
      metadata: { role: "admin" },
      timestamp,
      insertedAt: reverted.insertedAt,
      updatedAt: revert?.timestamp,
      revertedAt: revert?.timestamp,
      reverted: true,
    });
  });

  test("4: all or nothing cannot be parallel", async () => {
    const book = await newBook();
    const elements = [payment("world", "bank")];
    const { answer } = await bulk(book, elements, { atomic: true, parallel: true });
    expect(answer.fate).toBe("412 VALIDATION");
    expect(await book.count("transactions")).toBe(0);
  });

  test("5: 101 elements are too many", async () => {
    const book = await newBook();
    const { answer } = await bulk(book, repeat(payment("world", "bank"), 101));
    expect(answer.fate).toBe("413 BULK_SIZE_EXCEEDED");
    expect(await book.count("transactions")).toBe(0);
  });

  test("6: 100 elements in parallel are not", async () => {
    const book = await newBook();
    const elements = repeat(payment("world", "bank"), 100);
    const { answer } = await bulk(book, elements, { parallel: true });
    expect(answer.status).toBe(200);
    expect(await book.count("transactions")).toBe(100);
  });

  test("7: a stream of elements", async () => {
    const book = await newBook();
    const element = JSON.stringify(payment("world", "bank"));
    const type = "application/vnd.formance.ledger.api.v2.bulk+json-stream";
    const answer = await book.call("POST", "/_bulk", { type, body: `${element}${element}\n` });
    expect(answer.status).toBe(200);
    expect((await book.list("transactions")).data).toHaveLength(2);
  });

  test("8: what went before an element that fails stays", async () => {
    const book = await newBook();
    const elements = [payment("world", "bank"), payment("bank", "user", 200)];
    const { answer, results } = await bulk(book, elements);
    expect(answer.status).toBe(400);
    expect(fates(results)).toEqual(["CREATE_TRANSACTION", "INSUFFICIENT_FUND"]);
    expect(results[1]).toMatchObject({ responseType: "ERROR", logID: 0 });
    expect(await book.count("transactions")).toBe(1);
  });

  test("9: but not where all go or none", async () => {
    const book = await newBook();
    const elements = [payment("world", "bank"), payment("bank", "user", 200)];
    const { answer, results } = await bulk(book, elements, { atomic: true });
    expect(answer.status).toBe(400);
    expect(fates(results).at(1)).toBe("INSUFFICIENT_FUND");
    expect(await book.count("transactions")).toBe(0);
  });

  test("10: a transaction is not reverted again", async () => {
    const book = await newBook();
    await book.send("world", "bank", 100);
    expect((await book.revert(1)).status).toBe(201);
    const { answer, results } = await bulk(book, [
      { action: "REVERT_TRANSACTION", data: { id: 1 } },
    ]);
    expect(answer.status).toBe(400);
    expect(results).toMatchObject([{ responseType: "ERROR", errorCode: "ALREADY_REVERT" }]);
  });

  test("11: nor one that there is not", async () => {
    const book = await newBook();
    const { answer, results } = await bulk(book, [
      { action: "REVERT_TRANSACTION", data: { id: 42 } },
    ]);
    expect(answer.status).toBe(400);
    expect(results).toMatchObject([{ responseType: "ERROR", errorCode: "NOT_FOUND" }]);
  });
});
