/**
 * Running the query templates of a schema.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function queryRoutes(): Hono<Env> {
  return new Hono<Env>();
}
