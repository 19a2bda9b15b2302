/**
 * The server's own routes under `/_`: health and version (contract §1.5). They ask nobody.
 */
import { Hono } from "hono";
import { quote } from "../core/json.ts";
import type { Env } from "./context.ts";
import { json } from "./respond.ts";
import { serverInfo } from "./v2/info.ts";

export function technicalRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.all("/healthcheck", healthy);
  routes.get("/info", (c) => {
    return json(`{"server":"ledger","version":${quote(c.get("config").version)}}`);
  });
  return routes;
}

/** The same outside `/_`, as v1 has them. */
export function rootRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/_healthcheck", healthy);
  routes.get("/_info", serverInfo);
  return routes;
}

function healthy(): Response {
  return json(`{"storage-driver-up-to-date":"OK"}`);
}
