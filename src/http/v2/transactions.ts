/**
 * Reading, listing and counting transactions.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function transactionRoutes(): Hono<Env> {
  return new Hono<Env>();
}
