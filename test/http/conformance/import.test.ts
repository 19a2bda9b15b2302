/** Logs exported and imported, as api_ledgers_import has it. */
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { type Account, type Book, posting, type Transaction } from "./book.ts";
import { Answer } from "./client.ts";
import { createLedger, newBook } from "./servers.ts";

const FLAGS = { EXPERIMENTAL_FEATURES: "true" };
const MINIMAL = {
  features: {
    MOVES_HISTORY: "OFF",
    MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED",
    HASH_LOGS: "DISABLED",
    ACCOUNT_METADATA_HISTORY: "DISABLED",
    TRANSACTION_METADATA_HISTORY: "DISABLED",
  },
};

function given(): Promise<Book> {
  return newBook(FLAGS, MINIMAL);
}

/** The log of a payment, its transaction of the same id, as 2.1 exports it. */
function line(id: number): string {
  return JSON.stringify({
    type: "NEW_TRANSACTION",
    data: {
      transaction: {
        postings: [posting("world", "payments:1234", 10_000, "EUR/2")],
        metadata: {},
        timestamp: `2024-11-08T10:36:0${id}.123456Z`,
        id,
        reverted: false,
      },
      accountMetadata: {},
    },
    date: `2024-11-08T10:36:0${id}.123456Z`,
    idempotencyKey: "",
    id,
    hash: "g489GFReBqquboEjkB95X3OU6mheMzgiu63PdSTfMuM=",
  });
}

function importLogs(book: Book, ...lines: readonly string[]): Promise<Answer> {
  const type = "application/octet-stream";
  return book.call("POST", "/logs/import", { type, body: lines.join("\n") });
}

async function countOf(book: Book, what: string): Promise<number> {
  return (await book.list(what, { pageSize: 100 })).data.length;
}

describe("api_ledgers_import", () => {
  test("1: logs come in two requests", async () => {
    const book = await given();
    expect((await importLogs(book, line(0), line(1))).fate).toBe("204");
    expect((await importLogs(book, line(2), line(3), line(4))).fate).toBe("204");
    expect(await countOf(book, "logs")).toBe(5);
  });

  test("2: logs of an older server", async () => {
    const book = await given();
    expect((await importLogs(book, ...[0, 1, 2, 3, 4].map(line))).fate).toBe("204");
    expect(await countOf(book, "logs")).toBe(5);
    const { data } = await book.list<Transaction>("transactions");
    expect(data.map(({ id }) => id)).toEqual([4, 3, 2, 1, 0]);
    const accounts = await book.list<Account>("accounts");
    expect(accounts.data.map(({ address }) => address)).toEqual(["payments:1234", "world"]);
  });

  test("3 and 4: what goes before a log that cannot be stays; it goes on from there", async () => {
    const book = await given();
    expect((await importLogs(book, line(0), line(1), line(1))).fate).toBe("400 IMPORT");
    expect(await countOf(book, "logs")).toBe(2);
    expect((await importLogs(book, line(2))).fate).toBe("204");
    expect(await countOf(book, "logs")).toBe(3);
  });

  describe("a ledger with everything in its log", () => {
    const script = (plain: string) => ({ script: { plain } });
    const SEND = "send [USD/2 100] (\n  source = @world\n  destination = @bank\n)";

    async function full(): Promise<Book> {
      const book = await given();
      await book.create(script(`${SEND}\nset_account_meta(@bank, "foo", "bar")`));
      await book.create(script(SEND), { query: { dryRun: true } });
      await book.create({ ...script(SEND), reference: "ref" });
      await book.describe("transactions/1", { foo: "bar", baz: "qux" });
      await book.describe("transactions/3", { foo: "bar" });
      await book.describe("accounts/bank", { foo: "baz", category: "x" });
      expect((await book.deleteMetadata("transactions/1", "foo")).fate).toBe("204");
      expect((await book.deleteMetadata("accounts/bank", "foo")).fate).toBe("204");
      expect((await book.revert(3)).status).toBe(201);
      return book;
    }

    async function exported(book: Book): Promise<string> {
      const answer = await book.call("POST", "/logs/export");
      return answer.expect(200).text;
    }

    test("5: is exported, a line a log, oldest first", async () => {
      const lines = (await exported(await full())).trimEnd().split("\n");
      const ids = lines.map((text) => (JSON.parse(text) as { id: number }).id);
      expect(ids).toEqual([1, 3, 4, 5, 6, 7, 8, 9]);
    });

    test("6: is the same where it is imported, and ids go on as they would have", async () => {
      const book = await full();
      const copy = await createLedger(book.client, MINIMAL);
      expect((await importLogs(copy, await exported(book))).fate).toBe("204");
      for (const what of ["logs", "transactions", "accounts"]) {
        expect(await copy.list(what)).toEqual(await book.list(what));
      }
      for (const each of [book, copy]) {
        const last = (await each.list<Transaction>("transactions")).data[0]?.id ?? 0;
        const body = { postings: [posting("world", "bank", 1)] };
        expect((await each.create(body, { query: { dryRun: true } })).id).toBe(last + 1);
        // The first write of a copy counts on from what is there, rehearsals or not.
        expect((await each.create(body)).id).toBe(each === copy ? last + 1 : last + 2);
      }
    });
  });

  test("7: a ledger that is in use takes no logs", async () => {
    const book = await given();
    await book.send("world", "bank", 100);
    expect((await importLogs(book, line(5))).fate).toBe("400 IMPORT");
    expect(await countOf(book, "logs")).toBe(1);
  });

  test("8: nor one whose first transaction comes while the logs are under way", async () => {
    const book = await given();
    const stream = request(`${book.client.url}/v2/${book.name}/logs/import`, { method: "POST" });
    const answered = new Promise<Answer>((resolve, reject) => {
      stream.once("error", reject);
      stream.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => resolve(new Answer(response.statusCode ?? 0, {}, text)));
      });
    });
    stream.flushHeaders();
    await book.create({ postings: [posting("poor", "bank", 100)], force: true });
    stream.end(`${line(5)}\n`);
    expect((await answered).fate).toBe("400 IMPORT");
    expect(await countOf(book, "transactions")).toBe(1);
  });
});
