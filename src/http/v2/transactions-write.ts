/**
 * Creating and reverting transactions.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function transactionWriteRoutes(): Hono<Env> {
  return new Hono<Env>();
}
