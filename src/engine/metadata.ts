/**
 * Setting and deleting metadata of accounts and transactions (contract §7). Every accepted command
 * makes a log, also one that changes nothing.
 */
import type { DeleteMetadata, Request, SaveMetadata } from "../core/command.ts";
import { formatDeleteMetadata, formatSetMetadata } from "../core/log.ts";
import type { Schema } from "../schema/schema.ts";
import {
  containsMetadata,
  mergeMetadata,
  NO_METADATA,
  touchAccount,
  withoutKey,
} from "./account-upsert.ts";
import { forgingError, refuse, seal, type Context, type Decision } from "./context.ts";
import type { AccountFact, Amendment } from "./facts.ts";
import type { LedgerView, TransactionState } from "./view.ts";

const NOT_FOUND = forgingError("NOT_FOUND", "not found");

export function saveMetadata(
  request: Request,
  command: SaveMetadata,
  print: string,
  schema: Schema | undefined,
  context: Context,
): Decision {
  const { target } = command;
  const given = command.metadata ?? NO_METADATA;
  const { date } = context.position;
  const data = formatSetMetadata(target, command.metadata);
  const entry = { type: "SET_METADATA", data, memento: data, transaction: undefined } as const;
  if (target.type === "ACCOUNT") {
    // Metadata is no use of an account that is there: it never lowers the date of the first.
    const firstUsage = context.view.account(target.address)?.firstUsage ?? date;
    const touch = { firstUsage, date, schema };
    const account = touchAccount(context.view, target.address, given, touch);
    const accounts = account === undefined ? [] : [account];
    return seal(context, request, print, { ...entry, changes: { accounts } });
  }
  const transaction = context.view.transaction(target.id);
  if (transaction === undefined) {
    return refuse(NOT_FOUND);
  }
  const isChanged = !containsMetadata(transaction.metadata, given);
  const metadata = mergeMetadata(transaction.metadata, given);
  const amendment = isChanged ? amend(transaction, metadata, date) : undefined;
  return seal(context, request, print, { ...entry, changes: { amendment } });
}

export function deleteMetadata(
  request: Request,
  command: DeleteMetadata,
  print: string,
  context: Context,
): Decision {
  const { target, key } = command;
  const data = formatDeleteMetadata(target, key);
  const entry = { type: "DELETE_METADATA", data, memento: data, transaction: undefined } as const;
  if (target.type === "ACCOUNT") {
    const accounts = accountWithoutKey(context.view, target.address, key);
    return seal(context, request, print, { ...entry, changes: { accounts } });
  }
  const transaction = context.view.transaction(target.id);
  if (transaction === undefined || !Object.hasOwn(transaction.metadata, key)) {
    return refuse(NOT_FOUND);
  }
  const metadata = withoutKey(transaction.metadata, key);
  const amendment = amend(transaction, metadata, context.position.date);
  return seal(context, request, print, { ...entry, changes: { amendment } });
}

/**
 * Deleting a key does not move updatedAt, and dates its revision there too (contract §5.2, as
 * recorded).
 */
export function accountWithoutKey(view: LedgerView, address: string, key: string): AccountFact[] {
  const account = view.account(address);
  if (account === undefined || !Object.hasOwn(account.metadata, key)) {
    return [];
  }
  const metadata = withoutKey(account.metadata, key);
  return [{ ...account, metadata, isNew: false, revision: account.updatedAt }];
}

/** Other metadata from a date on. */
export function amend(
  transaction: TransactionState,
  metadata: Amendment["metadata"],
  updatedAt: Amendment["updatedAt"],
): Amendment {
  const { id, revertedAt } = transaction;
  return { id, metadata, updatedAt, revertedAt, isRevision: true };
}
