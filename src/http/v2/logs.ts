/**
 * Listing logs (contract §10.1). They are shown as they are kept.
 */
import { Hono } from "hono";
import { answerPage, withAmounts, type Format } from "../answer.ts";
import type { App, Env } from "../context.ts";
import type { LogRow } from "../../read-model/logs.ts";
import { refuse } from "../ledger-of.ts";
import { readList } from "../page-request.ts";
import { askLogs, LOG_RULES } from "../reads/logs.ts";

/** Only logs of transactions hold amounts: a schema may use the same words for other numbers. */
export function formatLogs(c: App): Format<LogRow> {
  const plain: Format<LogRow> = ({ line }) => line;
  const amounts = withAmounts(c, plain);
  return (log) => (log.type.endsWith("_TRANSACTION") ? amounts(log) : plain(log));
}

export function logRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/logs", async (c) => {
    const request = await readList(c, LOG_RULES);
    return request.ok
      ? answerPage(await askLogs(c, request.value), formatLogs(c))
      : refuse(c, request.error);
  });

  return routes;
}
