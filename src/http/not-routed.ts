/**
 * Requests that no route takes: an unknown path, or a known one with a method it does not have.
 * Below a ledger's groups the ledger is looked up first, as the original's middleware does
 * (contract §1.8, I.1).
 */
import type { Hono } from "hono";
import { DEFAULT_TENANT, type Bindings, type Env } from "./context.ts";
import { errorResponse, methodNotAllowed, pathNotFound } from "./errors.ts";
import { ledgerByName } from "./ledger-of.ts";
import type { Part } from "./place.ts";
import { decodePercent } from "./query.ts";
import { notFound, validation } from "../core/error.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;

const COUNTED = /^\/[^/]+\/(?:accounts|transactions)$/;

/** Whether HEAD is a method of this path: it counts, or asks for health like every method. */
export function isHeadable(part: Part, path: string): boolean {
  return part === "technical"
    ? path === "/healthcheck"
    : (part === "ledgers" || part === "v1") && COUNTED.test(path);
}

const BELOW_LEDGER = /^\/([^/]+)\/(?:accounts|transactions|logs|pipelines)(?:\/|$)/;

export async function notRouted(
  router: Hono<Env>,
  part: Part,
  method: string,
  path: string,
  env: Bindings,
): Promise<Response> {
  if (part === "ledgers" && NAMELESS.test(path) && method === "GET") {
    return errorResponse(notFound());
  }
  const allowed = allowedMethods(router, part, path.replace(NOBODY, "/accounts/_/metadata"));
  const [, ledger] = (part === "ledgers" && BELOW_LEDGER.exec(path)) || [];
  if (ledger !== undefined) {
    const name = decodePercent(ledger) ?? "";
    const standing = await ledgerByName(env.LEDGER, DEFAULT_TENANT, name).standing();
    if (!standing.ok) {
      return errorResponse(standing.error);
    }
  }
  if (NOBODY.test(path) && allowed.includes(method)) {
    return errorResponse(validation("the address in the path is empty"));
  }
  return allowed.length === 0 ? pathNotFound() : methodNotAllowed(allowed);
}

// The original takes the empty address for one like any other.
const NOBODY = /\/accounts\/\/metadata(?=\/|$)/;

// `/v2//` and `/v2/_info/` ask for ledgers that cannot exist.
const NAMELESS = /^\/(?:_info)?\/$/;

function allowedMethods(router: Hono<Env>, part: Part, path: string): readonly string[] {
  const allowed: string[] = METHODS.filter((method) => hasRoute(router, method, path));
  return isHeadable(part, path) ? [...allowed, "HEAD"] : allowed;
}

/** Middleware stands under every method and does not count. */
function hasRoute(router: Hono<Env>, method: string, path: string): boolean {
  return router.router.match(method, path)[0].some(([handler]) => handler[1].method === method);
}
