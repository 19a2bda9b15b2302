/**
 * How much a ledger holds (contract §11.1). The object knows by heart.
 */
import { Hono } from "hono";
import type { LedgerError } from "../../core/error.ts";
import type { Result } from "../../core/result.ts";
import type { Stats } from "../../ledger/rpc.ts";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { data } from "../respond.ts";

export function statsRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/stats", async (c) => answerStats(await ledgerStub(c).stats()));
  return routes;
}

/** Also the answer of v1's `/{ledger}/stats`. */
export function answerStats(stats: Result<Stats, LedgerError>): Response {
  if (!stats.ok) {
    return errorResponse(stats.error);
  }
  const { transactions, accounts } = stats.value;
  return data({ transactions, accounts });
}
