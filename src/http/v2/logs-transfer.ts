/**
 * The log as a stream, out and in (contract §10.4, §10.5). Export asks the ledger's object for
 * pages of about a megabyte as the client reads, up to the head at the start; the whole log is
 * never in memory, nor is it on import.
 */
import { Hono } from "hono";
import type { LedgerObject } from "../../ledger/object.ts";
import type { LogChunk } from "../../ledger/rpc.ts";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { importStream } from "../log-import.ts";
import { noContent } from "../respond.ts";

export function logTransferRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/logs/export", async (c) => {
    const stub = ledgerStub(c);
    const standing = await stub.standing();
    if (!standing.ok) {
      return errorResponse(standing.error);
    }
    const { head } = standing.value;
    const first = await stub.exportLogs(0, head);
    return first.ok
      ? new Response(stream(stub, first.value, head), {
          headers: { "Content-Type": "application/octet-stream" },
        })
      : errorResponse(first.error);
  });

  routes.post("/logs/import", async (c) => {
    const imported = await importStream(c.req.raw.body, ledgerStub(c));
    return imported.ok ? noContent() : errorResponse(imported.error);
  });

  return routes;
}

/** A ledger that goes away midway breaks the stream: a short export must not look whole. */
function stream(
  stub: DurableObjectStub<LedgerObject>,
  first: LogChunk,
  head: number,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let chunk: LogChunk | undefined = first;
  return new ReadableStream({
    async pull(controller) {
      if (chunk === undefined) {
        controller.close();
        return;
      }
      if (chunk.lines !== "") {
        controller.enqueue(encoder.encode(chunk.lines));
      }
      if (chunk.next === undefined) {
        controller.close();
        return;
      }
      const next = await stub.exportLogs(chunk.next, head);
      if (!next.ok) {
        throw new Error(`the export ended early: ${next.error.message}`);
      }
      chunk = next.value;
    },
  });
}
