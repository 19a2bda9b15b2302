/**
 * What can be asked about logs, for every dialect of the API. Points in time mean nothing to them.
 */
import type { LedgerError } from "../../core/error.ts";
import type { Result } from "../../core/result.ts";
import { listLogs, LOG_LIST, type LogRow } from "../../read-model/logs.ts";
import type { Page } from "../../read-model/page.ts";
import { askLedger } from "../ask.ts";
import type { App } from "../context.ts";
import type { ListRequest, ListRules } from "../page-request.ts";
import { orRefused } from "../request-filter.ts";

export const LOG_RULES: ListRules = {
  resource: "logs",
  shape: LOG_LIST,
  sort: { column: "id", order: "desc" },
  expansions: [],
};

export function askLogs(
  c: App,
  { page, filter }: ListRequest,
): Promise<Result<Page<LogRow>, LedgerError>> {
  return askLedger(c, ({ db, scope }) => orRefused(listLogs(db, scope, page, filter)));
}
