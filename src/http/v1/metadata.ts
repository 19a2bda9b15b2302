/**
 * Setting and deleting metadata of accounts and transactions the way v1 does (contract §14.4,
 * §14.5).
 */
import { Hono } from "hono";
import { isAddress } from "../../core/address.ts";
import type { Command, Target } from "../../core/command.ts";
import { notFound, validation, type LedgerError } from "../../core/error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Metadata } from "../../core/transaction.ts";
import { asStringMap, readJson } from "../body.ts";
import { transactionNumber } from "../commands.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { addressParam, pathParam } from "../ledger-of.ts";
import { queryOf } from "../query.ts";
import { noContent } from "../respond.ts";
import { hitHeader, transactionIdParam } from "../write.ts";
import { execute } from "./on-demand.ts";

type Found = Result<Target, LedgerError>;

export function metadataRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/accounts/:address/metadata", async (c) => {
    const target = accountTarget(c);
    if (target.ok && !isAddress(target.value.address)) {
      return errorResponse(validation("invalid account address format"));
    }
    const metadata = await readMetadata(c);
    return save(c, target, metadata);
  });

  // Null is an empty map here, not the end of the metadata.
  routes.post("/transactions/:id/metadata", async (c) => {
    const metadata = await readMetadata(c);
    return metadata.ok
      ? save(c, transactionTarget(c, notFound), ok(metadata.value ?? {}))
      : errorResponse(metadata.error);
  });

  routes.delete("/accounts/:address/metadata/:key", (c) => deleteKey(c, accountTarget(c)));
  routes.delete("/transactions/:id/metadata/:key", (c) => {
    return deleteKey(c, transactionTarget(c, validation));
  });

  return routes;
}

type Metadatas = Result<Metadata | undefined, LedgerError>;

async function readMetadata(c: App): Promise<Metadatas> {
  const body = await readJson(c);
  const metadata = body.ok ? asStringMap(body.value, "metadata") : body;
  return metadata.ok
    ? metadata
    : err({ ...metadata.error, message: `invalid metadata format: ${metadata.error.message}` });
}

async function save(c: App, target: Found, metadata: Metadatas): Promise<Response> {
  if (!target.ok) {
    return errorResponse(target.error);
  }
  if (!metadata.ok) {
    return errorResponse(metadata.error);
  }
  return run(c, { kind: "save-metadata", target: target.value, metadata: metadata.value });
}

async function deleteKey(c: App, target: Found): Promise<Response> {
  const key = pathParam(c, "key");
  if (!target.ok) {
    return errorResponse(target.error);
  }
  if (key.includes("\0")) {
    return errorResponse(validation("a metadata key must not contain the character NUL"));
  }
  return run(c, { kind: "delete-metadata", target: target.value, key });
}

async function run(c: App, command: Command): Promise<Response> {
  const outcome = await execute(c, command, queryOf(c));
  return outcome.ok ? noContent(hitHeader(outcome.value)) : errorResponse(outcome.error);
}

function accountTarget(
  c: App,
): Result<{ readonly type: "ACCOUNT"; readonly address: string }, LedgerError> {
  const address = addressParam(c);
  return address.ok ? ok({ type: "ACCOUNT", address: address.value }) : address;
}

function transactionTarget(c: App, refusal: (message: string) => LedgerError): Found {
  const id = transactionIdParam(c);
  return id.ok
    ? ok({ type: "TRANSACTION", id: transactionNumber(id.value) })
    : err(refusal("invalid transaction ID"));
}
