/**
 * What an operator may ask beyond the original's API: to make the read model again from the log.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { accepted } from "../respond.ts";

export function operationRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  // Accepted, not done: what follows reads the rebuilt model, or waits for it.
  routes.post("/_rebuild", async (c) => {
    const rebuilt = await ledgerStub(c).rebuild();
    return rebuilt.ok ? accepted() : errorResponse(rebuilt.error);
  });

  return routes;
}
