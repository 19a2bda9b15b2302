/**
 * The window through which pure code sees a ledger: what a decision may ask, answered at once. The
 * object's store implements it on its tables, `overlay.ts` on top of another view with logs that
 * are decided and not yet committed.
 */
import type { Features } from "../core/features.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting, Volumes, VolumeTable } from "../core/transaction.ts";
import type { Contract } from "../schema/contracts.ts";
import type { Schema } from "../schema/schema.ts";

/**
 * What moved off a pair's chain (DESIGN §6), and the part of it that is dated after the chain's
 * last move.
 */
export interface Strays extends Volumes {
  readonly ahead: Volumes;
}

/** Where an account stands in one asset. */
export interface PairState {
  readonly account: string;
  readonly asset: string;
  readonly input: bigint;
  readonly output: bigint;
  /** Date of the last move of the chain; undefined before the first. */
  readonly chainDate: Timestamp | undefined;
  readonly strays: Strays | undefined;
}

export interface AccountState {
  readonly address: string;
  readonly metadata: Metadata;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
}

/** A transaction as it stands: as created, with what happened to it since. */
export interface TransactionState {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly timestamp: Timestamp;
  readonly insertedAt: Timestamp;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  readonly postCommitVolumes: VolumeTable | undefined;
  readonly metadata: Metadata;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
}

/** A used idempotency key: the log it made. */
export interface UsedKey {
  readonly logId: number;
  readonly hash: string;
  readonly line: string;
}

/** A move that lies after the log a look-up of effective totals was read at. */
export interface RecentMove {
  readonly effective: Timestamp;
  readonly input: bigint;
  readonly output: bigint;
}

export interface LedgerView {
  readonly features: Features;
  pair(account: string, asset: string): PairState | undefined;
  /** The assets an account has pairs in; few scripts ask. */
  assets(account: string): Iterable<string>;
  account(address: string): AccountState | undefined;
  transaction(id: number): TransactionState | undefined;
  isReferenceUsed(reference: string): boolean;
  usedKey(key: string): UsedKey | undefined;
  schema(version: string): Schema | undefined;
  /** Newest version; undefined when the ledger has no schema. */
  latestSchema(): string | undefined;
  /** The contracts of the v1 mapping that bind, in their order. */
  contracts(): readonly Contract[];
  /**
   * What was dated ahead when it moved in a pair, as far as it is dated after one date (undefined:
   * from the first on) and not after another (undefined: without end).
   */
  aheadMoves(
    account: string,
    asset: string,
    after: Timestamp | undefined,
    until: Timestamp | undefined,
  ): readonly Volumes[];
  /** What logs after `afterLog` moved in a pair; undefined when that is no longer known. */
  recentMoves(account: string, asset: string, afterLog: number): readonly RecentMove[] | undefined;
}
