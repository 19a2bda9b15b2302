/**
 * Finding the ledger a request is about. Nothing here checks that it exists: its object says so in
 * the same visit that does the work (contract §1.8), and an object that was never configured
 * answers without writing.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LedgerObject } from "../ledger/object.ts";
import type { RegistryObject } from "../ledger/registry.ts";
import type { App } from "./context.ts";
import { errorResponse } from "./errors.ts";
import { decodePercent } from "./query.ts";

/** A segment of the path, percent-decoded once. */
export function pathParam(c: App, name: string): string {
  // Hono decodes leniently and once; broken escapes never get here (`app.ts`).
  return c.req.param(name) ?? "";
}

/**
 * An address in the path, which is decoded once more (contract §2.1): `users%253A001` is
 * `users:001`. A broken escape met there is told in `details` too.
 */
export function addressParam(c: App): Result<string, LedgerError> {
  const written = pathParam(c, "address");
  const address = decodePercent(written);
  if (address === undefined) {
    const message = `invalid URL escape in ${JSON.stringify(written)}`;
    return err({ code: "VALIDATION", message, details: message });
  }
  return address.includes("\0")
    ? err(validation("an address must not contain the character NUL"))
    : ok(address);
}

export function ledgerName(c: App): string {
  return pathParam(c, "ledger");
}

/** The object that keeps the ledger named in the path. */
export function ledgerStub(c: App): DurableObjectStub<LedgerObject> {
  return ledgerByName(c.env.LEDGER, c.get("tenant"), ledgerName(c));
}

/** Names of tenants hold no slash, so the first one separates. */
export function ledgerByName(
  namespace: DurableObjectNamespace<LedgerObject>,
  tenant: string,
  ledger: string,
): DurableObjectStub<LedgerObject> {
  return namespace.getByName(`${tenant}/${ledger}`);
}

/** The tenant's registry. */
export function registryStub(c: App): DurableObjectStub<RegistryObject> {
  return c.env.REGISTRY.getByName(c.get("tenant"));
}

/**
 * Refuses a request before its ledger was asked anything: that the ledger does not exist comes
 * before any other fault of the request. Errors that the ledger's object itself gave go straight to
 * `errorResponse`.
 */
export async function refuse(c: App, error: LedgerError): Promise<Response> {
  const standing = await ledgerStub(c).standing();
  return errorResponse(standing.ok ? error : standing.error);
}
