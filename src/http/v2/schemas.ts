/**
 * Inserting, reading and listing schemas.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function schemaRoutes(): Hono<Env> {
  return new Hono<Env>();
}
