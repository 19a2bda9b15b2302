/**
 * Buckets: ledgers that are deleted and restored together (contract §3.5). Any name is taken; a
 * bucket without ledgers is no error.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { pathParam, registryStub } from "../ledger-of.ts";
import { noContent } from "../respond.ts";

export function bucketRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.delete("/:bucket", async (c) => {
    const deleted = await registryStub(c).deleteBucket(pathParam(c, "bucket"));
    return deleted.ok ? noContent() : errorResponse(deleted.error);
  });

  routes.post("/:bucket/restore", async (c) => {
    const restored = await registryStub(c).restoreBucket(pathParam(c, "bucket"));
    return restored.ok ? noContent() : errorResponse(restored.error);
  });

  return routes;
}
