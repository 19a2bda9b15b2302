/**
 * Several transactions at once, all or none (contract Appendix C). Formance v2 answers this route
 * with a refusal; here it is what it was.
 */
import { Hono } from "hono";
import { must } from "../../core/assert.ts";
import type { CreateTransaction, Request } from "../../core/command.ts";
import { validation, type LedgerError } from "../../core/error.ts";
import { RawJson, type Json } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { rehearse } from "../../ledger/rehearsal.ts";
import type { Outcome } from "../../ledger/rpc.ts";
import { asObject, listMember, readObject } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { queryOf } from "../query.ts";
import { data } from "../respond.ts";
import { creationError, readCreation, undecodable } from "./creation.ts";
import { isPreview, onDemand } from "./on-demand.ts";
import { withTxid } from "./views.ts";

type Read<T> = Result<T, LedgerError>;

const ATOMIC = { atomic: true, continueOnFailure: false };

export function batchRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/transactions/batch", async (c) => {
    const commands = refuseOptions(c) ?? (await readBatch(c));
    if (!commands.ok) {
      return errorResponse(commands.error);
    }
    const created = await executeAll(c, commands.value);
    return created.ok
      ? data(created.value.map((transaction) => new RawJson(withTxid(transaction))))
      : errorResponse(created.error);
  });

  return routes;
}

/** Silence about these would let a client write what it believes it did not, or twice. */
function refuseOptions(c: App): Read<never> | undefined {
  if (isPreview(queryOf(c))) {
    return err(validation("a batch cannot be previewed"));
  }
  return (c.req.raw.headers.get("Idempotency-Key") ?? "").trim() === ""
    ? undefined
    : err(validation("a batch takes no idempotency key; give its transactions references"));
}

async function readBatch(c: App): Promise<Read<readonly CreateTransaction[]>> {
  const body = await readObject(c);
  const list = body.ok ? listMember(body.value, "transactions") : body;
  if (!list.ok) {
    return err(undecodable(list.error));
  }
  const items = list.value ?? [];
  const { bulkMaxSize } = c.get("config");
  if (items.length === 0) {
    return err(validation("transactions: there are none"));
  }
  if (bulkMaxSize > 0 && items.length > bulkMaxSize) {
    const problem = `there are ${items.length}, the limit is ${bulkMaxSize}`;
    return err({ ...validation(`transactions: ${problem}`), status: 413 });
  }
  const commands: CreateTransaction[] = [];
  for (const [index, item] of items.entries()) {
    const command = readItem(item);
    if (!command.ok) {
      return err(at(index, command.error));
    }
    commands.push(command.value);
  }
  return ok(commands);
}

function readItem(item: Json): Read<CreateTransaction> {
  const body = asObject(item, "it");
  return body.ok ? readCreation(body.value) : err(undecodable(body.error));
}

function at(index: number, error: LedgerError): LedgerError {
  return { ...error, message: `transactions[${index}]: ${error.message}` };
}

/** The transactions as JSON, or why one of them cannot be. */
async function executeAll(
  c: App,
  commands: readonly CreateTransaction[],
): Promise<Read<readonly string[]>> {
  const requests = commands.map((command): Request => {
    return { command, idempotencyKey: "", dryRun: false, schemaVersion: "" };
  });
  return onDemand(
    c,
    async () => {
      const outcomes = await ledgerStub(c).bulk(requests, ATOMIC);
      return outcomes.ok ? gather(outcomes.value, commands) : outcomes;
    },
    () => {
      const outcome = gather(rehearse(requests, c.get("config")), commands);
      return outcome.ok ? undefined : outcome.error;
    },
  );
}

/** What follows a failure was not tried. */
function gather(
  outcomes: readonly Outcome[],
  commands: readonly CreateTransaction[],
): Read<readonly string[]> {
  const created: string[] = [];
  for (const [index, command] of commands.entries()) {
    const outcome = must(outcomes[index], "every command has an outcome");
    if (!outcome.ok) {
      return err(at(index, creationError(outcome.error, command)));
    }
    created.push(outcome.value.transaction ?? "{}");
  }
  return ok(created);
}
