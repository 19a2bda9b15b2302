/**
 * Everything a client may ask a ledger to write. Commands are plain values: they are made by a
 * dialect in `http/`, cross RPC to the ledger's object, and are decided by `engine/`.
 */
import type { Timestamp } from "./timestamp.ts";
import type { Metadata, Posting } from "./transaction.ts";

export interface CreateTransaction {
  readonly kind: "create-transaction";
  /** Exactly one of postings, script and template is given. */
  readonly postings: readonly Posting[] | undefined;
  readonly script: string | undefined;
  readonly template: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly timestamp: Timestamp | undefined;
  readonly reference: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly accountMetadata: Readonly<Record<string, Metadata>> | undefined;
  /** As the client wrote it; "" for the ledger's default. */
  readonly runtime: string;
  /** Postings only: every source but world may go below zero. */
  readonly force: boolean;
}

export interface RevertTransaction {
  readonly kind: "revert-transaction";
  readonly id: number;
  readonly force: boolean;
  readonly atEffectiveDate: boolean;
  readonly metadata: Metadata | undefined;
}

export type Target =
  | { readonly type: "ACCOUNT"; readonly address: string }
  | { readonly type: "TRANSACTION"; readonly id: number };

export interface SaveMetadata {
  readonly kind: "save-metadata";
  readonly target: Target;
  /** undefined: the client sent null; the log then says null too. */
  readonly metadata: Metadata | undefined;
}

export interface DeleteMetadata {
  readonly kind: "delete-metadata";
  readonly target: Target;
  readonly key: string;
}

export interface InsertSchema {
  readonly kind: "insert-schema";
  readonly version: string;
  /** The checked schema data as compact JSON: {"chart":…,"transactions":…,"queries":…}. */
  readonly data: string;
}

export type Command =
  | CreateTransaction
  | RevertTransaction
  | SaveMetadata
  | DeleteMetadata
  | InsertSchema;

/** A command and how it was asked. */
export interface Request {
  readonly command: Command;
  readonly idempotencyKey: string;
  readonly dryRun: boolean;
  /** "" when none was given. */
  readonly schemaVersion: string;
}

/** Settings of the deployment that decisions depend on. */
export interface ExecuteOptions {
  readonly schemaEnforcement: "audit" | "strict";
  readonly defaultRuntime: "machine" | "experimental-interpreter";
  readonly interpreterFlags: readonly string[];
}
