/**
 * Copies the log to the read model: in order, many logs a batch, behind the commit's back. A batch
 * that D1 may or may not have taken is harmless (its guard refuses a second one), so after any
 * failure the head is read again and work goes on from there. While the object is ahead an alarm is
 * set, so that nothing waits for the next request.
 */
import { unavailable, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LogFacts } from "../engine/facts.ts";
import {
  eraseHead,
  eraseRows,
  readHead,
  statements,
  withEarlierSums,
} from "../read-model/apply.ts";
import { EMPTY_HEAD, project, type Head, type Scope } from "../read-model/project.ts";
import type { AlarmClock } from "./alarm-clock.ts";
import type { Backlog } from "./backlog.ts";
import { faultPoint } from "./faults.ts";
import type { Segments } from "./segments.ts";
import { weightOf } from "./weight.ts";
import { within } from "./within.ts";

/**
 * Logs pile up so long while nobody waits for them: a batch of many writes each page and each hot
 * row once.
 */
const GATHER_MS = 250;
/** A reader waits at most so long for the read model to catch up. */
const REACH_MS = 2_000;
/** A batch that takes longer counts as lost; whether D1 took it shows in the head. */
const BATCH_MS = 10_000;
/** Large ledgers take their time to go. */
const ERASE_MS = 60_000;
const BATCH_LOGS_MAX = 1_000;
const BATCH_CHARS_MAX = 1_000_000;
/**
 * How long after the first log of a backlog the alarm rings, and how far apart tries are while D1
 * is away.
 */
const ALARM_MS = 2_000;
const RETRY_MS_MAX = 60_000;
/** How soon a failed batch is tried again for a reader who waits; each time twice as late. */
const RETRY_MS_MIN = 100;

/** Where the logs come from. */
export interface Source {
  readonly segments: Segments;
  readonly backlog: Backlog;
  /** The last committed log; -1 before the first. */
  readonly lastLog: () => number;
}

interface Waiter {
  readonly logId: number;
  readonly resolve: (isReached: boolean) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Projector {
  readonly #db: D1Database;
  readonly #scope: Scope;
  readonly #source: Source;
  readonly #alarms: AlarmClock;
  /** undefined: to be asked of D1. */
  #head: Head | undefined;
  /** Logs up to this one do not count as lag. */
  #floor: number;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #waiters = new Set<Waiter>();
  #failures = 0;
  #isRebuildAsked = false;
  #isClosed = false;

  constructor(db: D1Database, scope: Scope, source: Source, alarms: AlarmClock) {
    this.#db = db;
    this.#scope = scope;
    this.#source = source;
    this.#alarms = alarms;
    this.#floor = source.lastLog();
  }

  /** The last log known to be in the read model; -1 when none is, or nothing is known yet. */
  get head(): number {
    return this.#head?.lastLog ?? -1;
  }

  /**
   * How many logs were committed that the read model may lack. Those from before this life of the
   * object, or before a rebuild, are not counted: how far it is from them says nothing about
   * whether it keeps up.
   */
  get lag(): number {
    return this.#source.lastLog() - Math.max(this.head, this.#floor);
  }

  get #isBehind(): boolean {
    return this.#head === undefined || this.head < this.#source.lastLog();
  }

  /** Part of every commit that adds logs: the alarm stands before the logs are durable. */
  armAlarm(): void {
    this.#alarms.ringBy(Date.now() + ALARM_MS + this.#backOff());
  }

  /** There is something new; a batch starts after a moment. */
  wake(): void {
    if (this.#failures === 0) {
      this.#startIn(GATHER_MS);
    }
  }

  /** Waits until the read model has a log. */
  async reach(logId: number): Promise<Result<undefined, LedgerError>> {
    if (this.head >= logId) {
      return ok(undefined);
    }
    const isReached = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => this.#release(waiter, this.head >= logId), REACH_MS);
      const waiter = { logId, resolve, timer };
      this.#waiters.add(waiter);
      this.#start();
    });
    return isReached
      ? ok(undefined)
      : err(unavailable("the read model is behind; try again, or read with eventual consistency"));
  }

  /** The alarm rang: catch up, and stay set while behind. */
  async ring(): Promise<void> {
    this.#start();
    await this.#running;
    if (this.#isBehind && !this.#isClosed) {
      this.armAlarm();
    }
  }

  /** Everything again from the first log. Resolves when nothing of the old is shown any more. */
  async rebuild(): Promise<void> {
    this.armAlarm();
    this.#isRebuildAsked = true;
    await this.#running;
    this.#start();
    await this.#running;
    if (this.#failures > 0) {
      throw new Error("D1 did not forget the ledger");
    }
  }

  /** Takes the ledger out of the read model for good; nothing is projected any more. */
  async erase(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    await within(ERASE_MS, "D1", this.#eraseAll());
  }

  async #eraseAll(): Promise<void> {
    await eraseHead(this.#db, this.#scope);
    await eraseRows(this.#db, this.#scope);
  }

  #backOff(): number {
    return this.#failures === 0 ? 0 : Math.min(RETRY_MS_MAX, 2 ** this.#failures * 500);
  }

  #startIn(millis: number): void {
    if (this.#running === undefined && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#start(), millis);
    }
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isClosed) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
        this.#goOn();
      });
    }
  }

  /** After a run: what it left is done in a moment, or when D1 may be back. */
  #goOn(): void {
    this.#settle();
    if (!this.#isBehind || this.#isClosed) {
      return;
    }
    if (this.#failures === 0) {
      this.#startIn(this.#waiters.size > 0 ? 0 : GATHER_MS);
      return;
    }
    this.armAlarm();
    if (this.#waiters.size > 0) {
      this.#startIn(RETRY_MS_MIN * 2 ** (this.#failures - 1));
    }
  }

  async #run(): Promise<void> {
    try {
      if (this.#isRebuildAsked) {
        await this.#forget();
      } else {
        await this.#catchUp();
      }
      this.#failures = 0;
    } catch (error) {
      console.warn("projection failed and will be tried again", error);
      this.#failures++;
      this.#floor = Math.max(this.#floor, this.head);
      this.#head = undefined;
    }
  }

  async #forget(): Promise<void> {
    this.#head = undefined;
    this.#floor = this.#source.lastLog();
    try {
      await inTime(eraseHead(this.#db, this.#scope));
    } finally {
      this.#isRebuildAsked = false;
    }
  }

  async #catchUp(): Promise<void> {
    this.#head ??= await inTime(readHead(this.#db, this.#scope));
    if (this.head === -1) {
      // Whatever a rebuild that was cut off has left would be in the way.
      await within(ERASE_MS, "D1", eraseRows(this.#db, this.#scope));
    }
    while (this.#isBehind && !this.#isRebuildAsked && !this.#isClosed) {
      await this.#projectNext();
      this.#failures = 0;
      this.#settle();
      if (this.#waiters.size === 0 && this.#source.lastLog() - this.head < BATCH_LOGS_MAX) {
        return;
      }
    }
  }

  async #projectNext(): Promise<void> {
    const head = this.#head ?? EMPTY_HEAD;
    const logs = this.#next(head.lastLog);
    faultPoint("before-projection");
    const { features } = this.#scope;
    const batch = project(features, head, logs);
    const sums = await inTime(withEarlierSums(this.#db, this.#scope, batch.straySums));
    await inTime(this.#db.batch(statements(this.#db, this.#scope, batch, sums)));
    faultPoint("after-projection");
    this.#head = batch;
    this.#source.backlog.drop(batch.lastLog);
  }

  /** The logs of the next batch: from memory when they are all there, else from the segments. */
  #next(head: number): readonly LogFacts[] {
    if (!this.#source.backlog.covers(head, this.#source.lastLog())) {
      return this.#source.segments
        .read(head + 1, this.#source.lastLog(), BATCH_CHARS_MAX)
        .slice(0, BATCH_LOGS_MAX);
    }
    const logs: LogFacts[] = [];
    let size = 0;
    for (const facts of this.#source.backlog.after(head)) {
      const weight = weightOf(facts);
      if (logs.length === BATCH_LOGS_MAX || (size > 0 && size + weight > BATCH_CHARS_MAX)) {
        break;
      }
      logs.push(facts);
      size += weight;
    }
    return logs;
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      if (this.head >= waiter.logId) {
        this.#release(waiter, true);
      }
    }
  }

  #release(waiter: Waiter, isReached: boolean): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    waiter.resolve(isReached);
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return within(BATCH_MS, "D1", work);
}
