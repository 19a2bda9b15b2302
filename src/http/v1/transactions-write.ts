/**
 * Creating and reverting transactions the way v1 does (contract §14.3, §14.4): the commands are
 * v2's, the answers have another shape and other codes.
 */
import { Hono } from "hono";
import { RawJson } from "../../core/json.ts";
import { readObject } from "../body.ts";
import { transactionNumber } from "../commands.ts";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { flag, queryOf } from "../query.ts";
import { data } from "../respond.ts";
import { hitHeader, transactionIdParam } from "../write.ts";
import { creationError, readCreation, undecodable } from "./creation.ts";
import { execute } from "./on-demand.ts";
import { withTxid } from "./views.ts";

export function transactionWriteRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/transactions", async (c) => {
    const body = await readObject(c);
    if (!body.ok) {
      return errorResponse(undecodable(body.error));
    }
    const command = readCreation(body.value);
    if (!command.ok) {
      return errorResponse(command.error);
    }
    const outcome = await execute(c, command.value, queryOf(c));
    if (!outcome.ok) {
      return errorResponse(creationError(outcome.error, command.value));
    }
    const { transaction = "{}" } = outcome.value;
    return data([new RawJson(withTxid(transaction))], 200, hitHeader(outcome.value));
  });

  // The body is not read, and of v2's parameters only `force` is known, by another name.
  routes.post("/transactions/:id/revert", async (c) => {
    const id = transactionIdParam(c);
    if (!id.ok) {
      return errorResponse(id.error);
    }
    const query = queryOf(c);
    const command = {
      kind: "revert-transaction",
      id: transactionNumber(id.value),
      force: flag(query, "disableChecks"),
      atEffectiveDate: false,
      metadata: undefined,
    } as const;
    const outcome = await execute(c, command, query);
    if (!outcome.ok) {
      return errorResponse(outcome.error);
    }
    const { transaction = "{}" } = outcome.value;
    return data(new RawJson(withTxid(transaction)), 201, hitHeader(outcome.value));
  });

  return routes;
}
