/**
 * The list of a tenant's ledgers (contract §3.3).
 */
import type { LedgerError } from "../../core/error.ts";
import { ok, type Result } from "../../core/result.ts";
import {
  LEDGER_LIST,
  ledgerOptions,
  listLedgers,
  type LedgerRow,
} from "../../read-model/ledgers.ts";
import type { Page } from "../../read-model/page.ts";
import { askRegistry } from "../ask.ts";
import type { App } from "../context.ts";
import type { ListRequest, ListRules } from "../page-request.ts";
import { flag } from "../query.ts";
import { orRefused } from "../request-filter.ts";

export const LEDGER_RULES: ListRules = {
  resource: "ledgers",
  shape: LEDGER_LIST,
  sort: { column: "id", order: "asc" },
  expansions: [],
  readOptions: (query) => ok(ledgerOptions(flag(query, "includeDeleted"))),
};

export function askLedgers(
  c: App,
  { page, filter }: ListRequest,
): Promise<Result<Page<LedgerRow>, LedgerError>> {
  return askRegistry(c, (db, tenant) => orRefused(listLedgers(db, tenant, page, filter)));
}
