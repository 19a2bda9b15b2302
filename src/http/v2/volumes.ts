/**
 * Listing volumes (contract §11.2).
 */
import { Hono } from "hono";
import { answerPage, withAmounts } from "../answer.ts";
import type { Env } from "../context.ts";
import { refuse } from "../ledger-of.ts";
import { readList } from "../page-request.ts";
import { askVolumes, VOLUME_RULES } from "../reads/volumes.ts";
import { formatVolumesRow } from "../views.ts";

export function volumeRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/volumes", async (c) => {
    const request = await readList(c, VOLUME_RULES);
    return request.ok
      ? answerPage(await askVolumes(c, request.value), withAmounts(c, formatVolumesRow))
      : refuse(c, request.error);
  });

  return routes;
}
