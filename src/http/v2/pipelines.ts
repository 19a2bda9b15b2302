/**
 * Pipelines of a ledger.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function pipelineRoutes(): Hono<Env> {
  return new Hono<Env>();
}
