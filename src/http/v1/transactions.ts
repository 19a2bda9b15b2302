/**
 * Reading, listing and counting transactions the way v1 does (contract §14.4). Lists show volumes
 * unasked.
 */
import { Hono } from "hono";
import { notFound } from "../../core/error.ts";
import { transactionsFromV1 } from "../../filter/from-v1.ts";
import { answerCount, answerItem, answerPage } from "../answer.ts";
import { transactionNumber } from "../commands.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { expansionsIn, readCount, readList } from "../page-request.ts";
import { all, queryOf } from "../query.ts";
import {
  askTransaction,
  askTransactionCount,
  askTransactions,
  TRANSACTION_RULES,
} from "../reads/transactions.ts";
import { formatTransactionRow } from "../views.ts";
import { transactionIdParam } from "../write.ts";
import { readPit, v1Rules } from "./asking.ts";
import { onDemand } from "./on-demand.ts";
import { withTxid } from "./views.ts";

const RULES = { ...v1Rules(TRANSACTION_RULES, transactionsFromV1), expanded: ["volumes"] };

export function transactionRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  // HEAD counts; it comes here because the router knows it as GET.
  routes.get("/transactions", (c) => (c.req.method === "HEAD" ? count(c) : list(c)));

  routes.get("/transactions/:id", async (c) => {
    const query = queryOf(c);
    const id = transactionIdParam(c);
    const pit = readPit(query);
    if (!id.ok) {
      return errorResponse(id.error);
    }
    if (!pit.ok) {
      return errorResponse(pit.error);
    }
    const request = {
      id: transactionNumber(id.value),
      pit: pit.value,
      expand: expansionsIn(all(query, "expand"), TRANSACTION_RULES),
    };
    // No transaction is in a ledger that would be created now.
    const transaction = await onDemand(
      c,
      () => askTransaction(c, request),
      () => notFound(),
    );
    return answerItem(transaction, withTxid);
  });

  return routes;
}

async function list(c: App): Promise<Response> {
  const request = await readList(c, RULES);
  if (!request.ok) {
    return errorResponse(request.error);
  }
  const page = await onDemand(c, () => askTransactions(c, request.value));
  return answerPage(page, (row) => withTxid(formatTransactionRow(row)));
}

async function count(c: App): Promise<Response> {
  const request = await readCount(c, RULES);
  if (!request.ok) {
    return errorResponse(request.error);
  }
  return answerCount(await onDemand(c, () => askTransactionCount(c, request.value)));
}
