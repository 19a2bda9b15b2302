/**
 * Publishes the events of a ledger by HTTP, one request each, in the order of the log and at least
 * once: it reads the log behind the commit, as pipelines do, so a write neither waits for it nor
 * fails with it, and an event that a receiver did not take comes again until it does. It begins
 * with the first write after it was switched on. Imported logs are no news.
 */
import type { Config } from "../core/config.ts";
import { ok } from "../core/result.ts";
import type { Delivery } from "./drivers/driver.ts";
import { parseUrl, post } from "./drivers/post.ts";
import { eventOf } from "./events.ts";
import { LogFeed, type FeedSource, type Outlet } from "./log-feed.ts";
import type { EventsMeta, EventsPosition } from "./meta.ts";
import type { LedgerInfo, Outcome } from "./rpc.ts";
import type { KeptLog } from "./segments.ts";

/** After a failure what was taken before it does not come again, so a page may be long. */
const PAGE_LOGS = 100;
/** Repeats for clients' retries that may be under way; more are dropped. */
const REPEATS_MAX = 100;

export class Publisher implements Outlet {
  readonly feed: LogFeed;
  readonly gather = { logs: 1, waitMs: 0 };
  readonly #meta: EventsMeta;
  readonly #source: FeedSource;
  readonly #topics: Config["publisherTopicMapping"];
  readonly #info: LedgerInfo;
  #position: EventsPosition;
  #repeats = 0;

  /** undefined where publishing is switched off; then where it stood is forgotten. */
  static open(
    meta: EventsMeta,
    source: FeedSource,
    config: Config,
    info: LedgerInfo,
  ): Publisher | undefined {
    if (!config.publisherHttpEnabled) {
      meta.forget();
      return undefined;
    }
    return new Publisher(meta, source, config, info);
  }

  constructor(meta: EventsMeta, source: FeedSource, config: Config, info: LedgerInfo) {
    this.#meta = meta;
    this.#source = source;
    this.#topics = config.publisherTopicMapping;
    this.#info = info;
    this.#position = meta.read() ?? this.#begin();
    const pace = { pageLogs: PAGE_LOGS, intervalMs: 0, retryMs: config.pipelinesPushRetryMs };
    this.feed = new LogFeed(source, this, pace, this.#position.lastLog);
  }

  #begin(): EventsPosition {
    const position = { lastLog: this.#source.lastLog(), imported: [] };
    this.#meta.write(position);
    return position;
  }

  /**
   * The logs above one, up to the last, were imported. Joins their commit: called in the turn that
   * they were stored in.
   */
  skip(above: number, last: number): void {
    const known = this.#position.imported;
    const before = known.at(-1);
    const imported: EventsPosition["imported"] =
      before?.[1] === above
        ? [...known.slice(0, -1), [before[0], last]]
        : [...known, [above, last]];
    this.#position = { ...this.#position, imported };
    this.#meta.write(this.#position);
  }

  async deliver(
    page: readonly KeptLog[],
    signal: AbortSignal,
    reached: (logId: number) => void,
  ): Promise<Delivery> {
    for (const log of page) {
      const imported = this.#position.imported.find(([above, last]) => {
        return above < log.id && log.id <= last;
      });
      if (imported === undefined) {
        const delivery = await this.#publish(log.line, await this.#eventId(log.id), signal);
        if (!delivery.ok) {
          return delivery;
        }
      }
      reached(imported?.[1] ?? log.id);
    }
    return ok(undefined);
  }

  save(lastLog: number, error: string | undefined): void {
    if (error !== undefined) {
      console.warn(`an event of ${this.#info.name} is published later: ${error}`);
    }
    const imported = this.#position.imported.filter(([, last]) => last > lastLog);
    if (lastLog !== this.#position.lastLog) {
      this.#position = { lastLog, imported };
      this.#meta.write(this.#position);
    }
  }

  /**
   * A client that sends a key again is answered again, and so is the world; but once only, because
   * the event itself comes for sure.
   */
  repeatHits(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.ok && outcome.value.idempotencyHit) {
        void this.#repeat(outcome.value.logId);
      }
    }
  }

  async #repeat(logId: number): Promise<void> {
    const line = this.#source.segments.line(logId);
    if (line === undefined || this.#repeats === REPEATS_MAX) {
      return;
    }
    this.#repeats++;
    const { signal } = new AbortController();
    const delivery = await this.#publish(line, crypto.randomUUID(), signal);
    this.#repeats--;
    if (!delivery.ok) {
      console.warn(`an event of ${this.#info.name} was not repeated: ${delivery.error}`);
    }
  }

  /** Whoever listens to nothing of this type has nothing to refuse. */
  async #publish(line: string, id: string, signal: AbortSignal): Promise<Delivery> {
    const event = eventOf(line, this.#info.name);
    const topic = this.#topics.get(event.type) ?? this.#topics.get("*");
    if (topic === undefined) {
      return ok(undefined);
    }
    const url = parseUrl(topic);
    if (!url.ok) {
      return url;
    }
    const headers = {
      "Content-Type": "application/json",
      "Message-Uuid": id,
      "Message-Metadata": "{}",
    };
    return post({ url: url.value, headers, body: event.body }, signal);
  }

  /** The same for the same log, so that receivers can tell what they have already. */
  async #eventId(logId: number): Promise<string> {
    const name = `${this.#info.tenant}/${this.#info.name}/${this.#info.id}/${logId}`;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
    const hex = Array.from(new Uint8Array(digest, 0, 16), (byte) => {
      return byte.toString(16).padStart(2, "0");
    }).join("");
    return (
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-` +
      `8${hex.slice(17, 20)}-${hex.slice(20)}`
    );
  }
}
