/**
 * What a look-up answers, whether the ledger's object or the read model gives it: the facts, before
 * a dialect of the API gives them their shape (`http/views.ts`). Plain values, so that they cross
 * RPC.
 */
import type { Timestamp } from "./timestamp.ts";
import type { Metadata } from "./transaction.ts";

/** Volumes in one asset, as decimal text. */
export interface AssetVolumes {
  readonly asset: string;
  readonly input: string;
  readonly output: string;
}

export interface AccountVolumes extends AssetVolumes {
  readonly account: string;
}

export interface AccountRecord {
  readonly address: string;
  readonly metadata: Metadata;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
  /** Sorted by asset; undefined when they were not asked for. */
  readonly volumes: readonly AssetVolumes[] | undefined;
  readonly effectiveVolumes: readonly AssetVolumes[] | undefined;
}

export interface TransactionRecord {
  /**
   * The log that made the transaction, one line of JSON; `data.transaction` is the transaction as
   * it was created.
   */
  readonly log: string;
  /** The metadata as of the date asked. */
  readonly metadata: Metadata;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  /**
   * Post-commit effective volumes as of now, sorted by account and asset; undefined when not asked
   * for or not kept.
   */
  readonly effectiveVolumes: readonly AccountVolumes[] | undefined;
}
