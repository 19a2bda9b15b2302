/**
 * Deciding a bulk in one turn: its elements in order, each on top of those before it. Only an
 * atomic bulk shares a date, and only its whole success is staged; of any other, what succeeded is.
 */
import { validation } from "../core/error.ts";
import { BULK_ANSWER_CHARS_MAX } from "../core/limits.ts";
import { err } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Overlay } from "../engine/overlay.ts";
import {
  afterImport,
  dateAfter,
  isWrite,
  overlayOn,
  step,
  type Attempt,
  type Turn,
} from "./execute.ts";
import type { BulkElement, BulkOptions, Outcome } from "./rpc.ts";
import type { Tail } from "./segments.ts";

export function executeBulk(
  elements: readonly BulkElement[],
  options: BulkOptions,
  staged: Overlay,
  before: Tail,
  turn: Turn,
): Attempt {
  const bulk = new Bulk(options, staged, before, turn);
  for (const element of elements) {
    if (bulk.isFull && !options.atomic) {
      break;
    }
    bulk.add(element);
  }
  return bulk.finish();
}

const SKIPPED: Outcome = err({ code: "INTERNAL", message: "context canceled" });

const TOO_LARGE: Outcome = err(
  validation(
    `the answer of an atomic bulk is too large: the limit is ${BULK_ANSWER_CHARS_MAX} characters`,
  ),
);

class Bulk {
  readonly #options: BulkOptions;
  readonly #staged: Overlay;
  readonly #upper: Overlay;
  readonly #turn: Turn;
  readonly #start: Tail;
  /** The date of every element of an atomic bulk. */
  readonly #date: Timestamp | undefined;
  readonly #outcomes: Outcome[] = [];
  #tail: Tail;
  #failed = false;
  #hasWritten = false;
  /** Characters of the transactions in the outcomes. */
  #size = 0;

  constructor(options: BulkOptions, staged: Overlay, before: Tail, turn: Turn) {
    this.#options = options;
    this.#staged = staged;
    this.#upper = overlayOn(staged);
    this.#turn = turn;
    this.#start = turn.isInitializing && !options.atomic ? afterImport(before) : before;
    this.#date = options.atomic ? dateAfter(before.lastDate, turn.now) : undefined;
    this.#tail = this.#start;
  }

  get isFull(): boolean {
    return this.#size > BULK_ANSWER_CHARS_MAX;
  }

  add(element: BulkElement): void {
    const outcome = this.#outcomeOf(element);
    this.#failed ||= !outcome.ok;
    this.#size += outcome.ok ? (outcome.value.transaction?.length ?? 0) : 0;
    this.#outcomes.push(outcome);
  }

  #outcomeOf(element: BulkElement): Outcome {
    if (this.#failed && !this.#options.continueOnFailure) {
      return SKIPPED;
    }
    if ("refusal" in element) {
      return err(element.refusal);
    }
    if (this.isFull) {
      return TOO_LARGE;
    }
    const date = this.#date ?? dateAfter(this.#tail.lastDate, this.#turn.now);
    const { outcome, tail, facts } = step(element, this.#upper, this.#tail, date, this.#turn);
    this.#tail = tail;
    if (facts !== undefined) {
      this.#upper.apply(facts);
    }
    this.#hasWritten ||= isWrite(outcome, element);
    return outcome;
  }

  /** A bulk that is rolled back leaves only the ids it used up. */
  finish(): Attempt {
    const value = this.#outcomes;
    const { atomic } = this.#options;
    if (atomic && this.#failed) {
      const { nextLog, nextTransaction } = this.#tail;
      return { value, tail: { ...this.#start, nextLog, nextTransaction }, opens: false };
    }
    if (this.#turn.totals.missing.size === 0) {
      this.#staged.absorb(this.#upper);
    }
    // An atomic bulk leaves the ledger open for imports, as in the original.
    return { value, tail: this.#tail, opens: this.#hasWritten && !atomic };
  }
}
