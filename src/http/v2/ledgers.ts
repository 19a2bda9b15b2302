/**
 * Creating, reading and listing ledgers, and their metadata.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function ledgerRoutes(): Hono<Env> {
  return new Hono<Env>();
}
