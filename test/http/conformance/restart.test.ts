/**
 * What a process of its own lives through: app_lifecycle and app_multiple_instance, and beyond them
 * being killed in the middle of writes. The state directory outlives the process.
 */
import { request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Book, posting, repeat, type Transaction, volume } from "./book.ts";
import { Client } from "./client.ts";
import { createLedger, Process, STRICT } from "./servers.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };

let state: string;
let running: Process[];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "daybook-restart-"));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((process) => process.end("SIGKILL")));
  rmSync(state, { recursive: true, force: true });
});

async function start(directory = state): Promise<{ process: Process; client: Client }> {
  const process = await Process.start(STRICT, directory);
  running.push(process);
  return { process, client: new Client(process.url) };
}

async function version(client: Client): Promise<string> {
  return (await client.call("GET", "/_/info")).json<{ version: string }>().version;
}

/** Every transaction, oldest first. */
async function allOf(book: Book): Promise<readonly Transaction[]> {
  const found: Transaction[] = [];
  let page = await book.list<Transaction>("transactions", { pageSize: 100, reverse: true });
  found.push(...page.data);
  while (page.next !== undefined) {
    page = await book.list<Transaction>("transactions", { cursor: page.next });
    found.push(...page.data);
  }
  return found;
}

const PAYMENT = JSON.stringify({
  action: "CREATE_TRANSACTION",
  data: { postings: [{ source: "world", destination: "bank", amount: 100, asset: "USD" }] },
});

describe("app_lifecycle", () => {
  test("1 and 2: it starts, says its version, stops cleanly, and starts again", async () => {
    const first = await start();
    expect(await version(first.client)).toBe("develop");
    const { name } = await createLedger(first.client);
    expect(await first.process.end("SIGTERM")).toBe(0);

    const second = await start();
    expect(await version(second.client)).toBe("develop");
    expect((await second.client.call("GET", `/v2/${name}`)).status).toBe(200);
  });

  test("3: asked to stop, it takes nothing new and finishes what it has begun", async () => {
    const { process, client } = await start();
    const book = await createLedger(client);
    // A bulk that is read as it arrives, so that the test says how long it takes.
    const bulk = request(`${client.url}/v2/${book.name}/_bulk`, {
      method: "POST",
      headers: { "Content-Type": "application/vnd.formance.ledger.api.v2.bulk+json-stream" },
    });
    const answered = new Promise<unknown>((resolve) => {
      bulk.once("error", resolve);
      bulk.once("response", (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      });
    });
    bulk.write(`${PAYMENT}\n`);
    await vi.waitFor(async () => expect(await book.count("transactions")).toBe(1), PATIENCE);

    const ended = process.end("SIGTERM");
    await vi.waitFor(async () => expect(await answers(client.url)).toBe(false), PATIENCE);
    bulk.end(repeat(PAYMENT, 59).join("\n"));
    expect(await answered).toBe(200);
    expect(await ended).toBe(0);

    const again = new Book((await start()).client, book.name);
    const { data } = await again.list<Transaction>("transactions", { pageSize: 60 });
    expect(data).toHaveLength(60);
  });

  test("6: it says that it is well", async () => {
    const { client } = await start();
    const { text } = await client.call("GET", "/_healthcheck");
    expect(JSON.parse(text)).toEqual({ "storage-driver-up-to-date": "OK" });
  });
});

/** A new connection may still be made by then, but nobody answers on it. */
async function answers(url: string): Promise<boolean> {
  const headers = { Connection: "close" };
  const signal = AbortSignal.timeout(500);
  const answer = await fetch(`${url}/_/info`, { headers, signal }).catch(() => undefined);
  return answer !== undefined;
}

describe("app_multiple_instance", () => {
  test("1: three start at once", async () => {
    const three = await Promise.all([1, 2, 3].map((name) => start(join(state, String(name)))));
    for (const { client } of three) {
      expect(await version(client)).toBe("develop");
    }
  });
});

describe("killed in the middle of writes", () => {
  /** Writers of their own connections, each payment under its key, until the server is gone. */
  async function write(book: Book, writer: number, paid: Map<string, number>): Promise<string[]> {
    const sent: string[] = [];
    try {
      for (;;) {
        const key = `${writer}-${sent.length}`;
        sent.push(key);
        paid.set(key, (await pay(book, key)).id);
      }
    } catch {
      return sent;
    }
  }

  function pay(book: Book, key: string): Promise<Transaction> {
    return book.create(
      { postings: [posting("world", "bank", 100), posting("bank", `users:${key}`, 100)] },
      { key },
    );
  }

  test("nothing acknowledged is lost, and nothing sent again is done again", async () => {
    const { process, client } = await start();
    const { name } = await createLedger(client);
    const paid = new Map<string, number>();
    const writers = Array.from({ length: 8 }, (_, writer) => {
      return write(new Book(new Client(client.url), name), writer, paid);
    });
    await vi.waitFor(() => expect(paid.size).toBeGreaterThan(200), PATIENCE);
    await process.end("SIGKILL");
    const sent = (await Promise.all(writers)).flat();
    expect(sent.length).toBeGreaterThan(paid.size);

    const book = new Book((await start()).client, name);
    const kept = await allOf(book);
    const ids = kept.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    for (const [key, id] of paid) {
      expect(kept[id - 1]?.postings[1]?.destination).toBe(`users:${key}`);
    }

    for (const key of sent) {
      const { id } = await pay(book, key);
      expect(id).toBe(paid.get(key) ?? id);
    }
    expect(await book.count("transactions")).toBe(sent.length);
    const { volumes } = await book.account("bank", { expand: "volumes" });
    expect(volumes).toEqual({ USD: volume(100 * sent.length, 100 * sent.length) });
    expect((await book.send("world", "bank", 1)).id).toBe(sent.length + 1);
  });
});
