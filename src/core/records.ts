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
}

export interface TransactionRecord {
  /**
   * The log that made the transaction, one line of JSON; `data.transaction` is the transaction as
   * it was created.
   */
  readonly log: string;
  /** What has become of it since; undefined: nothing. */
  readonly amendment: TransactionAmendment | undefined;
}

export interface TransactionAmendment {
  /** JSON, keys sorted. */
  readonly metadata: string;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
}
