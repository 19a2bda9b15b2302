/**
 * What one log changed: the states after it, absolute, so that writing them twice changes nothing.
 * The store writes the facts into the object's tables, the projector into the read model. They come
 * from a decision, from an import, or, after a restart, from the log's own line and its notes
 * (`ledger/notes.ts`).
 */
import type { LogType } from "../core/log.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting, Volumes } from "../core/transaction.ts";
import type { AccountState, PairState } from "./view.ts";

export const SOURCE_SIDE = 1;
export const DESTINATION_SIDE = 2;

/** What a transaction moved in one (account, asset) pair. */
export interface MoveFact {
  readonly account: string;
  readonly asset: string;
  /** SOURCE_SIDE, DESTINATION_SIDE or both. */
  readonly sides: number;
  /** The pair's volumes after the transaction, in insertion order. */
  readonly after: Volumes;
  /** Running total of the chain alone; undefined where it equals `after`. */
  readonly chain: Volumes | undefined;
  /** What moved, when the move lies off the chain; undefined on it. */
  readonly stray: Volumes | undefined;
}

export interface TransactionFact {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: Timestamp;
  readonly insertedAt: Timestamp;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  readonly moves: readonly MoveFact[];
}

export interface AccountFact extends AccountState {
  readonly isNew: boolean;
  /** Date of the metadata revision this log made; undefined when it made none. */
  readonly revision: Timestamp | undefined;
}

/** What happened to a transaction after its creation: all of it, not the difference. */
export interface Amendment {
  readonly id: number;
  readonly metadata: Metadata;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  /** Whether the log changed the metadata; the revision is dated updatedAt. */
  readonly isRevision: boolean;
}

export interface SchemaFact {
  readonly version: string;
  readonly createdAt: Timestamp;
  /** The schema object as the API shows it. */
  readonly schema: string;
}

export interface LogFacts {
  readonly id: number;
  readonly type: LogType;
  readonly date: Timestamp;
  readonly hash: string | null;
  /** The log as it is kept and exported; no line feed. */
  readonly line: string;
  readonly idempotencyKey: string;
  readonly idempotencyHash: string;
  readonly transaction: TransactionFact | undefined;
  /** Pairs whose volumes row came to be or changed. */
  readonly pairs: readonly PairState[];
  readonly accounts: readonly AccountFact[];
  readonly amendment: Amendment | undefined;
  readonly schema: SchemaFact | undefined;
  /**
   * The line with what it leaves out of its transaction, as old exports do; undefined where it
   * tells all.
   */
  readonly completed: string | undefined;
}
