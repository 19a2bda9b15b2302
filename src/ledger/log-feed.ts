/**
 * A reader of the log that hands it on outside, page by page, in order, each log at least once: the
 * common part of pipelines and of the publisher of events. It knows when it wants to go on; when it
 * does is up to `feeds.ts`. How far it came is remembered after a page, so whatever happens amid a
 * page (a crash, a restart, a receiver that fails) the page comes again.
 */
import { err, type Result } from "../core/result.ts";
import type { KeptLog, Segments } from "./segments.ts";

/** Where the logs come from. */
export interface FeedSource {
  readonly segments: Segments;
  /** The last committed log; -1 before the first. */
  readonly lastLog: () => number;
}

/** Where they go. */
export interface Outlet {
  /** So many logs go out together; fewer wait for more, at most so long. */
  readonly gather: { readonly logs: number; readonly waitMs: number };
  /**
   * Hands a page on, or fails with a sentence for people to read. What was `reached` need not come
   * again then.
   */
  deliver(
    page: readonly KeptLog[],
    signal: AbortSignal,
    reached: (logId: number) => void,
  ): Promise<Result<unknown, string>>;
  /** Remembers the last log handed on (-1: none), and why the last try failed. */
  save(lastLog: number, error: string | undefined): void;
}

/** How fast it may go. */
export interface Pace {
  readonly pageLogs: number;
  /** Between two pages, the first of which came to the end of the log. */
  readonly intervalMs: number;
  /** After a failure. */
  readonly retryMs: number;
}

/** Rows of the log are read whole; a page is about so long. */
const PAGE_CHARS = 1_000_000;
/** The first tries come after the retry period each, later ones less and less often. */
const EVEN_RETRIES = 5;
const RETRY_MS_MAX = 60_000;

export class LogFeed {
  readonly #source: FeedSource;
  readonly #outlet: Outlet;
  readonly #pace: Pace;
  #lastLog: number;
  /** Of the page under way. */
  #life: AbortController | undefined;
  #failures = 0;
  #notBefore = 0;
  #pausedUntil = 0;
  /** When it was first seen that a log waits; undefined while none does. */
  #waitingSince: number | undefined;

  constructor(source: FeedSource, outlet: Outlet, pace: Pace, lastLog: number) {
    this.#source = source;
    this.#outlet = outlet;
    this.#pace = pace;
    this.#lastLog = lastLog;
  }

  get isUnderWay(): boolean {
    return this.#life !== undefined;
  }

  /** When it wants to hand on the next page; undefined while it is at it, or has nothing to. */
  dueAt(now: number): number | undefined {
    const end = this.#source.lastLog();
    if (end <= this.#lastLog) {
      this.#waitingSince = undefined;
      return undefined;
    }
    this.#waitingSince ??= now;
    const { logs, waitMs } = this.#outlet.gather;
    // Ids have holes, and only imported logs begin at 0, so this may be a few off.
    const waiting = end - Math.max(this.#lastLog, 0);
    const gathered = waiting >= logs ? 0 : this.#waitingSince + waitMs;
    return this.isUnderWay ? undefined : Math.max(this.#notBefore, this.#pausedUntil, gathered);
  }

  /** Hands one page on. */
  async run(): Promise<void> {
    const end = this.#source.lastLog();
    const page = this.#nextPage();
    const last = page.at(-1)?.id ?? end;
    const life = new AbortController();
    this.#life = life;
    const delivery = await this.#deliver(page, life);
    // Interrupted meanwhile: whatever became of the page, it is not this run's to remember.
    if (this.#life !== life) {
      return;
    }
    this.#life = undefined;
    if (delivery.ok) {
      this.#goOn(last, last >= end);
    } else {
      this.#tryAgain(delivery.error);
    }
  }

  async #deliver(
    page: readonly KeptLog[],
    life: AbortController,
  ): Promise<Result<unknown, string>> {
    const reached = (logId: number): void => {
      if (this.#life === life) {
        this.#lastLog = logId;
      }
    };
    try {
      return await this.#outlet.deliver(page, life.signal, reached);
    } catch (error) {
      console.error("a page of logs could not be handed on", error);
      return err("internal error");
    }
  }

  #goOn(last: number, isEnd: boolean): void {
    this.#failures = 0;
    this.#notBefore = isEnd ? Date.now() + this.#pace.intervalMs : 0;
    this.#waitingSince = undefined;
    this.#lastLog = Math.max(this.#lastLog, last);
    this.#outlet.save(this.#lastLog, undefined);
  }

  #tryAgain(failure: string): void {
    this.#failures++;
    this.#notBefore = Date.now() + this.#backOff();
    this.#outlet.save(this.#lastLog, failure);
  }

  #backOff(): number {
    const { retryMs } = this.#pace;
    const doublings = Math.max(0, this.#failures - EVEN_RETRIES);
    return Math.min(Math.max(RETRY_MS_MAX, retryMs), retryMs * 2 ** doublings);
  }

  /**
   * Gives up on the page under way, if there is one; it comes again, at once unless it is to wait.
   */
  restart(pausedUntil = 0): void {
    this.#life?.abort();
    this.#life = undefined;
    this.#failures = 0;
    this.#notBefore = 0;
    this.#pausedUntil = pausedUntil;
  }

  /** Everything again from the first log. */
  rewind(): void {
    this.restart(this.#pausedUntil);
    this.#lastLog = -1;
  }

  /** The next logs: whole batches while there are any, what has waited long enough otherwise. */
  #nextPage(): readonly KeptLog[] {
    const { segments, lastLog } = this.#source;
    const logs = segments
      .readLines(this.#lastLog + 1, lastLog(), PAGE_CHARS)
      .slice(0, this.#pace.pageLogs);
    const batch = this.#outlet.gather.logs;
    return logs.length > batch ? logs.slice(0, logs.length - (logs.length % batch)) : logs;
  }
}
