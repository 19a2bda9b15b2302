/**
 * The front of the API: finds the router a path belongs to, and does what holds for every answer
 * (CORS, broken paths, wrong methods, and that a bug of ours tells nothing about itself). It knows
 * no resource.
 */
import { Hono } from "hono";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { unavailable, type LedgerError } from "../core/error.ts";
import type { Config } from "../core/config.ts";
import { deploymentConfig } from "./config.ts";
import { DEFAULT_TENANT, type Bindings, type Env } from "./context.ts";
import { answerPreflight, isPreflight, withCors } from "./cors.ts";
import { errorResponse, INTERNAL } from "./errors.ts";
import { isHeadable, notRouted } from "./not-routed.ts";
import { locate, type Part } from "./place.ts";
import { hasBrokenEscape } from "./query.ts";
import { rootRoutes, technicalRoutes } from "./technical.ts";
import { v1Routes } from "./v1/routes.ts";
import { accountRoutes } from "./v2/accounts.ts";
import { balanceRoutes } from "./v2/balances.ts";
import { bucketRoutes } from "./v2/buckets.ts";
import { bulkRoutes } from "./v2/bulk.ts";
import { exporterRoutes } from "./v2/exporters.ts";
import { infoRoutes } from "./v2/info.ts";
import { ledgerRoutes } from "./v2/ledgers.ts";
import { logTransferRoutes } from "./v2/logs-transfer.ts";
import { logRoutes } from "./v2/logs.ts";
import { metadataRoutes } from "./v2/metadata.ts";
import { operationRoutes } from "./v2/operations.ts";
import { pipelineRoutes } from "./v2/pipelines.ts";
import { queryRoutes } from "./v2/queries.ts";
import { schemaRoutes } from "./v2/schemas.ts";
import { statsRoutes } from "./v2/stats.ts";
import { transactionWriteRoutes } from "./v2/transactions-write.ts";
import { transactionRoutes } from "./v2/transactions.ts";
import { volumeRoutes } from "./v2/volumes.ts";

type Router = Hono<Env>;

function createRouter(part: Part, mount: (router: Router) => void): Router {
  const router = new Hono<Env>({
    getPath: (request) => locate(request.url).path,
    // One expression finds every route, unless routes overlap, as v1's do: then Hono takes a router
    // that costs each request some 50 µs. The others are held to it.
    ...(part === "v1" ? {} : { router: new RegExpRouter() }),
  });
  router.use(async (c, next) => {
    const config = deploymentConfig(c.env);
    if (!config.ok) {
      return errorResponse(misconfigured(config.error));
    }
    c.set("config", config.value satisfies Config);
    c.set("tenant", DEFAULT_TENANT);
    return next();
  });
  mount(router);
  router.notFound((c) => notRouted(router, part, c.req.raw.method, c.req.path, c.env));
  router.onError((error) => {
    console.error(error);
    return errorResponse(describeFailure(error));
  });
  return router;
}

/**
 * A deployment with a wrong variable answers nothing but this, so that nobody runs on half a
 * configuration.
 */
function misconfigured(message: string): LedgerError {
  return { code: "INTERNAL", message: `the deployment is misconfigured: ${message}` };
}

/** Trouble of the platform between here and an object is passing; anything else is a bug. */
function describeFailure(error: Error): LedgerError {
  const passing = ["overloaded", "retryable", "durableObjectReset"];
  return passing.some((flag) => Reflect.get(error, flag) === true)
    ? unavailable("the ledger cannot be reached for a moment")
    : INTERNAL;
}

const ROUTERS: Readonly<Record<Part, Router>> = {
  ledgers: createRouter("ledgers", (router) => {
    router.route("/", infoRoutes());
    router.route("/", ledgerRoutes());
    router.route("/:ledger", transactionWriteRoutes());
    router.route("/:ledger", bulkRoutes());
    router.route("/:ledger", metadataRoutes());
    router.route("/:ledger", transactionRoutes());
    router.route("/:ledger", accountRoutes());
    router.route("/:ledger", volumeRoutes());
    router.route("/:ledger", balanceRoutes());
    router.route("/:ledger", logRoutes());
    router.route("/:ledger", logTransferRoutes());
    router.route("/:ledger", operationRoutes());
    router.route("/:ledger", statsRoutes());
    router.route("/:ledger", schemaRoutes());
    router.route("/:ledger", queryRoutes());
    router.route("/:ledger", pipelineRoutes());
  }),
  system: createRouter("system", (router) => {
    router.route("/exporters", exporterRoutes());
    router.route("/buckets", bucketRoutes());
  }),
  technical: createRouter("technical", (router) => {
    router.route("/", technicalRoutes());
  }),
  root: createRouter("root", (router) => {
    router.route("/", rootRoutes());
  }),
  v1: createRouter("v1", (router) => {
    router.route("/", v1Routes());
  }),
};

/** Answers one request. Never rejects. */
export async function handle(
  request: Request,
  env: Bindings,
  context: ExecutionContext,
): Promise<Response> {
  if (request.method === "OPTIONS" && isPreflight(request)) {
    return answerPreflight(request);
  }
  return withCors(request, await route(request, env, context));
}

async function route(
  request: Request,
  env: Bindings,
  context: ExecutionContext,
): Promise<Response> {
  const { part, path } = locate(request.url);
  if (hasBrokenEscape(path)) {
    return new Response("400 Bad Request", {
      status: 400,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  }
  const router = ROUTERS[part];
  if (request.method !== "HEAD") {
    return router.fetch(request, env, context);
  }
  // Hono serves HEAD wherever it serves GET; this API only counts with it.
  const response = isHeadable(part, path)
    ? await router.fetch(request, env, context)
    : await notRouted(router, part, "HEAD", path, env);
  return new Response(null, response);
}
