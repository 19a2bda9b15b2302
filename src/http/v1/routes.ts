/**
 * Every route of the v1 dialect: paths without a version prefix (contract §1.7, §14).
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function v1Routes(): Hono<Env> {
  return new Hono<Env>();
}
