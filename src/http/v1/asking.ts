/**
 * How v1 asks for what v2 asks for otherwise (contract §14.4–14.6, I.4): filters stand in the query
 * string, a parameter each; the order is fixed; pages have sizes of their own.
 */
import { validation, type LedgerError } from "../../core/error.ts";
import { err, type Result } from "../../core/result.ts";
import type { Timestamp } from "../../core/timestamp.ts";
import type { Filter } from "../../filter/ast.ts";
import type { Resource } from "../../filter/fields.ts";
import type { V1Filter } from "../../filter/from-v1.ts";
import type { App } from "../context.ts";
import type { ListRules } from "../page-request.ts";
import { date, queryOf, type Query } from "../query.ts";
import { EXTRACTING, parseListFilter } from "../request-filter.ts";

const PAGE_SIZES = { usual: 15, most: 1000 };

export function v1Rules(rules: ListRules, filterOf: (query: Query) => V1Filter): ListRules {
  return {
    ...rules,
    isSortable: false,
    pageSizes: PAGE_SIZES,
    splitsExpand: false,
    readFilter: (c) => readFilter(c, rules.resource, filterOf),
  };
}

/** The date that is asked about; `oot` has no effect beside it, but must be one. */
export function readPit(query: Query): Result<Timestamp | undefined, LedgerError> {
  const pit = date(query, "pit");
  const oot = date(query, "oot");
  return oot.ok ? pit : pit.ok ? oot : pit;
}

export function readFilter(
  c: App,
  resource: Resource,
  filterOf: (query: Query) => V1Filter,
): Result<Filter | undefined, LedgerError> {
  const json = filterOf(queryOf(c));
  return json.ok
    ? parseListFilter(json.value ?? null, resource)
    : err(validation(EXTRACTING + json.error));
}
