/**
 * Many writes in one request.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function bulkRoutes(): Hono<Env> {
  return new Hono<Env>();
}
