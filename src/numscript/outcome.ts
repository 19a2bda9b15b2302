/**
 * What running a script needs and what comes of it: the window onto the books, the outcome, and why
 * there is none.
 */
import type { Metadata, Posting } from "../core/transaction.ts";
import type { Span } from "./span.ts";

/** What a caller can be told went wrong with a script. */
export interface ScriptError {
  readonly code:
    | "COMPILATION_FAILED"
    | "INTERPRETER_PARSE"
    | "INTERPRETER_RUNTIME"
    | "INSUFFICIENT_FUND"
    | "METADATA_OVERRIDE"
    | "NOT_FOUND"
    | "VALIDATION";
  /** With the original's prefixes after "unexpected error while forging log: " (contract §4.4). */
  readonly message: string;
}

/** A run's failure: the words without prefixes, and where in the script it came about. */
export interface Fault extends ScriptError {
  readonly span?: Span | undefined;
}

/** What a script may ask of the books. */
export interface ScriptStore {
  readonly balance: (account: string, asset: string) => bigint;
  /** The assets an account has balances of. */
  readonly assets: (account: string) => Iterable<string>;
  /** undefined: there is no such account. */
  readonly accountMetadata: (account: string) => Metadata | undefined;
}

export interface ScriptOptions {
  /** Feature flags that are on for every script of the interpreter. */
  readonly featureFlags: readonly string[];
}

export interface ScriptOutcome {
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly accountMetadata: ReadonlyMap<string, Metadata>;
  /** Pairs whose balance was looked at; they exist from then on, with no volumes (contract I.5). */
  readonly asked: readonly (readonly [account: string, asset: string])[];
}
