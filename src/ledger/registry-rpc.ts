/**
 * What crosses RPC to and from a tenant's registry object: plain data only, no `unknown`. Members
 * are added, never changed, because old Workers may talk to new objects.
 */
import type { LedgerError } from "../core/error.ts";
import type { Features } from "../core/features.ts";
import type { Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";
import type { Destination } from "./destination.ts";

/** A ledger as a client asks for it; names and features are checked already. */
export interface NewLedger {
  readonly name: string;
  readonly bucket: string;
  readonly features: Features;
  readonly metadata: Metadata;
}

/** A ledger as the API shows it. */
export interface LedgerRecord extends NewLedger {
  readonly id: number;
  readonly addedAt: Timestamp;
  readonly deletedAt: Timestamp | undefined;
}

/** An exporter as a client asks for it; driver and configuration are checked already. */
export interface NewExporter {
  readonly driver: string;
  /** JSON as it was given. */
  readonly config: string;
  /** What the configuration means. */
  readonly destination: Destination;
}

/** An exporter as the API shows it. */
export interface ExporterRecord {
  readonly id: string;
  readonly driver: string;
  readonly config: string;
  readonly createdAt: Timestamp;
}

/** Which ledger feeds which exporter; the ledger's object knows the rest. */
export interface PipelineKey {
  readonly id: string;
  readonly ledger: string;
  readonly exporterId: string;
  readonly createdAt: Timestamp;
}

export interface RegistryRpc {
  create(ledger: NewLedger): Promise<Result<void, LedgerError>>;
  /** A ledger that is ready and not deleted; else NOT_FOUND. */
  ledger(name: string): Promise<Result<LedgerRecord, LedgerError>>;
  /** Names of the ledgers that are not deleted, in the order of their creation. */
  names(): Promise<readonly string[]>;
  /** Adds and overwrites keys. Of a ledger that does not exist, nothing. */
  saveMetadata(name: string, metadata: Metadata): Promise<Result<void, LedgerError>>;
  deleteMetadata(name: string, key: string): Promise<void>;
  /** Every ledger of the bucket is deleted, and knows it, when this answers. */
  deleteBucket(bucket: string): Promise<Result<void, LedgerError>>;
  restoreBucket(bucket: string): Promise<Result<void, LedgerError>>;
  createExporter(exporter: NewExporter): Promise<Result<ExporterRecord, LedgerError>>;
  /** In the order of their creation. */
  exporters(): Promise<readonly ExporterRecord[]>;
  exporter(id: string): Promise<Result<ExporterRecord, LedgerError>>;
  /** Its pipelines go on with the new configuration when this answers. */
  updateExporter(id: string, exporter: NewExporter): Promise<Result<void, LedgerError>>;
  /** Its pipelines have ended when this answers. */
  deleteExporter(id: string): Promise<Result<void, LedgerError>>;

  /** Of all ledgers, in the order of their creation. */
  pipelines(): Promise<readonly PipelineKey[]>;
  /** The ledger's logs are on their way to the exporter when this answers. */
  createPipeline(ledger: string, exporterId: string): Promise<Result<PipelineKey, LedgerError>>;
  deletePipeline(ledger: string, id: string): Promise<Result<void, LedgerError>>;

  /** The number of the last change; the read model is fresh when its head is not below. */
  version(): Promise<number>;
  /** Waits (at most 2 s, else 503) until the read model has every change up to now. */
  project(): Promise<Result<number, LedgerError>>;
}
