/**
 * Setting and deleting metadata of accounts and transactions (contract §7).
 */
import { Hono } from "hono";
import type { Target } from "../../core/command.ts";
import { validation, type LedgerError } from "../../core/error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Metadata } from "../../core/transaction.ts";
import type { Outcome } from "../../ledger/rpc.ts";
import { asStringMap, readJson } from "../body.ts";
import { transactionNumber } from "../commands.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { addressParam, pathParam, refuse } from "../ledger-of.ts";
import { queryOf } from "../query.ts";
import { noContent } from "../respond.ts";
import { execute, hitHeader, transactionIdParam } from "../write.ts";

type TargetOf = (c: App) => Result<Target, LedgerError>;

export function metadataRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/accounts/:address/metadata", async (c) => {
    const target = accountTarget(c);
    if (!target.ok) {
      return refuse(c, target.error);
    }
    const metadata = await readMetadata(c);
    return metadata.ok ? save(c, target.value, metadata.value) : refuse(c, metadata.error);
  });

  // The body is looked at before the id. Null is an empty map here, not the end of the metadata.
  routes.post("/transactions/:id/metadata", async (c) => {
    const metadata = await readMetadata(c);
    if (!metadata.ok) {
      return refuse(c, metadata.error);
    }
    const target = transactionTarget(c);
    return target.ok ? save(c, target.value, metadata.value ?? {}) : refuse(c, target.error);
  });

  routes.delete("/accounts/:address/metadata/:key", (c) => deleteKey(c, accountTarget));
  routes.delete("/transactions/:id/metadata/:key", (c) => deleteKey(c, transactionTarget));

  return routes;
}

async function readMetadata(c: App): Promise<Result<Metadata | undefined, LedgerError>> {
  const body = await readJson(c);
  return body.ok ? asStringMap(body.value, "metadata") : body;
}

async function save(c: App, target: Target, metadata: Metadata | undefined): Promise<Response> {
  const command = { kind: "save-metadata", target, metadata } as const;
  return answer(await execute(c, command, queryOf(c)));
}

async function deleteKey(c: App, targetOf: TargetOf): Promise<Response> {
  const target = targetOf(c);
  const key = pathParam(c, "key");
  if (!target.ok) {
    return refuse(c, target.error);
  }
  if (key.includes("\0")) {
    return refuse(c, validation("a metadata key must not contain the character NUL"));
  }
  const command = { kind: "delete-metadata", target: target.value, key } as const;
  return answer(await execute(c, command, queryOf(c)));
}

function answer(outcome: Outcome): Response {
  return outcome.ok ? noContent(hitHeader(outcome.value)) : errorResponse(outcome.error);
}

function accountTarget(c: App): Result<Target, LedgerError> {
  const address = addressParam(c);
  return address.ok ? ok({ type: "ACCOUNT", address: address.value }) : address;
}

function transactionTarget(c: App): Result<Target, LedgerError> {
  const id = transactionIdParam(c);
  return id.ok ? ok({ type: "TRANSACTION", id: transactionNumber(id.value) }) : err(id.error);
}
