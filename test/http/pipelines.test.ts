/**
 * Pipelines over HTTP, to receivers on this machine that fail, hang and break: every log arrives,
 * in order, whatever happens to either side, and the ledger does not mind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Api } from "./api.ts";
import { BREAKS, FAILS, HANGS, LocalReceiver, TAKES } from "./receiver.ts";

const FAST = {
  WORKER_PIPELINES_PULL_INTERVAL: "50ms",
  WORKER_PIPELINES_PUSH_RETRY_PERIOD: "50ms",
};
const PAYMENT = {
  postings: [{ source: "world", destination: "bank", amount: 100, asset: "USD/2" }],
};
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

interface Pipeline {
  readonly id: string;
  readonly ledger: string;
  readonly exporterID: string;
  readonly createdAt: string;
  readonly enabled: boolean;
  readonly lastLogID?: number;
  readonly error?: string;
}

let state: string;
let api: Api;
let receiver: LocalReceiver;
let ledgers = 0;
let ledger: string;

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "daybook-pipelines-"));
  api = await Api.start(FAST, state);
});
afterAll(async () => {
  await api.stop();
  rmSync(state, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await LocalReceiver.start();
  ledger = `ledger-${++ledgers}`;
  await api.post(`/v2/${ledger}`);
});
afterEach(() => {
  receiver.stop();
});

async function createExporter(config: object = {}, driver = "http"): Promise<string> {
  const created = await api.post("/v2/_/exporters", {
    driver,
    config: { url: receiver.url, ...config },
  });
  return (created.body as { data: { id: string } }).data.id;
}

async function createPipeline(config: object = {}): Promise<Pipeline> {
  const exporterID = await createExporter(config);
  const created = await api.post(`/v2/${ledger}/pipelines`, { exporterID });
  expect(created.status).toBe(201);
  return (created.body as { data: Pipeline }).data;
}

async function pay(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) {
    expect((await api.post(`/v2/${ledger}/transactions`, PAYMENT)).status).toBe(200);
  }
}

async function read(id: string): Promise<Pipeline> {
  const answer = await api.get(`/v2/${ledger}/pipelines/${id}`);
  return (answer.body as { data: Pipeline }).data;
}

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Waits for batches of log ids at the receiver. */
async function arrived(batches: readonly (readonly number[])[]): Promise<void> {
  await vi.waitFor(() => expect(receiver.batches).toEqual(batches), PATIENCE);
}

describe("a pipeline", () => {
  test("is shown with how far it has come", async () => {
    const pipeline = await createPipeline();
    expect(Object.keys(pipeline)).toEqual(["ledger", "exporterID", "createdAt", "id", "enabled"]);
    expect(pipeline).toMatchObject({ ledger, enabled: true });
    expect(await read(pipeline.id)).toEqual(pipeline);

    await pay(2);
    await vi.waitFor(async () => expect((await read(pipeline.id)).lastLogID).toBe(2), PATIENCE);
    expect(receiver.batches).toEqual([[1], [2]]);
    expect(receiver.received[0]?.headers["content-type"]).toBe("application/json");
    const [log] = JSON.parse(receiver.received[0]?.text ?? "[]") as object[];
    expect(log).toMatchObject({ type: "NEW_TRANSACTION", id: 1, ledger });
  });

  test("is listed with those of all ledgers", async () => {
    const first = await createPipeline();
    const other = `ledger-${++ledgers}`;
    await api.post(`/v2/${other}`);
    const list = await api.get(`/v2/${other}/pipelines`);
    const { cursor } = list.body as { cursor: { data: Pipeline[] } };
    expect(cursor).toMatchObject({ hasMore: false });
    expect(Object.keys(cursor)).toEqual(["pageSize", "hasMore", "data"]);
    expect(cursor.data.find(({ id }) => id === first.id)).toEqual(first);
    expect((await api.get(`/v2/${other}/pipelines/`)).status).toBe(200);
  });

  test("is stopped, started, reset and deleted", async () => {
    const { id } = await createPipeline();
    const path = `/v2/${ledger}/pipelines/${id}`;
    await pay();
    await arrived([[1]]);

    expect(await api.post(`${path}/stop`)).toMatchObject({ status: 202, text: "" });
    expect((await api.post(`${path}/stop`)).body).toMatchObject({
      errorCode: "NOT_FOUND",
      errorMessage: `pipeline '${id}' not found`,
    });
    expect((await api.delete(path)).status).toBe(404);
    await pay();
    expect((await read(id)).enabled).toBe(true);
    expect(receiver.batches).toEqual([[1]]);

    expect((await api.post(`${path}/start`)).status).toBe(202);
    await arrived([[1], [2]]);
    expect((await api.post(`${path}/start`)).body).toMatchObject({
      errorCode: "VALIDATION",
      errorMessage: `pipeline '${id}' already started`,
    });

    expect((await api.post(`${path}/reset`)).status).toBe(202);
    await arrived([[1], [2], [1], [2]]);

    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    await pay();
    expect(receiver.batches).toHaveLength(4);
  });

  test("goes to the new address when its exporter changes, and ends with it", async () => {
    const pipeline = await createPipeline();
    const exporter = `/v2/_/exporters/${pipeline.exporterID}`;
    await pay();
    await vi.waitFor(async () => expect((await read(pipeline.id)).lastLogID).toBe(1), PATIENCE);
    const other = await LocalReceiver.start();
    try {
      const changed = { driver: "http", config: { url: other.url } };
      expect((await api.put(exporter, changed)).status).toBe(204);
      await pay();
      await vi.waitFor(() => expect(other.batches).toEqual([[2]]), PATIENCE);
      expect(receiver.batches).toEqual([[1]]);

      expect((await api.delete(exporter)).status).toBe(204);
      expect((await api.delete(`/v2/${ledger}/pipelines/${pipeline.id}`)).status).toBe(404);
    } finally {
      other.stop();
    }
  });
});

describe("delivery", () => {
  test("begins with the first log and keeps batches", async () => {
    await pay(5);
    const { id } = await createPipeline({ batching: { maxItems: 2, flushInterval: "100ms" } });
    await arrived([[1, 2], [3, 4], [5]]);
    await vi.waitFor(async () => expect((await read(id)).lastLogID).toBe(5), PATIENCE);
  });

  test("to a receiver that fails and breaks: the whole page again, and why is shown", async () => {
    receiver.answers = [TAKES, FAILS];
    await pay(3);
    const { id } = await createPipeline();
    await vi.waitFor(async () => expect((await read(id)).error).toContain("500"), PATIENCE);
    expect((await read(id)).lastLogID).toBeUndefined();

    receiver.answers = [BREAKS, TAKES];
    await vi.waitFor(async () => expect((await read(id)).lastLogID).toBe(3), PATIENCE);
    expect((await read(id)).error).toBeUndefined();
    expect(receiver.batches.slice(-3)).toEqual([[1], [2], [3]]);
  });

  test("to a receiver that hangs: writes and reads do not notice", async () => {
    receiver.answers = [HANGS];
    const { id } = await createPipeline();
    await pay();
    await arrived([[1]]);
    await pay(20);
    const stats = await api.get(`/v2/${ledger}/stats`);
    expect(stats.body).toMatchObject({ data: { transactions: 21 } });
    const list = await api.get(`/v2/${ledger}/transactions?pageSize=1`);
    expect(list.body).toMatchObject({ cursor: { data: [{ id: 21 }] } });

    const path = `/v2/${ledger}/pipelines/${id}`;
    await api.post(`${path}/stop`);
    receiver.answers = [TAKES];
    await api.post(`${path}/start`);
    await vi.waitFor(async () => expect((await read(id)).lastLogID).toBe(21), PATIENCE);
    const once = new Set(receiver.batches.slice(1).flat());
    expect([...once]).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  });

  test("goes on after the server was stopped with a backlog", async () => {
    receiver.answers = [TAKES, FAILS];
    const { id } = await createPipeline();
    await pay();
    await vi.waitFor(async () => expect((await read(id)).lastLogID).toBe(1), PATIENCE);
    await pay(3);
    await api.stop();
    receiver.answers = [TAKES];
    const before = receiver.received.length;
    api = await Api.start(FAST, state);

    // Nobody asks for the ledger: its alarm does it.
    await vi.waitFor(
      () => expect(receiver.batches.slice(before)).toEqual([[2], [3], [4]]),
      PATIENCE,
    );
    expect((await read(id)).lastLogID).toBe(4);
  });

  test("to what this platform cannot reach is told in the pipeline's error", async () => {
    const exporterID = await createExporter({ dsn: "clickhouse://srv1:9000" }, "clickhouse");
    const created = await api.post(`/v2/${ledger}/pipelines`, { exporterID });
    const { id } = (created.body as { data: Pipeline }).data;
    await pay();
    await vi.waitFor(async () => {
      expect((await read(id)).error).toContain("native protocol");
    }, PATIENCE);
  });
});

describe("what is not there, or not wanted", () => {
  test("a pipeline that nobody made", async () => {
    for (const [method, path] of [
      ["GET", UNKNOWN],
      ["DELETE", UNKNOWN],
      ["POST", `${UNKNOWN}/start`],
      ["POST", `${UNKNOWN}/stop`],
      ["POST", `${UNKNOWN}/reset`],
      ["POST", "x/stop"],
    ] as const) {
      const answer = await api.call(method, `/v2/${ledger}/pipelines/${path}`);
      expect(answer).toMatchObject({ status: 404, body: { errorCode: "NOT_FOUND" } });
    }
    expect((await api.post(`/v2/${ledger}/pipelines/x/pause`)).text).toBe("404 page not found\n");
    expect((await api.get(`/v2/${ledger}/pipelines/x/stop`)).status).toBe(405);
  });

  test("a ledger that nobody made comes first", async () => {
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["POST", "", "nonsense"],
      ["GET", "/x", undefined],
      ["DELETE", "/x", undefined],
      ["POST", "/x/start", undefined],
    ] as const) {
      const answer = await api.call(method, `/v2/nobody/pipelines${path}`, body);
      expect(answer).toMatchObject({ status: 404, body: { errorCode: "LEDGER_NOT_FOUND" } });
    }
  });

  test.each([
    "",
    "{}",
    "null",
    "nonsense",
    '{"exporterID":1}',
    '{"exporterID":""}',
    `{"exporterID":"${UNKNOWN}"}`,
    '{"exporterID":"x"}',
  ])("the creation %j", async (body) => {
    const answer = await api.post(`/v2/${ledger}/pipelines`, body);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });

  test("the same pipeline twice", async () => {
    const { exporterID } = await createPipeline();
    const again = await api.post(`/v2/${ledger}/pipelines`, { exporterID });
    expect(again).toMatchObject({
      status: 400,
      body: {
        errorCode: "VALIDATION",
        errorMessage: `pipeline '${ledger}/${exporterID}' already exists`,
      },
    });
  });
});

test("switched off, exporters and pipelines have no paths, and nothing is handed on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-switched-"));
  const outer = api;
  try {
    api = await Api.start(FAST, folder);
    await api.post(`/v2/${ledger}`);
    const { id } = await createPipeline();
    await pay();
    // What arrived is remembered a moment later; a server stopped in between sends it again.
    await vi.waitFor(async () => expect((await read(id)).lastLogID).toBe(1), PATIENCE);
    await api.stop();

    api = await Api.start({ ...FAST, EXPERIMENTAL_EXPORTERS: "false" }, folder);
    await pay();
    for (const path of [
      "/v2/_/exporters",
      `/v2/_/exporters/${UNKNOWN}`,
      `/v2/${ledger}/pipelines`,
    ]) {
      expect(await api.get(path)).toMatchObject({ status: 404, text: "404 page not found\n" });
    }
    expect((await api.delete(`/v2/${ledger}/pipelines/${id}`)).text).toBe("404 page not found\n");
    expect((await api.get("/v2/nobody/pipelines")).body).toMatchObject({
      errorCode: "LEDGER_NOT_FOUND",
    });
    expect(receiver.batches).toEqual([[1]]);
    await api.stop();

    api = await Api.start(FAST, folder);
    await arrived([[1], [2]]);
  } finally {
    await api.stop();
    api = outer;
    rmSync(folder, { recursive: true, force: true });
  }
});
