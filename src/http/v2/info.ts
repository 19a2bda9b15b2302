/**
 * What the server and a ledger say about themselves.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function infoRoutes(): Hono<Env> {
  return new Hono<Env>();
}
