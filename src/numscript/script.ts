/**
 * The room's public face: a script's text becomes a program, a program and its variables become
 * postings and metadata. Both runtimes answer through it.
 */
import { err, type Result } from "../core/result.ts";
import type { Metadata, Posting } from "../core/transaction.ts";

/** The dialect a script is written in, by the names of the API. */
export type Runtime = "machine" | "experimental-interpreter";

export interface Program {
  readonly runtime: Runtime;
}

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

/** What a script may ask of the books. */
export interface ScriptStore {
  readonly balance: (account: string, asset: string) => bigint;
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

export function parseScript(_source: string, runtime: Runtime): Result<Program, ScriptError> {
  const code = runtime === "machine" ? "COMPILATION_FAILED" : "INTERPRETER_PARSE";
  return err({ code, message: "scripts cannot be run yet" });
}

export function runScript(
  _program: Program,
  _variables: Readonly<Record<string, string>>,
  _store: ScriptStore,
  _options: ScriptOptions,
): Result<ScriptOutcome, ScriptError> {
  return err({ code: "COMPILATION_FAILED", message: "scripts cannot be run yet" });
}
