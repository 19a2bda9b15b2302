/**
 * How many transactions and accounts a ledger has.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function statsRoutes(): Hono<Env> {
  return new Hono<Env>();
}
