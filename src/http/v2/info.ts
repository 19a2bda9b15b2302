/**
 * What the server says about itself, and a ledger about its storage (contract §1.5, §1.9).
 */
import { Hono } from "hono";
import type { Config } from "../../core/config.ts";
import type { LedgerError } from "../../core/error.ts";
import type { Result } from "../../core/result.ts";
import { formatTimestamp } from "../../core/timestamp.ts";
import type { Standing } from "../../ledger/rpc.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub, registryStub } from "../ledger-of.ts";
import { data } from "../respond.ts";

export function infoRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/:ledger/_info", async (c) => answerLedgerInfo(await ledgerStub(c).standing()));
  return routes;
}

/** The answer of `/v2/_info`, which no ledger can be called, and of v1's `/_info`. */
export async function serverInfo(c: App): Promise<Response> {
  const config = c.get("config");
  return data({
    server: "ledger",
    version: config.version,
    config: {
      storage: { driver: "sqlite", ledgers: await registryStub(c).names() },
      schemaEnforcementMode: config.schemaEnforcement,
    },
    experimentalFeatures: experimentalFeatures(config),
  });
}

function experimentalFeatures(config: Config): readonly string[] | null {
  const flags: readonly (readonly [string, boolean])[] = [
    ["experimental-features", config.experimentalFeatures],
    ["experimental-exporters", config.experimentalExporters],
    ["experimental-numscript-interpreter", config.numscriptInterpreter],
  ];
  const names = flags.filter(([, isOn]) => isOn).map(([name]) => name);
  return names.length === 0 ? null : names;
}

/** Also the answer of v1's `/{ledger}/_info`. */
export function answerLedgerInfo(standing: Result<Standing, LedgerError>): Response {
  if (!standing.ok) {
    return errorResponse(standing.error);
  }
  const { name, addedAt } = standing.value.ledger;
  const date = formatTimestamp(addedAt);
  const migration = { version: "1", name: "Init schema", date, state: "DONE" };
  return data({ name, storage: { migrations: [migration] } });
}
