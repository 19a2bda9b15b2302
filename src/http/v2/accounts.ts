/**
 * Reading, listing and counting accounts.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function accountRoutes(): Hono<Env> {
  return new Hono<Env>();
}
