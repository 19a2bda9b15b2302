/**
 * Reading, listing and counting transactions (contract §8, §5).
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { answerCount, answerItem, answerPage, withAmounts } from "../answer.ts";
import { transactionNumber } from "../commands.ts";
import type { App, Env } from "../context.ts";
import { pathParam, refuse } from "../ledger-of.ts";
import { expansionsIn, readCount, readList } from "../page-request.ts";
import { all, date, queryOf } from "../query.ts";
import {
  askTransaction,
  askTransactionCount,
  askTransactions,
  TRANSACTION_RULES,
} from "../reads/transactions.ts";
import { formatTransactionRow } from "../views.ts";

export function transactionRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  // HEAD counts; it comes here because the router knows it as GET.
  routes.get("/transactions", (c) => (c.req.method === "HEAD" ? count(c) : list(c)));

  routes.get("/transactions/:id", async (c) => {
    const query = queryOf(c);
    const id = readId(c);
    if (!id.ok) {
      return refuse(c, id.error);
    }
    const pit = date(query, "pit");
    if (!pit.ok) {
      return refuse(c, pit.error);
    }
    // A comma does not separate here: the original takes it for part of a name it does not know.
    const expand = expansionsIn(all(query, "expand"), TRANSACTION_RULES);
    const transaction = await askTransaction(c, { id: id.value, pit: pit.value, expand });
    return answerItem(
      transaction,
      withAmounts(c, (text) => text),
    );
  });

  return routes;
}

/** Signed here, unlike in the path of a write (contract §2.1). */
function readId(c: App): Result<number, LedgerError> {
  const written = pathParam(c, "id");
  if (!/^[+-]?\d+$/.test(written)) {
    return err(notParsed(written, "invalid syntax"));
  }
  const id = BigInt(written.replace("+", ""));
  return BigInt.asIntN(64, id) === id
    ? ok(transactionNumber(id))
    : err(notParsed(written, "value out of range"));
}

function notParsed(written: string, problem: string): LedgerError {
  return validation(`strconv.ParseInt: parsing ${JSON.stringify(written)}: ${problem}`);
}

async function list(c: App): Promise<Response> {
  const request = await readList(c, TRANSACTION_RULES);
  return request.ok
    ? answerPage(await askTransactions(c, request.value), withAmounts(c, formatTransactionRow))
    : refuse(c, request.error);
}

async function count(c: App): Promise<Response> {
  const request = await readCount(c, TRANSACTION_RULES);
  return request.ok
    ? answerCount(await askTransactionCount(c, request.value))
    : refuse(c, request.error);
}
