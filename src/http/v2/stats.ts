/**
 * How much a ledger holds (contract §11.1). The object knows by heart.
 */
import { Hono } from "hono";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { data } from "../respond.ts";

export function statsRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/stats", ledgerStats);
  return routes;
}

/** Also the answer of v1's `/{ledger}/stats`. */
export async function ledgerStats(c: App): Promise<Response> {
  const stats = await ledgerStub(c).stats();
  if (!stats.ok) {
    return errorResponse(stats.error);
  }
  const { transactions, accounts } = stats.value;
  return data({ transactions, accounts });
}
