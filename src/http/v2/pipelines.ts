/**
 * Pipelines: which ledger feeds which exporter, and how far it has come (contract §13.3). The
 * registry knows which there are, the ledger's object the rest. Switched off, the paths do not
 * exist.
 */
import { Hono } from "hono";
import { notFound, validation, type LedgerError } from "../../core/error.ts";
import { PIPELINES_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { formatTimestamp } from "../../core/timestamp.ts";
import type { PipelineKey } from "../../ledger/registry-rpc.ts";
import type { PipelineRecord } from "../../ledger/rpc.ts";
import { readObject, textMember } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse, pathNotFound } from "../errors.ts";
import {
  ledgerByName,
  ledgerName,
  ledgerStub,
  pathParam,
  refuse,
  registryStub,
} from "../ledger-of.ts";
import { accepted, cursor, data, noContent } from "../respond.ts";
import type { Writable } from "../../core/json.ts";

export function pipelineRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use("/pipelines/*", async (c, next) => {
    return c.get("config").experimentalExporters ? next() : refusePath(c);
  });

  routes.get("/pipelines", async (c) => {
    const standing = await ledgerStub(c).standing();
    if (!standing.ok) {
      return errorResponse(standing.error);
    }
    const pipelines = await listPipelines(c);
    // All there can be are on one page. The original tells no size, which its own SDK refuses.
    return cursor({
      pageSize: PIPELINES_MAX,
      previous: undefined,
      next: undefined,
      data: pipelines,
    });
  });

  routes.post("/pipelines", async (c) => {
    const exporterId = await readExporterId(c);
    if (!exporterId.ok) {
      return refuse(c, exporterId.error);
    }
    const ledger = ledgerName(c);
    const created = await registryStub(c).createPipeline(ledger, exporterId.value);
    return created.ok ? data(formatPipeline(created.value), 201) : errorResponse(created.error);
  });

  routes.get("/pipelines/:id", async (c) => {
    const pipeline = await ledgerStub(c).pipeline(pathParam(c, "id"));
    return pipeline.ok
      ? data(formatPipeline({ ...pipeline.value, ledger: ledgerName(c) }))
      : errorResponse(pipeline.error);
  });

  routes.delete("/pipelines/:id", async (c) => {
    const id = pathParam(c, "id");
    const pipeline = await ledgerStub(c).pipeline(id);
    if (!pipeline.ok) {
      return errorResponse(pipeline.error);
    }
    if (!pipeline.value.isRunning) {
      return errorResponse(notFound(`pipeline '${id}' not found`));
    }
    const deleted = await registryStub(c).deletePipeline(ledgerName(c), id);
    return deleted.ok ? noContent() : errorResponse(deleted.error);
  });

  routes.post("/pipelines/:id/start", async (c) => {
    return answer(await ledgerStub(c).startPipeline(pathParam(c, "id")));
  });

  routes.post("/pipelines/:id/stop", async (c) => {
    return answer(await ledgerStub(c).stopPipeline(pathParam(c, "id")));
  });

  routes.post("/pipelines/:id/reset", async (c) => {
    return answer(await ledgerStub(c).resetPipeline(pathParam(c, "id")));
  });

  return routes;
}

/** That the ledger does not exist comes before that the path does not. */
async function refusePath(c: App): Promise<Response> {
  const standing = await ledgerStub(c).standing();
  return standing.ok ? pathNotFound() : errorResponse(standing.error);
}

function answer(result: Result<void, LedgerError>): Response {
  return result.ok ? accepted() : errorResponse(result.error);
}

async function readExporterId(c: App): Promise<Result<string, LedgerError>> {
  const body = await readObject(c);
  if (!body.ok) {
    return body;
  }
  const id = textMember(body.value, "exporterID");
  if (!id.ok) {
    return id;
  }
  return id.value === undefined || id.value === ""
    ? err(validation("exporterID is required"))
    : ok(id.value);
}

/** Ledgers asked at the same time. */
const ASKED_AT_ONCE = 32;

/** Those of all ledgers, as the original lists them under each. */
async function listPipelines(c: App): Promise<readonly Writable[]> {
  const keys = await registryStub(c).pipelines();
  const ledgers = [...new Set(keys.map(({ ledger }) => ledger))];
  const records = new Map<string, PipelineRecord>();
  for (let start = 0; start < ledgers.length; start += ASKED_AT_ONCE) {
    const asked = ledgers.slice(start, start + ASKED_AT_ONCE).map((ledger) => {
      return ledgerByName(c.env.LEDGER, c.get("tenant"), ledger).pipelines();
    });
    for (const record of (await Promise.all(asked)).flat()) {
      records.set(record.id, record);
    }
  }
  return keys.map((key) => formatPipeline({ ...key, ...records.get(key.id) }));
}

type Shown = PipelineKey & Partial<Pick<PipelineRecord, "lastLog" | "error">>;

/** A stopped pipeline is shown as enabled too: a stop ends by itself. */
function formatPipeline(pipeline: Shown): Writable {
  const { ledger, exporterId, createdAt, id, lastLog, error } = pipeline;
  return {
    ledger,
    exporterID: exporterId,
    createdAt: formatTimestamp(createdAt),
    id,
    enabled: true,
    lastLogID: lastLog,
    error,
  };
}
