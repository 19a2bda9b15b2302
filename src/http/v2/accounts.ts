/**
 * Reading, listing and counting accounts (contract §8.10, §5).
 */
import { Hono } from "hono";
import { answerCount, answerItem, answerPage, withAmounts } from "../answer.ts";
import type { App, Env } from "../context.ts";
import { addressParam, refuse } from "../ledger-of.ts";
import { readCount, readList } from "../page-request.ts";
import { all, date, queryOf } from "../query.ts";
import {
  ACCOUNT_RULES,
  accountExpansions,
  askAccount,
  askAccountCount,
  askAccounts,
} from "../reads/accounts.ts";
import { formatAccountRow } from "../views.ts";

export function accountRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  // HEAD counts; it comes here because the router knows it as GET.
  routes.get("/accounts", (c) => (c.req.method === "HEAD" ? count(c) : list(c)));

  routes.get("/accounts/:address", async (c) => {
    const query = queryOf(c);
    const address = addressParam(c);
    if (!address.ok) {
      return refuse(c, address.error);
    }
    const pit = date(query, "pit");
    if (!pit.ok) {
      return refuse(c, pit.error);
    }
    const names = all(query, "expand").flatMap((value) => value.split(","));
    const expand = accountExpansions(names);
    const account = await askAccount(c, { address: address.value, pit: pit.value, expand });
    return answerItem(
      account,
      withAmounts(c, (text) => text),
    );
  });

  return routes;
}

async function list(c: App): Promise<Response> {
  const request = await readList(c, ACCOUNT_RULES);
  return request.ok
    ? answerPage(await askAccounts(c, request.value), withAmounts(c, formatAccountRow))
    : refuse(c, request.error);
}

async function count(c: App): Promise<Response> {
  const request = await readCount(c, ACCOUNT_RULES);
  return request.ok
    ? answerCount(await askAccountCount(c, request.value))
    : refuse(c, request.error);
}
