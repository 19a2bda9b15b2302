/**
 * Group commit: units that wait share one synchronous turn, one storage transaction, one durable
 * write, and each gets its own answer. Between reading the books and storing the logs nothing waits
 * (DESIGN §2). A unit that needs effective totals leaves the turn without a trace and comes back
 * with them.
 */
import type { ExecuteOptions } from "../core/command.ts";
import { unavailable, type LedgerError } from "../core/error.ts";
import { BACKLOG_LOGS_MAX, QUEUE_UNITS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { fromMillis } from "../core/timestamp.ts";
import type { Context } from "../engine/context.ts";
import { EffectiveTotals, type TotalQuestion } from "../engine/effective-totals.ts";
import type { Overlay } from "../engine/overlay.ts";
import type { Turn } from "./execute.ts";
import { faultPoint } from "./faults.ts";
import type { Tail } from "./segments.ts";

/** What a unit came to. */
export interface Done<T> {
  /** Its answer, once what it staged is committed. */
  readonly value: T;
  readonly tail: Tail;
  /** Whether it ends the time in which logs may be imported. */
  readonly opens: boolean;
}

/** Decides against what is staged so far. */
export type Work<T> = (staged: Overlay, tail: Tail, turn: Turn) => Done<T>;

interface Unit {
  readonly run: (staged: Overlay, tail: Tail, turn: Turn) => Omit<Done<never>, "value">;
  totals: EffectiveTotals;
  questions: ReadonlyMap<string, TotalQuestion>;
  attempts: number;
  readonly settle: () => void;
  readonly fail: (error: LedgerError) => void;
}

/** What the queue needs of its ledger. */
export interface Books {
  readonly options: ExecuteOptions;
  readonly parse: Context["parse"];
  readonly lag: () => number;
  readonly isInitializing: () => boolean;
  readonly tail: () => Tail;
  readonly overlay: () => Overlay;
  /** Stores and adopts what a turn staged, all or nothing. */
  readonly commit: (staged: Overlay, tail: Tail, opens: boolean) => void;
  /** Once everything committed is durable; a moment from now when it is already. */
  readonly settled: () => Promise<void>;
  readonly lookUp: (
    questions: ReadonlyMap<string, TotalQuestion>,
  ) => Promise<Result<EffectiveTotals, LedgerError>>;
}

/** A turn stays short enough that readers of the object are served between turns. */
const TURN_UNITS_MAX = 256;
const ATTEMPTS_MAX = 5;
const NOTHING_KNOWN: ReadonlyMap<string, never> = new Map<string, never>();

export class WriteQueue {
  readonly #books: Books;
  readonly #waiting: Unit[] = [];
  #isScheduled = false;

  constructor(books: Books) {
    this.#books = books;
  }

  submit<T>(work: Work<T>): Promise<Result<T, LedgerError>> {
    if (this.#waiting.length >= QUEUE_UNITS_MAX || this.#books.lag() > BACKLOG_LOGS_MAX) {
      return Promise.resolve(err(unavailable("the ledger has too much to catch up with")));
    }
    return new Promise((resolve) => {
      let value: T;
      this.#waiting.push({
        run: (staged, tail, turn) => {
          const done = work(staged, tail, turn);
          value = done.value;
          return done;
        },
        totals: new EffectiveTotals(NOTHING_KNOWN, -1),
        questions: NOTHING_KNOWN,
        attempts: 0,
        settle: () => resolve(ok(value)),
        fail: (error) => resolve(err(error)),
      });
      this.#schedule();
    });
  }

  /**
   * One commit is under way at a time, and what arrives meanwhile shares the next. No timer: the
   * shortest takes over a millisecond. Where a commit was lost, so is the object, and a flush can
   * do no harm.
   */
  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      const flush = (): void => this.#flush();
      void this.#books.settled().then(flush, flush);
    }
  }

  #flush(): void {
    this.#isScheduled = false;
    const units = this.#waiting.splice(0, TURN_UNITS_MAX);
    if (this.#waiting.length > 0) {
      this.#schedule();
    }
    const { done, parked } = this.#turn(units);
    for (const unit of done) {
      unit.settle();
    }
    for (const unit of parked) {
      void this.#park(unit);
    }
  }

  #turn(units: readonly Unit[]): { done: readonly Unit[]; parked: readonly Unit[] } {
    const { options, parse } = this.#books;
    const now = fromMillis(Date.now());
    const staged = this.#books.overlay();
    const done: Unit[] = [];
    const parked: Unit[] = [];
    let tail = this.#books.tail();
    let isInitializing = this.#books.isInitializing();
    const wasInitializing = isInitializing;
    for (const unit of units) {
      const next = this.#attempt(unit, staged, tail, {
        totals: unit.totals,
        now,
        options,
        parse,
        isInitializing,
      });
      if (next === undefined) {
        continue;
      }
      if (unit.totals.missing.size > 0) {
        parked.push(unit);
        continue;
      }
      tail = next.tail;
      isInitializing &&= !next.opens;
      done.push(unit);
    }
    try {
      faultPoint("before-commit");
      this.#books.commit(staged, tail, wasInitializing && !isInitializing);
      faultPoint("after-commit");
    } catch (error) {
      console.error("a commit failed and changed nothing", error);
      for (const unit of done) {
        unit.fail(unavailable("the ledger could not store the write; nothing was changed"));
      }
      return { done: [], parked };
    }
    return { done, parked };
  }

  /** A unit that throws is a bug of ours; its neighbours must not pay for it. */
  #attempt(
    unit: Unit,
    staged: Overlay,
    tail: Tail,
    turn: Turn,
  ): ReturnType<Unit["run"]> | undefined {
    try {
      return unit.run(staged, tail, turn);
    } catch (error) {
      console.error("a command broke an invariant and was not executed", error);
      unit.fail({
        code: "INTERNAL",
        message: "Internal error. Consult logs/traces to have more details.",
      });
      return undefined;
    }
  }

  /** Looks up what the unit needs and runs it again, in a turn of its own right after. */
  async #park(unit: Unit): Promise<void> {
    unit.attempts++;
    if (unit.attempts > ATTEMPTS_MAX) {
      unit.fail(unavailable("effective volumes at that date keep changing; try again"));
      return;
    }
    unit.questions = new Map([...unit.questions, ...unit.totals.missing]);
    const totals = await this.#books.lookUp(unit.questions);
    if (!totals.ok) {
      unit.fail(totals.error);
      return;
    }
    unit.totals = totals.value;
    this.#waiting.unshift(unit);
    this.#flush();
  }
}
