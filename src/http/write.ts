/**
 * What every write has in common: how it is asked (key, dry run, schema version), its one visit to
 * the ledger's object, and the header that tells a replay.
 */
import type { Command, Request } from "../core/command.ts";
import { validation, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Committed, Outcome } from "../ledger/rpc.ts";
import type { App } from "./context.ts";
import { ledgerStub, pathParam } from "./ledger-of.ts";
import { flag, text, type Query } from "./query.ts";

/** How a command is to be executed, besides its idempotency key. */
type Manner = Pick<Request, "dryRun" | "schemaVersion">;

/** Sends a command as the query and the headers of the request ask for it. */
export async function execute(c: App, command: Command, query: Query): Promise<Outcome> {
  const request = requestOf(c, command, {
    dryRun: flag(query, "dryRun"),
    schemaVersion: text(query, "schemaVersion"),
  });
  return ledgerStub(c).execute(request);
}

/** A command with the idempotency key of the headers. */
export function requestOf(c: App, command: Command, manner: Manner): Request {
  // Blanks around a header's value are no part of it; the runtime leaves those behind it.
  const key = (c.req.raw.headers.get("Idempotency-Key") ?? "").trim();
  return { command, idempotencyKey: key, ...manner };
}

export function hitHeader(committed: Committed): Readonly<Record<string, string>> {
  return committed.idempotencyHit ? { "Idempotency-Hit": "true" } : {};
}

const UNSIGNED = /^\d+$/;
const UNSIGNED_MAX = 2n ** 64n - 1n;

/** A transaction's id in the path of a write: unsigned, 64 bits, in Go's words when it is not. */
export function transactionIdParam(c: App): Result<bigint, LedgerError> {
  const written = pathParam(c, "id");
  const problem = !UNSIGNED.test(written)
    ? "invalid syntax"
    : BigInt(written) > UNSIGNED_MAX
      ? "value out of range"
      : undefined;
  return problem === undefined
    ? ok(BigInt(written))
    : err(validation(`strconv.ParseUint: parsing ${JSON.stringify(written)}: ${problem}`));
}
