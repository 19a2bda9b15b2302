/**
 * Deleting and restoring buckets, under /_/buckets.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function bucketRoutes(): Hono<Env> {
  return new Hono<Env>();
}
