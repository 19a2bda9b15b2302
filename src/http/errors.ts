/**
 * The one table from errors to the wire (contract §1.3, §1.4). A code without a status does not
 * compile. Nothing here tells a client about the inside of the program.
 */
import type { ErrorCode, LedgerError } from "../core/error.ts";
import { quote } from "../core/json.ts";

const STATUS = {
  INTERNAL: 500,
  VALIDATION: 400,
  INSUFFICIENT_FUND: 400,
  COMPILATION_FAILED: 400,
  INTERPRETER_PARSE: 400,
  INTERPRETER_RUNTIME: 400,
  METADATA_OVERRIDE: 400,
  NO_POSTINGS: 400,
  ALREADY_REVERT: 400,
  CONFLICT: 409,
  NOT_FOUND: 404,
  LEDGER_NOT_FOUND: 404,
  LEDGER_ALREADY_EXISTS: 400,
  OUTDATED_SCHEMA: 400,
  BULK_SIZE_EXCEEDED: 413,
  IMPORT: 400,
  SCHEMA_ALREADY_EXISTS: 409,
  SCHEMA_NOT_SPECIFIED: 400,
} as const satisfies Record<ErrorCode, number>;

export function statusOf(error: LedgerError): number {
  return error.status ?? STATUS[error.code];
}

/** The error envelope: empty members are left out. */
export function errorResponse(error: LedgerError): Response {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (error.retryAfter !== undefined) {
    headers["Retry-After"] = String(error.retryAfter);
  }
  const message = error.message === "" ? "" : `,"errorMessage":${quote(error.message)}`;
  const details = error.details === undefined ? "" : `,"details":${quote(error.details)}`;
  return new Response(`{"errorCode":"${error.code}"${message}${details}}\n`, {
    status: statusOf(error),
    headers,
  });
}

/** What a client hears when this program is wrong: nothing of the cause, which goes to the log. */
export const INTERNAL: LedgerError = {
  code: "INTERNAL",
  message: "Internal error. Consult logs/traces to have more details.",
};

/** The router's own answer to a path it does not know. */
export function pathNotFound(): Response {
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
  });
}

/** A known path asked in a way it does not answer. */
export function methodNotAllowed(allowed: readonly string[]): Response {
  return new Response(null, {
    status: 405,
    headers: { "Content-Type": "application/json", Allow: allowed.join(", ") },
  });
}
