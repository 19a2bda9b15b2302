/**
 * Listing logs.
 */
import { Hono } from "hono";
import type { Env } from "../context.ts";

export function logRoutes(): Hono<Env> {
  return new Hono<Env>();
}
