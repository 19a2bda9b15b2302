/**
 * Every route of the v1 dialect: paths without a version prefix (contract §1.7, §14, Appendix C).
 * It is spoken over the books of v2, with v2's commands and lists; only words in and words out
 * differ.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { accountRoutes } from "./accounts.ts";
import { aggregateRoutes } from "./aggregates.ts";
import { batchRoutes } from "./batch.ts";
import { infoRoutes } from "./info.ts";
import { logRoutes } from "./logs.ts";
import { mappingRoutes } from "./mapping.ts";
import { metadataRoutes } from "./metadata.ts";
import { scriptRoutes } from "./script.ts";
import { transactionWriteRoutes } from "./transactions-write.ts";
import { transactionRoutes } from "./transactions.ts";

export function v1Routes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.route("/:ledger", infoRoutes());
  routes.route("/:ledger", transactionWriteRoutes());
  routes.route("/:ledger", batchRoutes());
  routes.route("/:ledger", scriptRoutes());
  routes.route("/:ledger", mappingRoutes());
  routes.route("/:ledger", metadataRoutes());
  routes.route("/:ledger", transactionRoutes());
  routes.route("/:ledger", accountRoutes());
  routes.route("/:ledger", aggregateRoutes());
  routes.route("/:ledger", logRoutes());
  return routes;
}
