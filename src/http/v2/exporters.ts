/**
 * Exporters of the tenant, under /_/exporters: where its ledgers' logs can go (contract §13.2). All
 * of it is the registry's. Switched off, the paths do not exist.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { formatJson, JsonFloat, RawJson, type Json } from "../../core/json.ts";
import { member } from "../../core/json-read.ts";
import {
  EXPORTER_CONFIG_CHARS_MAX,
  EXPORTER_CONFIG_DEPTH_MAX,
  EXPORTERS_MAX,
} from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { formatTimestamp } from "../../core/timestamp.ts";
import type { ExporterRecord, NewExporter } from "../../ledger/registry-rpc.ts";
import { readObject, textMember } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse, pathNotFound } from "../errors.ts";
import { checkExporter } from "../exporter-config.ts";
import { pathParam, registryStub } from "../ledger-of.ts";
import { cursor, data, noContent } from "../respond.ts";

export function exporterRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use(async (c, next) => {
    return c.get("config").experimentalExporters ? next() : pathNotFound();
  });

  routes.get("/", async (c) => {
    const exporters = await registryStub(c).exporters();
    // All there can be are on one page. The original tells no size, which its own SDK refuses.
    return cursor({
      pageSize: EXPORTERS_MAX,
      previous: undefined,
      next: undefined,
      data: exporters.map(formatExporter),
    });
  });

  routes.post("/", async (c) => {
    const wanted = await readExporter(c, "failed to create exporter: ");
    if (!wanted.ok) {
      return errorResponse(wanted.error);
    }
    const created = await registryStub(c).createExporter(wanted.value);
    return created.ok ? data(formatExporter(created.value), 201) : errorResponse(created.error);
  });

  routes.get("/:id", async (c) => {
    const exporter = await registryStub(c).exporter(pathParam(c, "id"));
    return exporter.ok ? data(formatExporter(exporter.value)) : errorResponse(exporter.error);
  });

  routes.put("/:id", async (c) => {
    const wanted = await readExporter(c, "");
    if (!wanted.ok) {
      return errorResponse(wanted.error);
    }
    const updated = await registryStub(c).updateExporter(pathParam(c, "id"), wanted.value);
    return updated.ok ? noContent() : errorResponse(updated.error);
  });

  routes.delete("/:id", async (c) => {
    const deleted = await registryStub(c).deleteExporter(pathParam(c, "id"));
    return deleted.ok ? noContent() : errorResponse(deleted.error);
  });

  return routes;
}

function formatExporter({ id, createdAt, driver, config }: ExporterRecord): RawJson {
  const rest = { driver, config: new RawJson(config) };
  return new RawJson(formatJson({ id, createdAt: formatTimestamp(createdAt), ...rest }));
}

async function readExporter(c: App, prefix: string): Promise<Result<NewExporter, LedgerError>> {
  const body = await readObject(c);
  if (!body.ok) {
    return body;
  }
  const driver = textMember(body.value, "driver");
  if (!driver.ok) {
    return driver;
  }
  const name = driver.value ?? "";
  const given = member(body.value, "config");
  const destination = checkExporter(name, given);
  if (!destination.ok) {
    return err(validation(prefix + destination.error));
  }
  if (nestsDeeper(given, EXPORTER_CONFIG_DEPTH_MAX)) {
    return err(validation(`config nests too deep: the limit is ${EXPORTER_CONFIG_DEPTH_MAX}`));
  }
  const config = formatJson(given);
  return config.length > EXPORTER_CONFIG_CHARS_MAX
    ? err(validation(`config is too large: the limit is ${EXPORTER_CONFIG_CHARS_MAX} characters`))
    : ok({ driver: name, config, destination: destination.value });
}

function nestsDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof JsonFloat) {
    return false;
  }
  return levels === 0 || Object.values(value).some((item) => nestsDeeper(item, levels - 1));
}
