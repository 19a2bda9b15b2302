/**
 * Setting and deleting metadata of accounts and transactions.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function metadataRoutes(): Hono<Env> {
  return new Hono<Env>();
}
