/**
 * Everything a caller can be told went wrong. The codes are Formance's, because its SDKs decode a
 * closed list (contract §1.4); the HTTP status is decided in one table, `http/errors.ts`.
 */
export type ErrorCode =
  | "INTERNAL"
  | "VALIDATION"
  | "INSUFFICIENT_FUND"
  | "COMPILATION_FAILED"
  | "INTERPRETER_PARSE"
  | "INTERPRETER_RUNTIME"
  | "METADATA_OVERRIDE"
  | "NO_POSTINGS"
  | "ALREADY_REVERT"
  | "CONFLICT"
  | "NOT_FOUND"
  | "LEDGER_NOT_FOUND"
  | "LEDGER_ALREADY_EXISTS"
  | "OUTDATED_SCHEMA"
  | "BULK_SIZE_EXCEEDED"
  | "IMPORT"
  | "SCHEMA_ALREADY_EXISTS"
  | "SCHEMA_NOT_SPECIFIED";

export interface LedgerError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Overrides the code's usual status: 412, 413, 503. */
  readonly status?: number;
  /** Seconds a client should wait before it tries again; only with 503. */
  readonly retryAfter?: number;
  readonly details?: string;
}

export function validation(message: string): LedgerError {
  return { code: "VALIDATION", message };
}

export function notFound(message = "not found"): LedgerError {
  return { code: "NOT_FOUND", message };
}

export const LEDGER_NOT_FOUND: LedgerError = { code: "LEDGER_NOT_FOUND", message: "not found" };

/**
 * The read model or another part is away for a moment; nothing was applied, and trying again is
 * safe.
 */
export function unavailable(message: string): LedgerError {
  return { code: "INTERNAL", message, status: 503, retryAfter: 1 };
}
