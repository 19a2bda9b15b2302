/**
 * The official SDK, unchanged, over every operation on buckets, exporters and pipelines.
 */
import { SDK } from "@formance/formance-sdk";
import { ErrorsV2ErrorResponse, V2ErrorsEnum } from "@formance/formance-sdk/sdk/models/ledger";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import { LocalReceiver } from "./receiver.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

let server: Server;
let receiver: LocalReceiver;
let v2: SDK["ledger"]["v2"];

beforeAll(async () => {
  receiver = await LocalReceiver.start();
  server = await startServer();
  v2 = new SDK({ serverURL: server.url }).ledger.v2;
});
afterAll(async () => {
  await server.stop();
  receiver.stop();
});

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "none",
    (error: unknown) => (error instanceof ErrorsV2ErrorResponse ? error.errorCode : error),
  );
}

test("buckets are deleted and restored", async () => {
  await v2.createLedger({ ledger: "shelved", v2CreateLedgerRequest: { bucket: "shelf" } });
  expect((await v2.deleteBucket({ bucket: "shelf" })).statusCode).toBe(204);
  expect(await codeOf(v2.getLedger({ ledger: "shelved" }))).toBe(V2ErrorsEnum.NotFound);
  const all = await v2.listLedgers({ includeDeleted: true });
  const deleted = all.v2LedgerListResponse?.cursor.data.find(({ name }) => name === "shelved");
  expect(deleted?.deletedAt).toBeInstanceOf(Date);
  expect((await v2.restoreBucket({ bucket: "shelf" })).statusCode).toBe(204);
  expect(await codeOf(v2.getLedger({ ledger: "shelved" }))).toBe("none");
});

test("exporters are created, listed, read, changed and deleted", async () => {
  expect((await v2.listExporters()).v2ExportersCursorResponse?.cursor.data).toEqual([]);
  const config = { url: "http://receiver.example", batching: { maxItems: 10 } };
  const created = await v2.createExporter({ driver: "http", config });
  const exporter = created.v2CreateExporterResponse?.data;
  expect(exporter).toMatchObject({ driver: "http", config });
  const exporterID = exporter?.id ?? "";
  const list = await v2.listExporters();
  expect(list.v2ExportersCursorResponse?.cursor.data).toEqual([exporter]);

  const changed = { driver: "clickhouse", config: { dsn: "http://clickhouse.example" } };
  await v2.updateExporter({ exporterID, v2ExporterConfiguration: changed });
  const read = await v2.getExporterState({ exporterID });
  expect(read.v2GetExporterStateResponse?.data).toEqual({ ...exporter, ...changed });

  await v2.deleteExporter({ exporterID });
  expect(await codeOf(v2.getExporterState({ exporterID }))).toBe(V2ErrorsEnum.NotFound);
  const wrong = v2.createExporter({ driver: "http", config: {} });
  expect(await codeOf(wrong)).toBe(V2ErrorsEnum.Validation);
});

test("pipelines are created, listed, read, stopped, started, reset and deleted", async () => {
  const ledger = "piped";
  await v2.createLedger({ ledger, v2CreateLedgerRequest: {} });
  const driver = { driver: "http", config: { url: receiver.url } };
  const exporterID = (await v2.createExporter(driver)).v2CreateExporterResponse?.data.id ?? "none";
  const created = await v2.createPipeline({ ledger, v2CreatePipelineRequest: { exporterID } });
  const pipeline = created.v2CreatePipelineResponse?.data;
  expect(pipeline).toMatchObject({ ledger, exporterID, enabled: true });
  const pipelineID = pipeline?.id ?? "";
  const list = await v2.listPipelines({ ledger });
  expect(list.v2PipelinesCursorResponse?.cursor.data).toEqual([pipeline]);

  await v2.addMetadataToAccount({ ledger, address: "a", requestBody: { k: "v" } });
  await vi.waitFor(
    async () => {
      const state = await v2.getPipelineState({ ledger, pipelineID });
      expect(state.v2GetPipelineStateResponse?.data.lastLogID).toBe(1);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(receiver.batches).toEqual([[1]]);

  expect((await v2.stopPipeline({ ledger, pipelineID })).statusCode).toBe(202);
  expect((await v2.startPipeline({ ledger, pipelineID })).statusCode).toBe(202);
  expect((await v2.resetPipeline({ ledger, pipelineID })).statusCode).toBe(202);
  expect((await v2.deletePipeline({ ledger, pipelineID })).statusCode).toBe(204);
  for (const call of [
    v2.getPipelineState({ ledger, pipelineID }),
    v2.stopPipeline({ ledger, pipelineID: UNKNOWN }),
    v2.deletePipeline({ ledger, pipelineID: UNKNOWN }),
  ]) {
    expect(await codeOf(call)).toBe(V2ErrorsEnum.NotFound);
  }
});
