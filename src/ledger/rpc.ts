/**
 * What crosses RPC to and from a ledger's object: plain data only, no `unknown`, bigint allowed.
 * Old Workers may talk to new objects and the other way round, so members are added, never
 * changed.
 */
import type { Request } from "../core/command.ts";
import type { LedgerError } from "../core/error.ts";
import type { AccountExpansion, Features } from "../core/features.ts";
import type { AccountRecord, TransactionRecord } from "../core/records.ts";
import type { Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Destination } from "./destination.ts";

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
  /**
   * JSON of the created or reverting transaction as the API shows it; undefined for other
   * commands.
   */
  readonly transaction: string | undefined;
}

export type Outcome = Result<Committed, LedgerError>;

/** An element of a bulk that was found wrong before the ledger was asked; it fails in its place. */
export interface Refusal {
  readonly refusal: LedgerError;
}

export type BulkElement = Request | Refusal;

export interface BulkOptions {
  readonly atomic: boolean;
  readonly continueOnFailure: boolean;
}

export interface Stats {
  readonly transactions: number;
  readonly accounts: number;
}

/** A log for import: its JSON, and the line of the request it starts on. */
export interface GivenLine {
  readonly text: string;
  readonly line: number;
}

/** A run of the log for export: whole lines, each ending in a line feed. */
export interface LogChunk {
  readonly lines: string;
  /** The id to go on from (the first not yet given); undefined when the end was reached. */
  readonly next: number | undefined;
}

/** A schema as it was inserted: the schema object as the API shows it, as JSON. */
export interface SchemaRecord {
  readonly version: string;
  readonly createdAt: Timestamp;
  readonly schema: string;
}

/** A pipeline as the registry tells it. */
export interface PipelineSetup {
  /** Number of the ledger it belongs to; its name may be another's by now. */
  readonly ledger: number;
  readonly id: string;
  readonly exporterId: string;
  readonly createdAt: Timestamp;
  readonly destination: Destination;
}

/** A pipeline and how far it has come. */
export interface PipelineRecord {
  readonly id: string;
  readonly exporterId: string;
  readonly createdAt: Timestamp;
  /** The last log handed on; undefined before the first. */
  readonly lastLog: number | undefined;
  /** Why the last try failed; undefined when it did not. */
  readonly error: string | undefined;
  /** Neither stopped by a client nor, yet, started again by the time. */
  readonly isRunning: boolean;
}

/**
 * The methods of a ledger's object (`ledger/object.ts`). A ledger that does not exist or is deleted
 * answers LEDGER_NOT_FOUND everywhere but to the registry, and asking it writes nothing.
 */
export interface LedgerRpc {
  /** The registry's: stores what the ledger is; repeating it changes nothing but deletedAt. */
  configure(info: LedgerInfo): Promise<void>;
  /**
   * The registry's: forgets everything, first in the read model, then in the object. 503 while the
   * read model is away; then nothing of the object is lost.
   */
  destroy(): Promise<Result<undefined, LedgerError>>;
  /** The registry's: a new pipeline, or another destination for it; either way it runs. */
  putPipeline(pipeline: PipelineSetup): Promise<void>;
  dropPipeline(id: string): Promise<void>;
  standing(): Promise<Result<Standing, LedgerError>>;

  execute(request: Request): Promise<Outcome>;
  /**
   * The elements in order, in one commit, and their outcomes. Where those grow too large for one
   * answer, fewer come back: the elements without one were not executed and may be sent again.
   */
  bulk(
    elements: readonly BulkElement[],
    options: BulkOptions,
  ): Promise<Result<readonly Outcome[], LedgerError>>;

  /**
   * Waits (at most 2 s, else 503) until the read model has every log up to the head at the time of
   * the call.
   */
  project(): Promise<Result<Standing, LedgerError>>;
  /** Throws the read model of this ledger away and makes it again from the log. */
  rebuild(): Promise<Result<Standing, LedgerError>>;

  /** With volumes when any expansion is asked for; refused where the ledger's features do. */
  account(
    address: string,
    expand: readonly AccountExpansion[],
  ): Promise<Result<AccountRecord, LedgerError>>;
  transaction(id: number): Promise<Result<TransactionRecord, LedgerError>>;
  stats(): Promise<Result<Stats, LedgerError>>;
  schema(version: string): Promise<Result<SchemaRecord, LedgerError>>;
  /** The v1 mapping as JSON; undefined when none was ever given. */
  mapping(): Promise<Result<string | undefined, LedgerError>>;
  saveMapping(mapping: string): Promise<Result<void, LedgerError>>;
  /** Logs with id ≥ from and ≤ until, about 1 MiB of them. */
  exportLogs(from: number, until: number): Promise<Result<LogChunk, LedgerError>>;

  /** Also of a deleted ledger: what it committed is still handed on. */
  pipelines(): Promise<readonly PipelineRecord[]>;
  pipeline(id: string): Promise<Result<PipelineRecord, LedgerError>>;
  startPipeline(id: string): Promise<Result<void, LedgerError>>;
  stopPipeline(id: string): Promise<Result<void, LedgerError>>;
  resetPipeline(id: string): Promise<Result<void, LedgerError>>;

  /**
   * Takes in logs, in order, up to the first bad one, which the error names. `holder` stands for
   * one import: others, and other writes, are refused until it ends or has been silent for a
   * minute.
   */
  importLogs(lines: readonly GivenLine[], holder: string): Promise<Result<undefined, LedgerError>>;
  endImport(holder: string): Promise<void>;
}
