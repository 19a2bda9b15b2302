/**
 * Many writes in one request (contract §9): as a JSON array.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { kindOf } from "../../core/json-read.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { BulkOptions } from "../../ledger/rpc.ts";
import { readJson } from "../body.ts";
import { readElements, type Element } from "../bulk-elements.ts";
import { BulkRun } from "../bulk-run.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub, refuse } from "../ledger-of.ts";
import { flag, queryOf, text, type Query } from "../query.ts";

export function bulkRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/_bulk", async (c) => {
    const query = queryOf(c);
    const elements = await readArray(c, text(query, "schemaVersion"));
    if (!elements.ok) {
      return refuse(c, elements.error);
    }
    const options = readOptions(query);
    if (!options.ok) {
      return refuse(c, options.error);
    }
    const run = new BulkRun(ledgerStub(c), options.value);
    const done = await run.execute(elements.value);
    return done.ok ? run.answer() : errorResponse(done.error);
  });

  return routes;
}

/** Everything is read before anything is executed; null is an empty bulk. */
async function readArray(
  c: App,
  schemaVersion: string,
): Promise<Result<readonly Element[], LedgerError>> {
  const body = await readJson(c);
  if (!body.ok) {
    return body;
  }
  const items = body.value ?? [];
  if (!Array.isArray(items)) {
    return err(validation(`invalid JSON: the body must be an array, got ${kindOf(body.value)}`));
  }
  const elements = readElements(items, schemaVersion);
  const { bulkMaxSize } = c.get("config");
  return elements.ok && bulkMaxSize > 0 && items.length > bulkMaxSize
    ? err({ code: "BULK_SIZE_EXCEEDED", message: `bulk size exceeded, max size is ${bulkMaxSize}` })
    : elements;
}

/** `parallel` needs no doing: the ledger answers in order whatever it does at once. */
function readOptions(query: Query): Result<BulkOptions, LedgerError> {
  const atomic = flag(query, "atomic");
  if (atomic && flag(query, "parallel")) {
    const problem = "atomic and parallel options are mutually exclusive";
    return err({ ...validation(`validating bulk options: ${problem}`), status: 412 });
  }
  return ok({ atomic, continueOnFailure: flag(query, "continueOnFailure") });
}
