/**
 * Exporters of the tenant, under /_/exporters.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function exporterRoutes(): Hono<Env> {
  return new Hono<Env>();
}
