/**
 * What can be asked about transactions, for every dialect of the API: a page, a count, one.
 */
import { notFound, type LedgerError } from "../../core/error.ts";
import { keepsEffectiveVolumes } from "../../core/features.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Timestamp } from "../../core/timestamp.ts";
import type { Page } from "../../read-model/page.ts";
import {
  countTransactions,
  listTransactions,
  readTransaction,
  TRANSACTION_LIST,
  type TransactionRow,
  type TransactionView,
} from "../../read-model/transactions.ts";
import { askLedger, isEventual, type Book } from "../ask.ts";
import type { App } from "../context.ts";
import { ledgerStub } from "../ledger-of.ts";
import type { CountRequest, ListRequest, ListRules } from "../page-request.ts";
import { flag, text } from "../query.ts";
import { orRefused } from "../request-filter.ts";
import { formatTransactionRecord, formatTransactionRow } from "../views.ts";

type Answer<T> = Result<T, LedgerError>;

export const TRANSACTION_RULES: ListRules = {
  resource: "transactions",
  shape: TRANSACTION_LIST,
  sort: { column: "id", order: "desc" },
  expansions: ["volumes", "effectiveVolumes"],
  legacySort: (query, { column, order }) => ({
    column: text(query, "order") === "effective" ? "timestamp" : column,
    order: flag(query, "reverse") ? "asc" : order,
  }),
};

function viewOf(
  { features }: Book,
  pit: Timestamp | undefined,
  expand: readonly string[],
): TransactionView {
  return {
    pit,
    // The original asks the accounts' feature here (contract §5.2).
    hasMetadataHistory: features.ACCOUNT_METADATA_HISTORY === "SYNC",
    movesKept: features.MOVES_HISTORY === "ON",
    withLog: expand.includes("volumes"),
    withEffectiveVolumes: expand.includes("effectiveVolumes") && keepsEffectiveVolumes(features),
  };
}

export function askTransactions(
  c: App,
  { page, filter }: ListRequest,
): Promise<Answer<Page<TransactionRow>>> {
  return askLedger(c, (book) => {
    const view = viewOf(book, page.pit, page.expand);
    return orRefused(listTransactions(book.db, book.scope, page, view, filter));
  });
}

/** All there are, as of now, the object knows by heart. */
export async function askTransactionCount(
  c: App,
  { pit, filter }: CountRequest,
): Promise<Answer<number>> {
  if (pit === undefined && filter === undefined && !isEventual(c)) {
    const stats = await ledgerStub(c).stats();
    return stats.ok ? ok(stats.value.transactions) : stats;
  }
  return askLedger(c, (book) => {
    return orRefused(countTransactions(book.db, book.scope, viewOf(book, pit, []), filter));
  });
}

export interface TransactionRequest {
  readonly id: number;
  readonly pit: Timestamp | undefined;
  readonly expand: readonly string[];
}

/**
 * As JSON. The object knows a transaction as it is now, and the volumes right after it; the past
 * and effective volumes are the read model's.
 */
export async function askTransaction(c: App, request: TransactionRequest): Promise<Answer<string>> {
  const { id, pit, expand } = request;
  if (pit === undefined && !expand.includes("effectiveVolumes") && !isEventual(c)) {
    const record = await ledgerStub(c).transaction(id);
    return record.ok
      ? ok(formatTransactionRecord(record.value, expand.includes("volumes")))
      : record;
  }
  const row = await askLedger(c, (book) => {
    return ok(readTransaction(book.db, book.scope, id, viewOf(book, pit, expand)));
  });
  if (!row.ok) {
    return row;
  }
  return row.value === undefined ? err(notFound()) : ok(formatTransactionRow(row.value));
}
