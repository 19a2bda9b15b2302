/**
 * A given log in the one form that logs are kept, exported and hashed in: members in the original's
 * order, nothing it does not know. An export of Formance, and ours, comes out byte for byte as it
 * went in.
 */
import {
  formatAccountMetadata,
  formatDeleteMetadata,
  formatSetMetadata,
  formatTransactionMemento,
} from "../core/log.ts";
import { ZERO_TIME } from "../core/timestamp.ts";
import { formatTransaction } from "../core/transaction-json.ts";
import type { Metadata } from "../core/transaction.ts";
import { formatSchemaObject } from "../engine/insert-schema.ts";
import type { GivenData, GivenTransaction } from "./given-log.ts";

/** The data of a log as text, and the part of it that is hashed. */
export interface FormattedData {
  readonly data: string;
  readonly memento: string;
}

export function formatGiven(given: GivenData): FormattedData {
  switch (given.type) {
    case "NEW_TRANSACTION": {
      const accounts = formatAccounts(given.accountMetadata);
      return {
        data: `{"transaction":${formatCreated(given.transaction)},"accountMetadata":${accounts}}`,
        memento: `{"transaction":${mementoOf(given.transaction)},"accountMetadata":${accounts}}`,
      };
    }
    case "REVERTED_TRANSACTION": {
      const { revertedId, reverted, transaction } = given;
      const id = `"revertedTransactionID":${revertedId}`;
      const original =
        reverted === undefined ? id : `"revertedTransaction":${formatDated(reverted)}`;
      return {
        data: `{${original},"transaction":${formatCreated(transaction)}}`,
        memento: `{${id},"transaction":${mementoOf(transaction)}}`,
      };
    }
    case "SET_METADATA":
      return whole(formatSetMetadata(given.target, given.metadata));
    case "DELETE_METADATA":
      return whole(formatDeleteMetadata(given.target, given.key));
    case "INSERTED_SCHEMA": {
      const { schema, version, createdAt = ZERO_TIME } = given;
      return whole(`{"schema":${formatSchemaObject(schema, version, createdAt)}}`);
    }
  }
}

function whole(data: string): FormattedData {
  return { data, memento: data };
}

function formatCreated(transaction: GivenTransaction): string {
  return formatDated({ ...transaction, revertedAt: undefined });
}

/** Dates that were not told stand as Go's zero time. */
function formatDated(transaction: GivenTransaction): string {
  const { timestamp, insertedAt, updatedAt } = transaction;
  return formatTransaction({
    ...transaction,
    timestamp: timestamp ?? ZERO_TIME,
    insertedAt: insertedAt ?? ZERO_TIME,
    updatedAt: updatedAt ?? ZERO_TIME,
  });
}

function mementoOf(transaction: GivenTransaction): string {
  return formatTransactionMemento({
    ...transaction,
    timestamp: transaction.timestamp ?? ZERO_TIME,
  });
}

function formatAccounts(accounts: ReadonlyMap<string, Metadata> | undefined): string {
  return accounts === undefined ? "null" : formatAccountMetadata(accounts);
}
