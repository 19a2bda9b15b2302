/**
 * Volumes per account and asset.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function volumeRoutes(): Hono<Env> {
  return new Hono<Env>();
}
