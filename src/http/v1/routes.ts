/**
 * Every route of the v1 dialect: paths without a version prefix (contract §1.7, §14, Appendix C).
 * It is spoken over the books of v2, with v2's commands and lists; only words in and words out
 * differ.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { infoRoutes } from "./info.ts";
import { metadataRoutes } from "./metadata.ts";
import { transactionWriteRoutes } from "./transactions-write.ts";

export function v1Routes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.route("/:ledger", infoRoutes());
  routes.route("/:ledger", transactionWriteRoutes());
  routes.route("/:ledger", metadataRoutes());
  return routes;
}
