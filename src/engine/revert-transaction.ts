/**
 * The reverse of a transaction, once (contract §6). The original keeps its postings and metadata
 * and learns when it was reverted; the books get a new transaction with everything the other way
 * round.
 */
import { WORLD } from "../core/address.ts";
import type { Request, RevertTransaction } from "../core/command.ts";
import type { LedgerError } from "../core/error.ts";
import { formatTransactionMemento } from "../core/log.ts";
import { formatTransaction } from "../core/transaction-json.ts";
import { REVERTS_KEY, type Posting, type Transaction } from "../core/transaction.ts";
import { mergeMetadata, NO_METADATA } from "./account-upsert.ts";
import { forgingError, refuse, seal, type Context, type Decision } from "./context.ts";
import { contractViolation, isUnderContract } from "./contracts.ts";
import { balanceOf } from "./draft.ts";
import { move } from "./movement.ts";
import { pairKey } from "./overlay.ts";
import type { LedgerView } from "./view.ts";

export function revertTransaction(
  request: Request,
  command: RevertTransaction,
  print: string,
  context: Context,
): Decision {
  const original = context.view.transaction(command.id);
  if (original === undefined) {
    return refuse(forgingError("NOT_FOUND", "not found"));
  }
  if (original.revertedAt !== undefined) {
    return refuse(forgingError("ALREADY_REVERT", `already reverted, id: ${command.id}`));
  }
  const postings = reversed(original.postings);
  const problem = command.force ? undefined : unfunded(context.view, postings);
  if (problem !== undefined) {
    return refuse(problem);
  }
  const { date, transactionId } = context.position;
  const timestamp = command.atEffectiveDate ? original.timestamp : date;
  const movement = move(context.view, postings, timestamp, date, context.totals);
  const broken = command.force ? undefined : contractViolation(context.view, movement.pairs);
  if (broken !== undefined) {
    return refuse(broken);
  }
  const transaction: Transaction = {
    id: transactionId,
    postings,
    metadata: mergeMetadata(command.metadata ?? NO_METADATA, {
      [REVERTS_KEY]: String(command.id),
    }),
    timestamp,
    reference: undefined,
    template: undefined,
    insertedAt: date,
    updatedAt: date,
    revertedAt: undefined,
    postCommitVolumes: movement.postCommitVolumes,
    postCommitEffectiveVolumes: movement.postCommitEffectiveVolumes,
  };
  const { id, metadata } = original;
  const amendment = { id, metadata, updatedAt: date, revertedAt: date, isRevision: false };
  const json = formatTransaction(transaction);
  const before = formatTransaction({
    ...original,
    updatedAt: date,
    revertedAt: date,
    postCommitEffectiveVolumes: undefined,
  });
  const memento = formatTransactionMemento(transaction);
  return seal(context, request, print, {
    type: "REVERTED_TRANSACTION",
    data: `{"revertedTransaction":${before},"transaction":${json}}`,
    memento: `{"revertedTransactionID":${id},"transaction":${memento}}`,
    transaction: json,
    changes: {
      transaction: { ...transaction, moves: movement.moves },
      pairs: movement.pairs,
      amendment,
    },
  });
}

function reversed(postings: readonly Posting[]): readonly Posting[] {
  return postings.toReversed().map((posting) => {
    const { source, destination, amount, asset } = posting;
    return { source: destination, destination: source, amount, asset };
  });
}

/**
 * Who of those that must give back would end below zero; the order of the postings decides who is
 * named.
 */
function unfunded(view: LedgerView, postings: readonly Posting[]): LedgerError | undefined {
  const balances = new Map<string, bigint>();
  const add = (account: string, asset: string, amount: bigint): void => {
    const key = pairKey(account, asset);
    balances.set(key, (balances.get(key) ?? balanceOf(view, account, asset)) + amount);
  };
  for (const { source, destination, amount, asset } of postings) {
    add(source, asset, -amount);
    add(destination, asset, amount);
  }
  const poor = postings.find(({ source, asset }) => {
    const isPoor = source !== WORLD && (balances.get(pairKey(source, asset)) ?? 0n) < 0n;
    return isPoor && !isUnderContract(view, source);
  });
  return poor === undefined
    ? undefined
    : forgingError("INSUFFICIENT_FUND", `insufficient fund for ${poor.source}/${poor.asset}`);
}
