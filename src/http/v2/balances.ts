/**
 * Aggregated balances.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function balanceRoutes(): Hono<Env> {
  return new Hono<Env>();
}
