/**
 * What can be asked about accounts, for every dialect of the API: a page, a count, one.
 */
import { notFound, type LedgerError } from "../../core/error.ts";
import { ACCOUNT_EXPANSIONS, refuseExpansion, type AccountExpansion } from "../../core/features.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Timestamp } from "../../core/timestamp.ts";
import { isPartialAddress } from "../../filter/address-pattern.ts";
import { namesField } from "../../filter/ast.ts";
import { toSnakeCase } from "../../filter/fields.ts";
import {
  ACCOUNT_LIST,
  countAccounts,
  listAccounts,
  readAccount,
  type AccountRow,
  type AccountView,
} from "../../read-model/accounts.ts";
import type { Page } from "../../read-model/page.ts";
import { askLedger, isEventual, type Book } from "../ask.ts";
import type { App } from "../context.ts";
import { ledgerStub } from "../ledger-of.ts";
import { expansionsIn } from "../page-request.ts";
import type { CountRequest, ListRequest, ListRules } from "../page-request.ts";
import { missingFeature, orRefused } from "../request-filter.ts";
import { formatAccountRecord, formatAccountRow } from "../views.ts";

type Answer<T> = Result<T, LedgerError>;

export const ACCOUNT_RULES: ListRules = {
  resource: "accounts",
  shape: ACCOUNT_LIST,
  sort: { column: "address", order: "asc" },
  expansions: ACCOUNT_EXPANSIONS,
  spelling: toSnakeCase,
};

/** Those of the names that are expansions of accounts. */
export function accountExpansions(names: readonly string[]): readonly AccountExpansion[] {
  const given = expansionsIn(names, ACCOUNT_RULES);
  return ACCOUNT_EXPANSIONS.filter((name) => given.includes(name));
}

function viewOf(
  { features }: Book,
  pit: Timestamp | undefined,
  expand: readonly string[],
): AccountView {
  return {
    pit,
    hasMetadataHistory: features.ACCOUNT_METADATA_HISTORY === "SYNC",
    withVolumes: expand.includes("volumes"),
    withEffectiveVolumes: expand.includes("effectiveVolumes"),
  };
}

/** Balances of the past are told by moves. */
function refuseFilter(
  { features }: Book,
  request: Omit<CountRequest, "oot">,
): LedgerError | undefined {
  const { pit, filter } = request;
  return pit !== undefined && features.MOVES_HISTORY !== "ON" && namesField(filter, "balance")
    ? missingFeature("MOVES_HISTORY")
    : undefined;
}

export function askAccounts(c: App, list: ListRequest): Promise<Answer<Page<AccountRow>>> {
  const { page, filter } = list;
  const { pit } = page;
  const expand = accountExpansions(page.expand);
  return askLedger(c, (book) => {
    const refusal = refuseFilter(book, { pit, filter }) ?? refuseExpansion(book.features, expand);
    return refusal === undefined
      ? orRefused(listAccounts(book.db, book.scope, page, viewOf(book, pit, expand), filter))
      : err(refusal);
  });
}

/** All there are, as of now, the object knows by heart. */
export async function askAccountCount(c: App, request: CountRequest): Promise<Answer<number>> {
  const { pit, filter } = request;
  if (pit === undefined && filter === undefined && !isEventual(c)) {
    const stats = await ledgerStub(c).stats();
    return stats.ok ? ok(stats.value.accounts) : stats;
  }
  return askLedger(c, (book) => {
    const refusal = refuseFilter(book, request);
    return refusal === undefined
      ? orRefused(countAccounts(book.db, book.scope, viewOf(book, pit, []), filter))
      : err(refusal);
  });
}

export interface AccountRequest {
  readonly address: string;
  readonly pit: Timestamp | undefined;
  readonly expand: readonly AccountExpansion[];
}

/**
 * As JSON. The object knows an account as it is now; the past and patterns are the read model's.
 */
export async function askAccount(c: App, request: AccountRequest): Promise<Answer<string>> {
  const { address, pit, expand } = request;
  if (pit === undefined && !isPartialAddress(address) && !isEventual(c)) {
    const record = await ledgerStub(c).account(address, expand);
    return record.ok ? ok(formatAccountRecord(record.value, expand)) : record;
  }
  const row = await askLedger(c, (book) => {
    const refusal = refuseExpansion(book.features, expand);
    return refusal === undefined
      ? ok(readAccount(book.db, book.scope, address, viewOf(book, pit, expand)))
      : err(refusal);
  });
  if (!row.ok) {
    return row;
  }
  return row.value === undefined ? err(notFound()) : ok(formatAccountRow(row.value));
}
