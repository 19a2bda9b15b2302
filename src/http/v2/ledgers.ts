/**
 * Ledgers themselves: creating, reading and listing them, and their metadata (contract §3). All of
 * it is the registry's; no ledger is asked.
 */
import { Hono } from "hono";
import { err, ok, type Result } from "../../core/result.ts";
import { validation, type LedgerError } from "../../core/error.ts";
import { parseWholeJson, RawJson, type JsonObject } from "../../core/json.ts";
import type { Metadata } from "../../core/transaction.ts";
import type { NewLedger } from "../../ledger/registry-rpc.ts";
import { answerPage } from "../answer.ts";
import {
  asObject,
  asStringMap,
  parseText,
  readText,
  stringMapMember,
  textMember,
} from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { checkNewLedger } from "../ledger-config.ts";
import { formatLedger, formatLedgerRow } from "../ledger-view.ts";
import { ledgerName, pathParam, registryStub } from "../ledger-of.ts";
import { readList } from "../page-request.ts";
import { askLedgers, LEDGER_RULES } from "../reads/ledgers.ts";
import { serverInfo } from "./info.ts";
import { data, noContent } from "../respond.ts";

export function ledgerRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/", async (c) => {
    const request = await readList(c, LEDGER_RULES);
    return request.ok
      ? answerPage(await askLedgers(c, request.value), formatLedgerRow)
      : errorResponse(request.error);
  });

  routes.post("/:ledger", async (c) => {
    const wanted = await readNewLedger(c);
    if (!wanted.ok) {
      return errorResponse(wanted.error);
    }
    const created = await registryStub(c).create(wanted.value);
    return created.ok ? noContent() : errorResponse(created.error);
  });

  // No ledger can have the name; a route of its own would slow down all others.
  routes.get("/:ledger", async (c) => {
    if (ledgerName(c) === "_info") {
      return serverInfo(c);
    }
    const ledger = await registryStub(c).ledger(ledgerName(c));
    return ledger.ok ? data(new RawJson(formatLedger(ledger.value))) : errorResponse(ledger.error);
  });

  routes.put("/:ledger/metadata", async (c) => {
    const metadata = await readMetadata(c);
    if (!metadata.ok) {
      return errorResponse(metadata.error);
    }
    const saved = await registryStub(c).saveMetadata(ledgerName(c), metadata.value);
    return saved.ok ? noContent() : errorResponse(saved.error);
  });

  routes.delete("/:ledger/metadata/:key", async (c) => {
    await registryStub(c).deleteMetadata(ledgerName(c), pathParam(c, "key"));
    return noContent();
  });

  return routes;
}

async function readNewLedger(c: App): Promise<Result<NewLedger, LedgerError>> {
  const text = await readText(c);
  if (!text.ok) {
    return text;
  }
  const body = text.value === "" ? ok({}) : parseStrictly(text.value);
  if (!body.ok) {
    return body;
  }
  const bucket = textMember(body.value, "bucket");
  const metadata = stringMapMember(body.value, "metadata");
  const features = stringMapMember(body.value, "features");
  if (!bucket.ok) {
    return bucket;
  }
  if (!metadata.ok) {
    return metadata;
  }
  if (!features.ok) {
    return features;
  }
  const { experimentalFeatures } = c.get("config");
  return checkNewLedger(
    {
      name: ledgerName(c),
      bucket: bucket.value,
      metadata: metadata.value,
      features: features.value,
    },
    experimentalFeatures,
  );
}

/** Unlike everywhere else, nothing may follow the value. */
function parseStrictly(text: string): Result<JsonObject, LedgerError> {
  const body = parseWholeJson(text);
  return body.ok ? asObject(body.value, "the body") : err(validation(body.error));
}

async function readMetadata(c: App): Promise<Result<Metadata, LedgerError>> {
  const text = await readText(c);
  if (!text.ok) {
    return text;
  }
  const body = parseText(text.value);
  if (!body.ok) {
    return body;
  }
  const metadata = asStringMap(body.value, "metadata");
  return metadata.ok ? ok(metadata.value ?? {}) : metadata;
}
