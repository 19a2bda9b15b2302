/**
 * Balances summed over accounts the way v1 does (contract §14.5): dates are dates of insertion.
 */
import { Hono } from "hono";
import { RawJson } from "../../core/json.ts";
import { aggregateFromV1 } from "../../filter/from-v1.ts";
import type { Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { queryOf } from "../query.ts";
import { askBalances } from "../reads/balances.ts";
import { data } from "../respond.ts";
import { formatBalances } from "../views.ts";
import { readFilter, readPit } from "./asking.ts";
import { onDemand } from "./on-demand.ts";

export function aggregateRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/aggregate/balances", async (c) => {
    const pit = readPit(queryOf(c));
    if (!pit.ok) {
      return errorResponse(pit.error);
    }
    const filter = readFilter(c, "balances", aggregateFromV1);
    if (!filter.ok) {
      return errorResponse(filter.error);
    }
    const request = { pit: pit.value, byInsertion: true, filter: filter.value };
    const balances = await onDemand(c, () => askBalances(c, request));
    return balances.ok
      ? data(new RawJson(formatBalances(balances.value, false)))
      : errorResponse(balances.error);
  });

  return routes;
}
