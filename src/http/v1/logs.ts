/**
 * Listing logs the way v1 does (contract §14.6): v2's logs, found by their dates.
 */
import { Hono } from "hono";
import { logsFromV1 } from "../../filter/from-v1.ts";
import { answerPage } from "../answer.ts";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { readList } from "../page-request.ts";
import { askLogs, LOG_RULES } from "../reads/logs.ts";
import { v1Rules } from "./asking.ts";
import { onDemand } from "./on-demand.ts";

const RULES = v1Rules(LOG_RULES, logsFromV1);

export function logRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/logs", async (c) => {
    const request = await readList(c, RULES);
    return request.ok
      ? answerPage(await onDemand(c, () => askLogs(c, request.value)), ({ line }) => line)
      : errorResponse(request.error);
  });

  return routes;
}
