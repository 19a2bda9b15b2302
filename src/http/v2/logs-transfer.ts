/**
 * Import and export of a ledger's log.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function logTransferRoutes(): Hono<Env> {
  return new Hono<Env>();
}
