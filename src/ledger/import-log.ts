/**
 * Whether a given log fits the ledger, and what it changes (contract §10.5): its id follows the
 * last, its hash the chain, its volumes are what its postings lead to. Ids, dates and keys are
 * taken as given; funds, charts and enforcement are not asked.
 */
import { chainHash } from "../core/chain.ts";
import { IDEMPOTENCY_KEY_MAX, LOG_BYTES_MAX } from "../core/limits.ts";
import { formatLog, type LogHead } from "../core/log.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LogFacts } from "../engine/facts.ts";
import { formatGiven } from "./given-format.ts";
import type { GivenLog } from "./given-log.ts";
import { changesOf, type ImportPlace } from "./import-changes.ts";
import { isTooHeavy } from "./weight.ts";

/** The error says what is wrong with the log. */
export function importLog(given: GivenLog, place: ImportPlace): Result<LogFacts, string> {
  const { data, ...told } = given;
  const { id } = given;
  if (id <= place.tail.lastLog) {
    return err(`log ${id} already exists`);
  }
  const formatted = formatGiven(data);
  const head: LogHead = { ...told, type: data.type, date: given.date ?? place.now };
  const problem = headProblem(head, formatted.memento, place);
  const changes = problem === undefined ? changesOf(data, head, place) : err(problem);
  if (!changes.ok) {
    return err(`importing log ${id}: ${changes.error}`);
  }
  const { completed, ...rest } = changes.value;
  const { schemaVersion: _written, ...filed } = head;
  const facts: LogFacts = {
    ...rest,
    ...filed,
    line: formatLog(head, formatted.data),
    completed: completed === undefined ? undefined : formatLog(head, formatGiven(completed).data),
  };
  return isTooHeavy(facts)
    ? err(`importing log ${id}: it is too large: the limit is ${LOG_BYTES_MAX} bytes`)
    : ok(facts);
}

function headProblem(head: LogHead, memento: string, place: ImportPlace): string | undefined {
  const { id, hash, idempotencyKey: key, date } = head;
  const { staged, tail, latest } = place;
  if (staged.features.HASH_LOGS === "SYNC") {
    const expected = chainHash(tail.hash, { ...head, memento });
    if (hash !== expected) {
      return `invalid hash, expected ${expected} got ${hash ?? ""} for log ${id}`;
    }
  }
  if (date > latest) {
    return "its date lies in the future";
  }
  if (key.length > IDEMPOTENCY_KEY_MAX) {
    return `its idempotency key has ${key.length} characters, the limit is ${IDEMPOTENCY_KEY_MAX}`;
  }
  return key !== "" && staged.usedKey(key) !== undefined
    ? `idempotency key ${JSON.stringify(key)} is already used`
    : undefined;
}
