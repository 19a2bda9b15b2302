/**
 * Lets the feeds of a ledger go on when they want to: at once while the object is awake, by its
 * alarm otherwise. No feed waits for another one's receiver, nor does the projector: nothing here
 * is waited for by the alarm, and only so many feeds speak to the outside at once that the object
 * always has connections left.
 */
import type { AlarmClock } from "./alarm-clock.ts";
import type { LogFeed } from "./log-feed.ts";

/** A Worker has six connections; a receiver that hangs holds one. */
const UNDER_WAY_MAX = 4;
/** The alarm in case the object dies before a feed that is due was started. */
const SOON_MS = 2_000;
/** The alarm in case it dies amid a page, which takes as long as its slowest request. */
const WATCH_MS = 20_000;

export class Feeds {
  readonly #alarms: AlarmClock;
  readonly #feeds = new Set<LogFeed>();
  #isScheduled = false;

  constructor(alarms: AlarmClock) {
    this.#alarms = alarms;
  }

  add(feed: LogFeed): void {
    this.#feeds.add(feed);
    this.wake();
  }

  remove(feed: LogFeed): void {
    feed.restart();
    this.#feeds.delete(feed);
  }

  close(): void {
    for (const feed of this.#feeds) {
      this.remove(feed);
    }
  }

  /**
   * Something changed: there may be more to hand on. Part of every commit that adds logs, so that
   * the alarm stands before the logs are durable.
   */
  wake(): void {
    if (this.#feeds.size === 0) {
      return;
    }
    this.#arm(Date.now());
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setTimeout(() => {
        this.#isScheduled = false;
        this.ring();
      }, 0);
    }
  }

  /** The alarm rang, or a page is done: whoever is due goes on. */
  ring(): void {
    const now = Date.now();
    const due = [...this.#feeds]
      .map((feed) => ({ feed, at: feed.dueAt(now) ?? Infinity }))
      .filter(({ at }) => at <= now)
      .toSorted((a, b) => a.at - b.at);
    for (const { feed } of due) {
      if (this.#underWay() < UNDER_WAY_MAX) {
        void this.#run(feed);
      }
    }
    this.#arm(now);
  }

  async #run(feed: LogFeed): Promise<void> {
    try {
      await feed.run();
      this.ring();
    } catch (error) {
      console.error("a feed stands still until the alarm rings", error);
    }
  }

  #underWay(): number {
    return [...this.#feeds].filter((feed) => feed.isUnderWay).length;
  }

  #arm(now: number): void {
    for (const feed of this.#feeds) {
      const due = feed.dueAt(now);
      if (feed.isUnderWay) {
        this.#alarms.ringBy(now + WATCH_MS);
      } else if (due !== undefined) {
        this.#alarms.ringBy(due > now ? due : now + SOON_MS);
      }
    }
  }
}
