/**
 * The nouns of a book: postings, volumes, metadata, transactions. Wire shapes: contract Appendix G.
 */
import type { Timestamp } from "./timestamp.ts";

export interface Posting {
  readonly source: string;
  readonly destination: string;
  /** Not negative, in the asset's smallest unit. */
  readonly amount: bigint;
  readonly asset: string;
}

/** What ever came in and went out of an account in one asset. The balance is always derived. */
export interface Volumes {
  readonly input: bigint;
  readonly output: bigint;
}

export const NO_VOLUMES: Volumes = { input: 0n, output: 0n };

/** Volumes of the accounts a transaction touched: account → asset → volumes. */
export type VolumeTable = ReadonlyMap<string, ReadonlyMap<string, Volumes>>;

export type Metadata = Readonly<Record<string, string>>;

export interface Transaction {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: Timestamp;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  readonly insertedAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  readonly postCommitVolumes: VolumeTable | undefined;
  readonly postCommitEffectiveVolumes: VolumeTable | undefined;
}

/** The reserved metadata key of a reverting transaction: the id of the one it reverts. */
export const REVERTS_KEY = "com.formance.spec/state/reverts";
