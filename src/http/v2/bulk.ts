/**
 * Many writes in one request (contract §9): a JSON array, a stream of JSON elements, or a stream of
 * scripts, as the content type says.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { kindOf } from "../../core/json-read.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { BulkOptions } from "../../ledger/rpc.ts";
import { readJson } from "../body.ts";
import { readElements, type Element } from "../bulk-elements.ts";
import { BulkRun } from "../bulk-run.ts";
import { answerStream, gatherStream } from "../bulk-stream.ts";
import type { App, Env } from "../context.ts";
import { JsonElements, ScriptElements, type ElementReader } from "../element-readers.ts";
import { ledgerStub, refuse } from "../ledger-of.ts";
import { flag, queryOf, text, type Query } from "../query.ts";

const STREAMS = new Map<string, new (schemaVersion: string) => ElementReader>([
  ["application/vnd.formance.ledger.api.v2.bulk+json-stream", JsonElements],
  ["application/vnd.formance.ledger.api.v2.bulk+script-stream", ScriptElements],
]);

export function bulkRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/_bulk", async (c) => {
    const query = queryOf(c);
    const type = contentType(c.req.raw.headers.get("Content-Type") ?? "");
    if (type === "" || type === "application/json") {
      return answerArray(c, query);
    }
    const Reader = STREAMS.get(type);
    return Reader === undefined
      ? refuse(c, validation(`unsupported content type: ${type}`))
      : answerReader(c, query, new Reader(text(query, "schemaVersion")));
  });

  return routes;
}

/** Without its parameters; compared letter by letter, as the original does. */
function contentType(header: string): string {
  const semicolon = header.indexOf(";");
  return semicolon > 0 ? header.slice(0, semicolon) : header;
}

async function answerArray(c: App, query: Query): Promise<Response> {
  const elements = await readArray(c, text(query, "schemaVersion"));
  const options = readOptions(query);
  if (!elements.ok) {
    return refuse(c, elements.error);
  }
  return options.ok ? answerAll(c, elements.value, options.value) : refuse(c, options.error);
}

async function answerAll(
  c: App,
  elements: readonly Element[],
  options: BulkOptions,
  problem?: LedgerError,
): Promise<Response> {
  const run = new BulkRun(ledgerStub(c), options);
  await run.execute(elements);
  return run.answer(problem);
}

async function answerReader(c: App, query: Query, reader: ElementReader): Promise<Response> {
  const options = readOptions(query);
  if (!options.ok) {
    return refuse(c, options.error);
  }
  const { body } = c.req.raw;
  if (!options.value.atomic) {
    return answerStream(body, reader, new BulkRun(ledgerStub(c), options.value));
  }
  const elements = await gatherStream(body, reader);
  return elements.ok
    ? answerAll(c, elements.value, options.value, reader.atEnd)
    : refuse(c, elements.error);
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
