/**
 * Copies the log to the read model: in order, many logs a batch, behind the commit's back. A batch
 * that D1 may or may not have taken is harmless (its guard refuses a second one), so after any
 * failure the head is read again and work goes on from there. While the object is ahead an alarm is
 * set, so that nothing waits for the next request.
 */
import { unavailable, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LogFacts } from "../engine/facts.ts";
import { erase, readHead, statements, withEarlierSums } from "../read-model/apply.ts";
import { EMPTY_HEAD, project, type Head, type Scope } from "../read-model/project.ts";
import type { AlarmClock } from "./alarm-clock.ts";
import type { Backlog } from "./backlog.ts";
import { faultPoint } from "./faults.ts";
import type { Segments } from "./segments.ts";
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

/** Where the logs come from. */
export interface Source {
  readonly segments: Segments;
  readonly backlog: Backlog;
  /** The last committed log; -1 before the first. */
  readonly lastLog: () => number;
}

interface Waiter {
  readonly logId: number;
  readonly resolve: (reached: boolean) => void;
}

export class Projector {
  readonly #db: D1Database;
  readonly #scope: Scope;
  readonly #source: Source;
  readonly #alarms: AlarmClock;
  /** undefined: to be asked of D1. */
  #head: Head | undefined;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiters: Waiter[] = [];
  #failures = 0;
  #isClosed = false;

  constructor(db: D1Database, scope: Scope, source: Source, alarms: AlarmClock) {
    this.#db = db;
    this.#scope = scope;
    this.#source = source;
    this.#alarms = alarms;
  }

  /** The last log known to be in the read model; -1 when none is, or nothing is known yet. */
  get head(): number {
    return this.#head?.lastLog ?? -1;
  }

  /** How many logs the read model may lack. */
  get lag(): number {
    return this.#source.lastLog() - this.head;
  }

  /** Part of every commit that adds logs: the alarm stands before the logs are durable. */
  armAlarm(): void {
    this.#alarms.ringBy(Date.now() + ALARM_MS + this.#backOff());
  }

  /** There is something new; a batch starts after a moment. */
  wake(): void {
    if (this.#running === undefined && this.#timer === undefined && this.#failures === 0) {
      this.#timer = setTimeout(() => this.#start(), GATHER_MS);
    }
  }

  /** Waits until the read model has a log. */
  async reach(logId: number): Promise<Result<undefined, LedgerError>> {
    if (this.head >= logId) {
      return ok(undefined);
    }
    const reached = new Promise<boolean>((resolve) => {
      this.#waiters.push({ logId, resolve });
      setTimeout(() => resolve(this.head >= logId), REACH_MS);
    });
    this.#start();
    return (await reached)
      ? ok(undefined)
      : err(unavailable("the read model is behind; try again, or read with eventual consistency"));
  }

  /** The alarm rang: catch up, and stay set while behind. */
  async ring(): Promise<void> {
    this.#start();
    await this.#running;
    if (this.#head === undefined || this.lag > 0) {
      this.armAlarm();
    }
  }

  /** Everything again from the first log. */
  async rebuild(): Promise<void> {
    await this.#running;
    this.#head = undefined;
    await erase(this.#db, this.#scope);
    this.#start();
  }

  /** Takes the ledger out of the read model for good; nothing is projected any more. */
  async erase(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    await within(ERASE_MS, "D1", erase(this.#db, this.#scope));
  }

  #backOff(): number {
    return this.#failures === 0 ? 0 : Math.min(RETRY_MS_MAX, 2 ** this.#failures * 500);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed) {
      return;
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#settle();
      if (this.#head !== undefined && this.lag > 0) {
        this.wake();
      }
    });
  }

  async #run(): Promise<void> {
    try {
      this.#head ??= await inTime(readHead(this.#db, this.#scope));
      while (this.head < this.#source.lastLog()) {
        await this.#projectNext();
        this.#failures = 0;
        this.#settle();
        if (this.#waiters.length === 0 && this.lag < BATCH_LOGS_MAX) {
          return;
        }
      }
      this.#failures = 0;
    } catch (error) {
      console.warn("projection failed and will be tried again", error);
      this.#failures++;
      this.#head = undefined;
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
      if (
        logs.length === BATCH_LOGS_MAX ||
        (size > 0 && size + facts.line.length > BATCH_CHARS_MAX)
      ) {
        break;
      }
      logs.push(facts);
      size += facts.line.length;
    }
    return logs;
  }

  #settle(): void {
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (this.head >= waiter.logId) {
        waiter.resolve(true);
      } else {
        waiting.push(waiter);
      }
    }
    this.#waiters = waiting;
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return within(BATCH_MS, "D1", work);
}
