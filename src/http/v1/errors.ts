/**
 * Errors as v1's clients know them: the same envelope, but no ledger is ever missing there, so the
 * one code that says so is not on their lists.
 */
import { notFound, type LedgerError } from "../../core/error.ts";
import { errorResponse as v2Response } from "../errors.ts";

export function errorResponse(error: LedgerError): Response {
  return v2Response(
    error.code === "LEDGER_NOT_FOUND" ? notFound("the ledger has been deleted") : error,
  );
}
