/**
 * Creating and reverting transactions (contract §4, §6). Answers show the transaction as the
 * ledger's object formatted it.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { RawJson } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Metadata } from "../../core/transaction.ts";
import { amountsAsStrings, bigintAsString } from "../bigint.ts";
import { asObject, readJson, readObject, stringMapMember } from "../body.ts";
import { readCreation, transactionNumber } from "../commands.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { refuse } from "../ledger-of.ts";
import type { Outcome } from "../../ledger/rpc.ts";
import { flag, queryOf } from "../query.ts";
import { data } from "../respond.ts";
import { execute, hitHeader, transactionIdParam } from "../write.ts";

export function transactionWriteRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/transactions", async (c) => {
    const query = queryOf(c);
    const body = await readObject(c);
    const command = body.ok ? readCreation(body.value, flag(query, "force")) : body;
    return command.ok
      ? answer(c, 200, await execute(c, command.value, query))
      : refuse(c, command.error);
  });

  routes.post("/transactions/:id/revert", async (c) => {
    const query = queryOf(c);
    const id = transactionIdParam(c);
    if (!id.ok) {
      return refuse(c, id.error);
    }
    const metadata = await readRevertMetadata(c);
    if (!metadata.ok) {
      return refuse(c, metadata.error);
    }
    const outcome = await execute(
      c,
      {
        kind: "revert-transaction",
        id: transactionNumber(id.value),
        force: flag(query, "force"),
        atEffectiveDate: flag(query, "atEffectiveDate"),
        metadata: metadata.value,
      },
      query,
    );
    return answer(c, 201, outcome);
  });

  return routes;
}

function answer(c: App, status: number, outcome: Outcome): Response {
  if (!outcome.ok) {
    return errorResponse(outcome.error);
  }
  const { transaction = "{}" } = outcome.value;
  const json = bigintAsString(c) ? amountsAsStrings(transaction) : transaction;
  return data(new RawJson(json), status, hitHeader(outcome.value));
}

const NOT_METADATA = validation("expected JSON body with metadata");

/** The body counts only where its length is announced (contract §6). */
async function readRevertMetadata(c: App): Promise<Result<Metadata | undefined, LedgerError>> {
  const length = Number(c.req.raw.headers.get("Content-Length") ?? 0);
  if (!(length > 0)) {
    return ok(undefined);
  }
  const json = await readJson(c);
  if (!json.ok) {
    return json.error.status === undefined ? err(NOT_METADATA) : json;
  }
  const body = asObject(json.value, "the body");
  const metadata = body.ok ? stringMapMember(body.value, "metadata") : body;
  return metadata.ok ? metadata : err(NOT_METADATA);
}
