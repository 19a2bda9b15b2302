/**
 * Reading, listing and counting accounts and their balances the way v1 does (contract §14.5).
 */
import { Hono } from "hono";
import { ok } from "../../core/result.ts";
import { accountsFromV1 } from "../../filter/from-v1.ts";
import { answerCount, answerItem, answerPage, type Format } from "../answer.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { addressParam } from "../ledger-of.ts";
import { readCount, readList, type ListRules } from "../page-request.ts";
import type { AccountRow } from "../../read-model/accounts.ts";
import { ACCOUNT_RULES, askAccount, askAccountCount, askAccounts } from "../reads/accounts.ts";
import { formatAccountRow } from "../views.ts";
import { v1Rules } from "./asking.ts";
import { onDemand } from "./on-demand.ts";
import { formatAccountBalances, formatUnknownAccount, withBalances } from "./views.ts";

const RULES = v1Rules(ACCOUNT_RULES, accountsFromV1);
const BALANCE_RULES = { ...RULES, expanded: ["volumes"] };

export function accountRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  // HEAD counts; it comes here because the router knows it as GET.
  routes.get("/accounts", (c) => {
    return c.req.method === "HEAD" ? count(c) : list(c, RULES, formatAccountRow);
  });

  routes.get("/balances", (c) => list(c, BALANCE_RULES, formatAccountBalances));

  // Always as of now, and found even where there is none.
  routes.get("/accounts/:address", async (c) => {
    const address = addressParam(c);
    if (!address.ok) {
      return errorResponse(address.error);
    }
    const request = { address: address.value, pit: undefined, expand: ["volumes"] } as const;
    const account = await onDemand(c, async () => {
      const found = await askAccount(c, request);
      const isUnknown = !found.ok && found.error.code === "NOT_FOUND";
      return isUnknown ? ok(formatUnknownAccount(request.address)) : found;
    });
    return answerItem(account, withBalances);
  });

  return routes;
}

async function list(c: App, rules: ListRules, format: Format<AccountRow>): Promise<Response> {
  const request = await readList(c, rules);
  return request.ok
    ? answerPage(await onDemand(c, () => askAccounts(c, request.value)), format)
    : errorResponse(request.error);
}

async function count(c: App): Promise<Response> {
  const request = await readCount(c, RULES);
  return request.ok
    ? answerCount(await onDemand(c, () => askAccountCount(c, request.value)))
    : errorResponse(request.error);
}
