/**
 * Taking in logs from elsewhere, a chunk at a time (contract §10.5, DESIGN §11). A chunk is checked
 * and committed in one turn, up to its first bad log. While an import goes on nobody else writes: a
 * lease is held, and renewed by every chunk.
 */
import { unavailable, type LedgerError } from "../core/error.ts";
import { IMPORT_LAG_LOGS, IMPORT_LEAD_MICROS, IMPORT_LEASE_MS } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { atMicros, toMicros } from "../core/timestamp.ts";
import type { Overlay } from "../engine/overlay.ts";
import type { Books } from "./books.ts";
import type { Turn } from "./execute.ts";
import { readGivenLog } from "./given-log.ts";
import { importLog } from "./import-log.ts";
import type { GivenLine } from "./rpc.ts";
import { after, type Tail } from "./segments.ts";
import type { Done } from "./write-queue.ts";

/** Who imports. Kept in memory: after a restart nobody does until the next chunk. */
export class ImportLease {
  #holder = "";
  #until = 0;

  /** Takes or renews the lease; false while somebody else holds it. */
  take(holder: string, now: number): boolean {
    if (this.#holder !== holder && this.isHeld(now)) {
      return false;
    }
    this.#holder = holder;
    this.#until = now + IMPORT_LEASE_MS;
    return true;
  }

  isHeld(now: number): boolean {
    return now < this.#until;
  }

  release(holder: string): void {
    if (this.#holder === holder) {
      this.#until = 0;
    }
  }
}

/** Nobody else writes while logs are being imported: their ids would be taken. */
export const IMPORTING = unavailable("logs are being imported into the ledger; try again later");

/** Commits a chunk; the error names the first bad log, and those before it are kept. */
export async function importLogs(
  books: Books,
  lines: readonly GivenLine[],
  holder: string,
): Promise<Result<undefined, LedgerError>> {
  if (!books.lease.take(holder, Date.now())) {
    return err(IMPORTING);
  }
  await keepPace(books);
  let taken = { above: -1, last: -1 };
  const attempt = await books.queue.submit((staged, tail, turn) => {
    const done = importChunk(lines, staged, tail, turn);
    taken = { above: tail.lastLog, last: done.tail.lastLog };
    return done;
  });
  if (attempt.ok && taken.last > taken.above) {
    books.publisher?.skip(taken.above, taken.last);
  }
  const error = attempt.ok ? attempt.value : attempt.error;
  if (error === undefined) {
    return ok(undefined);
  }
  books.lease.release(holder);
  return err(error);
}

/**
 * Gives the read model time to follow. One that is away stops nobody until the backlog is full,
 * which the queue of writes sees to.
 */
async function keepPace({ projector, store }: Books): Promise<void> {
  if (projector.lag > IMPORT_LAG_LOGS) {
    await projector.reach(store.tail.lastLog - IMPORT_LAG_LOGS);
  }
}

function importChunk(
  lines: readonly GivenLine[],
  staged: Overlay,
  before: Tail,
  turn: Turn,
): Done<LedgerError | undefined> {
  const opens = false;
  if (!turn.isInitializing) {
    const value = importError("ledger is not in initializing state");
    return { value, tail: before, opens };
  }
  const { now, options } = turn;
  const latest = atMicros(toMicros(now) + IMPORT_LEAD_MICROS) ?? now;
  let tail = before;
  for (const { text, line } of lines) {
    const given = readGivenLog(text, options.defaultRuntime);
    const facts = given.ok ? importLog(given.value, { staged, tail, now, latest }) : given;
    if (!facts.ok) {
      return { value: importError(`${facts.error} (line ${line})`), tail, opens };
    }
    staged.apply(facts.value);
    tail = after(tail, facts.value);
  }
  return { value: undefined, tail, opens };
}

function importError(message: string): LedgerError {
  return { code: "IMPORT", message: `importing logs: ${message}` };
}
