/** Exporters and pipelines, as the api_exporters and api_pipelines files have them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import { LocalReceiver } from "../receiver.ts";
import type { Book } from "./book.ts";
import type { Answer, Client } from "./client.ts";
import { newBook, serve } from "./servers.ts";

const FLAGS = {
  EXPERIMENTAL_FEATURES: "true",
  EXPERIMENTAL_EXPORTERS: "true",
  WORKER: "true",
  WORKER_PIPELINES_PULL_INTERVAL: "100ms",
  WORKER_PIPELINES_PUSH_RETRY_PERIOD: "100ms",
};
const PATIENCE = { timeout: 20_000, interval: 20 };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

const receivers: LocalReceiver[] = [];
afterEach(() => receivers.splice(0).forEach((receiver) => receiver.stop()));

async function receive(): Promise<LocalReceiver> {
  const receiver = await LocalReceiver.start();
  receivers.push(receiver);
  return receiver;
}

interface Exporter {
  readonly id: string;
  readonly driver: string;
  readonly config: Readonly<Record<string, unknown>>;
}

function exporters(client: Client, method: string, id = "", body?: Writable): Promise<Answer> {
  const path = `/v2/_/exporters${id === "" ? "" : `/${id}`}`;
  return client.call(method, path, body === undefined ? {} : { body });
}

async function createExporter(client: Client, driver: string, config: Writable): Promise<string> {
  const answer = await exporters(client, "POST", "", { driver, config });
  expect(answer.status, answer.text).toBe(201);
  return answer.data<Exporter>().id;
}

async function createPipeline(book: Book, exporterID: string): Promise<string> {
  const answer = await book.post("/pipelines", { exporterID });
  expect(answer.status, answer.text).toBe(201);
  return answer.data<{ id: string }>().id;
}

const DSN = "clickhouse://srv1:8123";
const BATCHING = { maxItems: 1 };

describe("api_exporters_create", () => {
  test("1: a configuration that is none is refused", async () => {
    const body = { driver: "clickhouse", config: {} };
    const answer = await exporters(await serve(FLAGS), "POST", "", body);
    expect(answer.fate).toBe("400 VALIDATION");
  });

  test("2 and 3: an exporter is created, and deleted", async () => {
    const client = await serve(FLAGS);
    const id = await createExporter(client, "clickhouse", { dsn: DSN });
    expect((await exporters(client, "DELETE", id)).fate).toBe("204");
    expect((await exporters(client, "GET", id)).fate).toBe("404 NOT_FOUND");
  });
});

describe("api_exporters_delete", () => {
  test("1 and 2: an exporter takes its pipelines with it", async () => {
    const book = await newBook(FLAGS);
    const { url } = await receive();
    const exporter = await createExporter(book.client, "http", { url });
    const pipeline = await createPipeline(book, exporter);
    expect((await exporters(book.client, "DELETE", exporter)).fate).toBe("204");
    expect((await book.call("DELETE", `/pipelines/${pipeline}`)).fate).toBe("404 NOT_FOUND");
  });
});

describe("api_exporters_list", () => {
  test("1: all are listed", async () => {
    const client = await serve(FLAGS);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      ids.push(await createExporter(client, "http", { url: `http://host${i}:8080` }));
    }
    const { data } = await client.list<Exporter>("/v2/_/exporters");
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });
});

describe("api_exporters_update", () => {
  const update = (client: Client, id: string, driver: string, config: Writable) => {
    return exporters(client, "PUT", id, { driver, config });
  };

  test("1: to a configuration that is none is refused", async () => {
    const client = await serve(FLAGS);
    const id = await createExporter(client, "clickhouse", { dsn: DSN });
    expect((await update(client, id, "clickhouse", {})).fate).toBe("400 VALIDATION");
  });

  test("2: of an exporter that there is not is refused", async () => {
    const client = await serve(FLAGS);
    expect((await update(client, UNKNOWN, "clickhouse", { dsn: DSN })).fate).toBe("404 NOT_FOUND");
  });

  test("3 to 6: to another address, and to another driver", async () => {
    const client = await serve(FLAGS);
    const id = await createExporter(client, "clickhouse", { dsn: DSN });
    const steps = [
      ["clickhouse", { dsn: "clickhouse://srv2:8123" }],
      ["http", { url: "http://localhost:8080" }],
    ] as const;
    for (const [driver, config] of steps) {
      expect((await update(client, id, driver, config)).fate).toBe("204");
      const shown = (await exporters(client, "GET", id)).data<Exporter>();
      expect(shown).toMatchObject({ id, driver, config });
    }
  });

  test("7 to 9: a running pipeline goes on, after its last log, to the new address", async () => {
    const book = await newBook(FLAGS);
    const [a, b] = [await receive(), await receive()];
    const id = await createExporter(book.client, "http", { url: a.url, batching: BATCHING });
    await createPipeline(book, id);
    await book.send("world", "bank", 100);
    await vi.waitFor(() => expect([a.batches, b.batches]).toEqual([[[1]], []]), PATIENCE);

    const config = { url: b.url, batching: BATCHING };
    expect((await update(book.client, id, "http", config)).fate).toBe("204");
    await book.send("world", "bank", 100);
    await vi.waitFor(() => expect([a.batches, b.batches]).toEqual([[[1]], [[2]]]), PATIENCE);
  });
});

describe("api_pipelines_list", () => {
  test("1: those of a ledger are listed", async () => {
    const book = await newBook(FLAGS);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const exporter = await createExporter(book.client, "http", { url: `http://host${i}:8080` });
      ids.push(await createPipeline(book, exporter));
    }
    const { data } = await book.list<{ id: string; ledger: string }>("pipelines");
    const own = data.filter(({ ledger }) => ledger === book.name);
    expect(own.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});

/** Drivers, the member of their configuration that says where to, and what a request brings. */
const DRIVERS = [
  ["http", "url", ({ text }: { text: string }) => JSON.parse(text) as { id: number }[]],
  ["clickhouse", "dsn", ({ text }: { text: string }) => parseLines(text)],
] as const;

/** Rows of an insertion; the statement that makes the table brings none. */
function parseLines(text: string): { id: number }[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as { id: number });
}

describe.each(DRIVERS)("api_pipelines_create with %s", (driver, address, read) => {
  interface Piped {
    readonly book: Book;
    readonly pipeline: string;
    readonly arrived: () => readonly number[];
    readonly act: (action: string) => Promise<void>;
  }

  async function given(): Promise<Piped> {
    const book = await newBook(FLAGS);
    const receiver = await receive();
    const config = { [address]: receiver.url, batching: BATCHING };
    const exporter = await createExporter(book.client, driver, config);
    const pipeline = await createPipeline(book, exporter);
    const arrived = () => receiver.received.flatMap(read).map(({ id }) => id);
    const act = async (action: string): Promise<void> => {
      const answer = await book.call("POST", `/pipelines/${pipeline}/${action}`);
      expect(answer.status, answer.text).toBe(202);
    };
    return { book, pipeline, arrived, act };
  }

  test("1 to 3: exporter and pipeline are created, the pipeline deleted", async () => {
    const { book, pipeline } = await given();
    expect((await book.call("DELETE", `/pipelines/${pipeline}`)).fate).toBe("204");
  });

  test("4 and 5: a log arrives, and again after a reset", async () => {
    const { book, arrived, act } = await given();
    await book.send("world", "bank", 100);
    await vi.waitFor(() => expect(arrived()).toEqual([1]), PATIENCE);
    await act("reset");
    await vi.waitFor(() => expect(arrived()).toEqual([1, 1]), PATIENCE);
  });

  test("6 to 8: nothing arrives while it is stopped, and all once it starts", async () => {
    const { book, arrived, act } = await given();
    const other = await given();
    await book.send("world", "bank", 100);
    await vi.waitFor(() => expect(arrived()).toEqual([1]), PATIENCE);
    await act("stop");
    await book.send("world", "bank", 100);
    // Another pipeline has had the time for two looks at its log by now.
    for (const id of [1, 2]) {
      await other.book.send("world", "bank", 100);
      await vi.waitFor(() => expect(other.arrived()).toContain(id), PATIENCE);
    }
    expect(arrived()).toEqual([1]);
    await act("start");
    await vi.waitFor(() => expect(arrived()).toEqual([1, 2]), PATIENCE);
  });
});
