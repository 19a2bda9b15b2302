/**
 * What crosses RPC to and from a ledger's object: plain data only, no `unknown`, bigint allowed. Old Workers may talk to
 * new objects and the other way round, so members are added, never changed.
 */
import type { LedgerError } from "../core/error.ts";
import type { Features } from "../core/features.ts";
import type { Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";

/** What a ledger is; fixed but for deletedAt. */
export interface LedgerInfo {
  readonly tenant: string;
  /** Number of the ledger inside its tenant; never used again. */
  readonly id: number;
  readonly name: string;
  readonly bucket: string;
  readonly features: Features;
  readonly addedAt: Timestamp;
  readonly deletedAt: Timestamp | undefined;
}

/** The ledger as a reader needs it: what it is and the id of its last log (-1: none). */
export interface Standing {
  readonly ledger: LedgerInfo;
  readonly head: number;
  /** The latest schema version; undefined when the ledger has none. */
  readonly latestSchema: string | undefined;
}

/** A write that was committed (or, for a dry run, would be). */
export interface Committed {
  /** 0 for dry runs. */
  readonly logId: number;
  readonly idempotencyHit: boolean;
  /** JSON of the created or reverting transaction as the API shows it; undefined for other commands. */
  readonly transaction: string | undefined;
}

export type Outcome = Result<Committed, LedgerError>;

export interface BulkOptions {
  readonly atomic: boolean;
  readonly continueOnFailure: boolean;
}

/** Settings of the deployment that commands depend on; read once from the Worker's variables. */
export interface ExecuteOptions {
  readonly schemaEnforcement: "audit" | "strict";
  readonly defaultRuntime: "machine" | "experimental-interpreter";
  readonly interpreterFlags: readonly string[];
}

/** A run of the log for export: whole lines, each ending in a line feed. */
export interface LogChunk {
  readonly lines: string;
  /** Where to go on (exclusive); undefined when the end was reached. */
  readonly next: number | undefined;
}
