/**
 * What a ledger says about itself: as in v2 (contract §14.6), and created on demand.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { ledgerStub } from "../ledger-of.ts";
import { data } from "../respond.ts";
import { ledgerInfo } from "../v2/info.ts";
import { errorResponse } from "./errors.ts";
import { onDemand } from "./on-demand.ts";

export function infoRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/_info", async (c) => {
    const standing = await onDemand(c, () => ledgerStub(c).standing());
    return standing.ok ? ledgerInfo(standing.value) : errorResponse(standing.error);
  });

  routes.get("/stats", async (c) => {
    const stats = await onDemand(c, () => ledgerStub(c).stats());
    return stats.ok ? data({ ...stats.value }) : errorResponse(stats.error);
  });

  return routes;
}
