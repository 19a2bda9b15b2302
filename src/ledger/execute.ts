/**
 * One turn's worth of deciding: requests in, staged logs and answers out, nothing stored. A unit is
 * what stands or falls back together: one request, or a bulk (`bulk.ts`). If a unit turns out to
 * need effective totals that are not known, nothing of it is kept and the caller looks them up
 * (DESIGN §6).
 */
import type { ExecuteOptions, Request } from "../core/command.ts";
import { validation } from "../core/error.ts";
import { LOG_BYTES_MAX } from "../core/limits.ts";
import { err, ok } from "../core/result.ts";
import { nextMicro, type Timestamp } from "../core/timestamp.ts";
import type { Context, Decision } from "../engine/context.ts";
import { decide } from "../engine/decide.ts";
import type { LogFacts } from "../engine/facts.ts";
import type { EffectiveTotals } from "../engine/effective-totals.ts";
import { Overlay } from "../engine/overlay.ts";
import type { LedgerView } from "../engine/view.ts";
import { compileSchema } from "../schema/schema.ts";
import type { Outcome } from "./rpc.ts";
import { after, type Tail } from "./segments.ts";
import { isTooHeavy } from "./weight.ts";

import type { Done } from "./write-queue.ts";

/** What the turn gives every decision of a unit. */
export interface Turn {
  /** The effective totals the unit knows; those it lacks are noted there. */
  readonly totals: EffectiveTotals;
  readonly now: Timestamp;
  readonly options: ExecuteOptions;
  readonly parse: Context["parse"];
  /**
   * Before the first committed write, ids start after the greatest imported one (contract §3.6).
   */
  readonly isInitializing: boolean;
}

/** What a unit came to: an answer for each of its requests. */
export type Attempt = Done<readonly Outcome[]>;

export function overlayOn(view: LedgerView): Overlay {
  return new Overlay(view, compileSchema);
}

/** Decides one request and stages its log. */
export function executeOne(request: Request, staged: Overlay, before: Tail, turn: Turn): Attempt {
  const tail = turn.isInitializing ? afterImport(before) : before;
  const date = dateAfter(tail.lastDate, turn.now);
  const { outcome, tail: next, facts } = step(request, staged, tail, date, turn);
  if (facts !== undefined && turn.totals.missing.size === 0) {
    staged.apply(facts);
  }
  return { value: [outcome], tail: next, opens: isWrite(outcome, request) };
}

/** The answer of an earlier request counts as a write, a dry run does not (contract §3.6). */
export function isWrite(outcome: Outcome, request: Request): boolean {
  return outcome.ok && !request.dryRun;
}

export interface Step {
  readonly outcome: Outcome;
  readonly tail: Tail;
  /** The log to stage; undefined for refusals, replays and dry runs. */
  readonly facts: LogFacts | undefined;
}

/** Decides one request where the log stands; staging is left to the caller. */
export function step(
  request: Request,
  staged: Overlay,
  tail: Tail,
  date: Timestamp,
  turn: Turn,
): Step {
  const position = {
    date,
    transactionId: tail.nextTransaction,
    logId: tail.nextLog,
    previousHash: tail.hash,
  };
  const { options, parse, totals } = turn;
  const decision = decide(request, { view: staged, position, options, totals, parse });
  const { result } = decision;
  if (!result.ok) {
    return { outcome: result, tail: usedUp(tail, decision), facts: undefined };
  }
  const { facts, logId, idempotencyHit, transaction } = result.value;
  if (facts !== undefined && isTooHeavy(facts)) {
    return { outcome: err(TOO_LARGE), tail, facts: undefined };
  }
  if (facts === undefined || request.dryRun) {
    const shownId = request.dryRun && facts !== undefined ? 0 : logId;
    const outcome = ok({ logId: shownId, idempotencyHit, transaction });
    return { outcome, tail: usedUp(tail, decision), facts: undefined };
  }
  return { outcome: ok({ logId, idempotencyHit, transaction }), tail: after(tail, facts), facts };
}

const TOO_LARGE = validation(
  "the request is too large: its log and the metadata it leads to would have more than " +
    `${LOG_BYTES_MAX} bytes`,
);

/** Dry runs and some failures use ids up without a log (contract §2.7). */
function usedUp(tail: Tail, decision: Decision): Tail {
  const { usesTransactionId, usesLogId } = decision;
  return usesTransactionId || usesLogId
    ? {
        ...tail,
        nextTransaction: tail.nextTransaction + (usesTransactionId ? 1 : 0),
        nextLog: tail.nextLog + (usesLogId ? 1 : 0),
      }
    : tail;
}

/** The first write after an import goes on after the greatest imported ids. */
export function afterImport(tail: Tail): Tail {
  return {
    ...tail,
    nextLog: tail.lastLog < 0 ? tail.nextLog : tail.lastLog + 1,
    nextTransaction: tail.lastTransaction < 0 ? tail.nextTransaction : tail.lastTransaction + 1,
  };
}

/** The clock's date, or the first instant after the last log: dates of a ledger rise strictly. */
export function dateAfter(last: Timestamp | undefined, now: Timestamp): Timestamp {
  return last === undefined || now > last ? now : nextMicro(last);
}
