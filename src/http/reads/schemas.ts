/**
 * The list of a ledger's schemas (contract §8.4, §12.1). Single ones come from its object.
 */
import type { LedgerError } from "../../core/error.ts";
import type { Result } from "../../core/result.ts";
import type { Page } from "../../read-model/page.ts";
import { listSchemas, SCHEMA_LIST, type SchemaRow } from "../../read-model/schemas-list.ts";
import { askLedger } from "../ask.ts";
import type { App } from "../context.ts";
import type { ListRequest, ListRules } from "../page-request.ts";
import { text } from "../query.ts";
import { orRefused } from "../request-filter.ts";

export const SCHEMA_RULES: ListRules = {
  resource: "schemas",
  shape: SCHEMA_LIST,
  sort: { column: "created_at", order: "desc" },
  expansions: [],
  legacySort: (query, { column, order }) => {
    const word = text(query, "order").toLowerCase();
    return { column, order: word === "asc" || word === "desc" ? word : order };
  },
};

export function askSchemas(
  c: App,
  { page, filter }: ListRequest,
): Promise<Result<Page<SchemaRow>, LedgerError>> {
  return askLedger(c, ({ db, scope }) => orRefused(listSchemas(db, scope, page, filter)));
}
