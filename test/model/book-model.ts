/**
 * The model's book: moves, transactions and accounts, with no caches and no shortcuts. Volumes are
 * added up from the first move each time they are asked for (contract Appendix E.4).
 */
import type { Features } from "../../src/core/features.ts";
import type { Metadata, Posting } from "../../src/core/transaction.ts";
import type { ModelTable, ModelTransaction, ModelVolumes } from "./print-model.ts";
import type { Micros } from "./text-model.ts";

/** One side of one posting. */
export interface ModelMove {
  readonly transaction: Pick<ModelTransaction, "id" | "timestamp" | "insertedAt">;
  readonly side: "source" | "destination";
  readonly account: string;
  readonly asset: string;
  readonly input: bigint;
  readonly output: bigint;
}

export interface ModelAccount {
  readonly metadata: Metadata;
  readonly firstUsage: Micros;
  readonly insertionDate: Micros;
  readonly updatedAt: Micros;
}

/** Metadata as it was from a date on. */
export interface ModelRevision<Key> {
  readonly of: Key;
  readonly date: Micros;
  readonly logId: number;
  readonly metadata: Metadata;
}

type Draft = Pick<ModelTransaction, "postings" | "metadata" | "timestamp" | "reference">;

export class BookModel {
  readonly features: Features;
  readonly moves: ModelMove[] = [];
  readonly transactions = new Map<number, ModelTransaction>();
  /** Transactions that were changed after their creation. */
  readonly amended = new Set<number>();
  readonly accounts = new Map<string, ModelAccount>();
  readonly accountRevisions: ModelRevision<string>[] = [];
  readonly transactionRevisions: ModelRevision<number>[] = [];
  nextTransaction = 1;
  nextLog = 1;

  constructor(features: Features) {
    this.features = features;
  }

  /** Makes this book equal to another; what books hold is replaced when it changes. */
  become(other: BookModel): void {
    replaceList(this.moves, other.moves);
    replaceMap(this.transactions, other.transactions);
    other.amended.forEach((id) => this.amended.add(id));
    replaceMap(this.accounts, other.accounts);
    replaceList(this.accountRevisions, other.accountRevisions);
    replaceList(this.transactionRevisions, other.transactionRevisions);
    this.useIdsOf(other);
  }

  useIdsOf(other: BookModel): void {
    this.nextTransaction = other.nextTransaction;
    this.nextLog = other.nextLog;
  }

  // --- changes ---

  enter(draft: Draft, date: Micros): ModelTransaction {
    const { postings, metadata, timestamp } = draft;
    const id = this.nextTransaction++;
    const logId = this.nextLog;
    for (const { source, destination, asset, amount } of postings) {
      const transaction = { id, timestamp, insertedAt: date };
      this.moves.push(
        { transaction, side: "source", account: source, asset, input: 0n, output: amount },
        {
          transaction,
          side: "destination",
          account: destination,
          asset,
          input: amount,
          output: 0n,
        },
      );
    }
    const isNotLater = (move: ModelMove): boolean => move.transaction.timestamp <= timestamp;
    const entered = {
      ...draft,
      id,
      logId,
      insertedAt: date,
      updatedAt: date,
      revertedAt: undefined,
      volumes: this.#table(postings, () => true),
      effective: this.keepsEffectiveVolumes ? this.#table(postings, isNotLater) : undefined,
    };
    this.transactions.set(id, entered);
    if (Object.keys(metadata).length > 0) {
      this.transactionRevisions.push({ of: id, date: timestamp, logId, metadata });
    }
    return entered;
  }

  get keepsEffectiveVolumes(): boolean {
    const { MOVES_HISTORY, MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES } = this.features;
    return MOVES_HISTORY === "ON" && MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES === "SYNC";
  }

  revert(original: ModelTransaction, date: Micros): ModelTransaction {
    const reverted = { ...original, revertedAt: date, updatedAt: date };
    this.transactions.set(original.id, reverted);
    this.amended.add(original.id);
    return reverted;
  }

  setTransactionMetadata(id: number, metadata: Metadata, date: Micros): void {
    const transaction = this.transactions.get(id);
    if (transaction !== undefined) {
      this.transactions.set(id, { ...transaction, metadata, updatedAt: date });
      this.amended.add(id);
      this.transactionRevisions.push({ of: id, date, logId: this.nextLog, metadata });
    }
  }

  /** What happens to an account that a write names (contract §4.6). */
  touchAccount(address: string, given: Metadata, firstUsage: Micros, date: Micros): void {
    const account = this.accounts.get(address);
    if (account === undefined) {
      const dates = { firstUsage, insertionDate: date, updatedAt: date };
      this.accounts.set(address, { metadata: given, ...dates });
      if (Object.keys(given).length > 0) {
        this.#reviseAccount(address, given, date);
      }
      return;
    }
    const isChanged = !contains(account.metadata, given);
    const isEarlier = firstUsage < account.firstUsage;
    const metadata = { ...account.metadata, ...given };
    if (isChanged || isEarlier) {
      this.accounts.set(address, {
        metadata,
        firstUsage: isEarlier ? firstUsage : account.firstUsage,
        insertionDate: account.insertionDate,
        updatedAt: date,
      });
    }
    if (isChanged) {
      this.#reviseAccount(address, metadata, date);
    }
  }

  /** The date of the account's last change stays, and dates the revision (contract §5.2). */
  deleteAccountKey(address: string, key: string): void {
    const account = this.accounts.get(address);
    if (account !== undefined && Object.hasOwn(account.metadata, key)) {
      const metadata = without(account.metadata, key);
      this.accounts.set(address, { ...account, metadata });
      this.#reviseAccount(address, metadata, account.updatedAt);
    }
  }

  #reviseAccount(address: string, metadata: Metadata, date: Micros): void {
    this.accountRevisions.push({ of: address, date, logId: this.nextLog, metadata });
  }

  // --- questions ---

  balance(account: string, asset: string): bigint {
    const { input, output } = this.volumes(account, asset, () => true);
    return input - output;
  }

  /** The sum of an account's moves in an asset, of those that count. */
  volumes(account: string, asset: string, counts: (move: ModelMove) => boolean): ModelVolumes {
    let input = 0n;
    let output = 0n;
    for (const move of this.moves) {
      if (move.account === account && move.asset === asset && counts(move)) {
        input += move.input;
        output += move.output;
      }
    }
    return { input, output };
  }

  #table(postings: readonly Posting[], counts: (move: ModelMove) => boolean): ModelTable {
    const table = new Map<string, Map<string, ModelVolumes>>();
    for (const { source, destination, asset } of postings) {
      for (const account of [source, destination]) {
        const assets = table.get(account) ?? new Map<string, ModelVolumes>();
        table.set(account, assets.set(asset, this.volumes(account, asset, counts)));
      }
    }
    return table;
  }
}

/** What postings moved at one side of an account. */
export function movedAt(
  postings: readonly Posting[],
  side: "source" | "destination",
  account: string,
  asset: string,
): bigint {
  return postings
    .filter((posting) => posting[side] === account && posting.asset === asset)
    .reduce((total, { amount }) => total + amount, 0n);
}

export function contains(whole: Metadata, part: Metadata): boolean {
  return Object.entries(part).every(([key, value]) => {
    return Object.hasOwn(whole, key) && whole[key] === value;
  });
}

export function without(metadata: Metadata, key: string): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([other]) => other !== key));
}

export function replaceList<T>(list: T[], other: readonly T[]): void {
  list.splice(0, list.length, ...other);
}

export function replaceMap<K, V>(map: Map<K, V>, other: ReadonlyMap<K, V>): void {
  map.clear();
  other.forEach((value, key) => map.set(key, value));
}
