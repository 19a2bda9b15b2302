/**
 * v1 has no creation of ledgers: naming one is enough (contract §14.1). A ledger that does not
 * exist is created here, in a bucket of its own name, for a request that then succeeds and for no
 * other; the original creates it for anything that names it, unknown paths and bad input included.
 * A deleted ledger stays deleted.
 */
import type { Command } from "../../core/command.ts";
import { notFound, type LedgerError } from "../../core/error.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { rehearse } from "../../ledger/rehearsal.ts";
import type { Outcome } from "../../ledger/rpc.ts";
import { isEventual } from "../ask.ts";
import type { App } from "../context.ts";
import { checkNewLedger } from "../ledger-config.ts";
import { ledgerName, ledgerStub, registryStub } from "../ledger-of.ts";
import { text, type Query } from "../query.ts";
import { requestOf } from "../write.ts";

type Answer<T> = Result<T, LedgerError>;

/**
 * Asks the ledger, and when there is none, creates it and asks again. `objection` says why the
 * question would fail in an empty ledger too.
 */
export async function onDemand<T>(
  c: App,
  ask: () => Promise<Answer<T>>,
  objection: () => LedgerError | undefined = () => undefined,
): Promise<Answer<T>> {
  const answer = await ask();
  if (!isMissing(answer)) {
    return answer;
  }
  const created = await create(c, objection);
  const again = created.ok ? await ask() : created;
  return isMissing(again) ? err(NO_LEDGER) : again;
}

/** v1 has no code for it. */
const NO_LEDGER = notFound("there is no such ledger");

function isMissing(answer: Answer<unknown>): boolean {
  return !answer.ok && answer.error.code === "LEDGER_NOT_FOUND";
}

async function create(c: App, objection: () => LedgerError | undefined): Promise<Answer<void>> {
  const name = ledgerName(c);
  const nothing = { metadata: undefined, features: undefined };
  const ledger = checkNewLedger({ name, bucket: name, ...nothing }, false);
  if (!ledger.ok) {
    return ledger;
  }
  const reason = objection();
  if (reason !== undefined) {
    return err(reason);
  }
  const registry = registryStub(c);
  const created = await registry.create(ledger.value);
  // Whoever was faster created the same; a deleted ledger says again that it is not there.
  if (!created.ok && created.error.code !== "LEDGER_ALREADY_EXISTS") {
    return created;
  }
  const listed = isEventual(c) ? await registry.project() : ok(undefined);
  return listed.ok ? ok(undefined) : listed;
}

/** Sends a command. Of v2's parameters only the dry run is known, by another name. */
export async function execute(c: App, command: Command, query: Query): Promise<Outcome> {
  const request = requestOf(c, command, { dryRun: isPreview(query), schemaVersion: "" });
  return onDemand(
    c,
    () => ledgerStub(c).execute(request),
    () => {
      const [outcome] = rehearse([request], c.get("config"));
      return outcome?.ok === false ? outcome.error : undefined;
    },
  );
}

const YES = new Set(["1", "true", "yes"]);

export function isPreview(query: Query): boolean {
  return YES.has(text(query, "preview").toLowerCase());
}
