/**
 * Balances summed over accounts, asset by asset (contract §11.3).
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { RawJson } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { bigintAsString } from "../bigint.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { refuse } from "../ledger-of.ts";
import { all, date, flag, queryOf } from "../query.ts";
import { askBalances, type BalanceRequest } from "../reads/balances.ts";
import { readBareFilter } from "../request-filter.ts";
import { data } from "../respond.ts";
import { formatBalances } from "../views.ts";

export function balanceRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/aggregate/balances", async (c) => {
    const request = await readRequest(c);
    if (!request.ok) {
      return refuse(c, request.error);
    }
    const balances = await askBalances(c, request.value);
    return balances.ok
      ? data(new RawJson(formatBalances(balances.value, bigintAsString(c))))
      : errorResponse(balances.error);
  });

  return routes;
}

async function readRequest(c: App): Promise<Result<BalanceRequest, LedgerError>> {
  const query = queryOf(c);
  const pit = date(query, "pit");
  if (!pit.ok) {
    return pit;
  }
  const oot = date(query, "oot");
  if (!oot.ok) {
    return oot;
  }
  if (all(query, "expand").some((name) => name !== "")) {
    return err(validation("expand is not possible on balances"));
  }
  const byInsertion = flag(query, "useInsertionDate") || flag(query, "use_insertion_date");
  const filter = await readBareFilter(c, "balances");
  return filter.ok ? ok({ pit: pit.value, byInsertion, filter: filter.value }) : filter;
}
