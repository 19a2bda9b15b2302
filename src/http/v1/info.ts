/**
 * What a ledger says about itself: as in v2 (contract §14.6), and created on demand.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { ledgerStub } from "../ledger-of.ts";
import { answerLedgerInfo } from "../v2/info.ts";
import { answerStats } from "../v2/stats.ts";
import { onDemand } from "./on-demand.ts";

export function infoRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/_info", async (c) => {
    return answerLedgerInfo(await onDemand(c, () => ledgerStub(c).standing()));
  });

  routes.get("/stats", async (c) => {
    return answerStats(await onDemand(c, () => ledgerStub(c).stats()));
  });

  return routes;
}
