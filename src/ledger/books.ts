/**
 * The books of one existing ledger, opened: its log and tables, the queue of writes and the
 * projector behind them. The object (`object.ts`) opens them once it knows what ledger it is.
 */
import { executeOptions, type Config } from "../core/config.ts";
import { unavailable, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import { EffectiveTotals, type TotalQuestion } from "../engine/effective-totals.ts";
import type { Overlay } from "../engine/overlay.ts";
import { ask } from "../read-model/database.ts";
import { effectiveTotals } from "../read-model/effective-totals.ts";
import type { AlarmClock } from "./alarm-clock.ts";
import { Backlog } from "./backlog.ts";
import { overlayOn } from "./execute.ts";
import { faultPoint } from "./faults.ts";
import { Feeds } from "./feeds.ts";
import { ImportLease } from "./import.ts";
import { EventsMeta, Meta } from "./meta.ts";
import { PipelineStore } from "./pipeline-store.ts";
import { Pipelines } from "./pipelines.ts";
import { Projector } from "./projector.ts";
import { Publisher } from "./publisher.ts";
import type { LedgerInfo } from "./rpc.ts";
import { ScriptCache } from "./script-cache.ts";
import { Segments, type Tail } from "./segments.ts";
import { Store } from "./store.ts";
import { within } from "./within.ts";
import { WriteQueue } from "./write-queue.ts";

/** How long a late command waits for its totals. */
const ASK_MS = 2_000;

export class Books {
  info: LedgerInfo;
  readonly store: Store;
  readonly segments: Segments;
  readonly projector: Projector;
  readonly queue: WriteQueue;
  readonly feeds: Feeds;
  readonly pipelines: Pipelines;
  readonly publisher: Publisher | undefined;
  readonly lease = new ImportLease();
  readonly #storage: DurableObjectStorage;
  readonly #db: D1Database;
  readonly #meta: Meta;
  readonly #backlog: Backlog;

  constructor(
    storage: DurableObjectStorage,
    db: D1Database,
    alarms: AlarmClock,
    config: Config,
    info: LedgerInfo,
  ) {
    this.info = info;
    this.#storage = storage;
    this.#db = db;
    this.#meta = new Meta(storage.sql);
    this.segments = new Segments(storage.sql);
    const tail = this.#meta.withCounters(this.segments.readTail());
    this.#backlog = new Backlog(tail.lastLog);
    this.store = new Store(storage.sql, this.segments, this.#backlog, info.features, tail);
    const scope = { tenant: info.tenant, ledger: info.id, features: info.features };
    const source = {
      segments: this.segments,
      backlog: this.#backlog,
      lastLog: () => this.store.tail.lastLog,
    };
    this.projector = new Projector(db, scope, source, alarms);
    this.feeds = new Feeds(alarms);
    const pipelines = new PipelineStore(storage.sql);
    this.pipelines = new Pipelines(pipelines, source, this.feeds, config, info.name);
    this.publisher = Publisher.open(new EventsMeta(storage.sql), source, config, info);
    if (this.publisher !== undefined) {
      this.feeds.add(this.publisher.feed);
    }
    const scripts = new ScriptCache(config.numscriptCacheMaxCount);
    this.queue = new WriteQueue({
      options: executeOptions(config),
      parse: (source, runtime) => scripts.parse(source, runtime),
      lag: () => this.projector.lag,
      isInitializing: () => this.isInitializing,
      tail: () => this.store.tail,
      overlay: () => overlayOn(this.store),
      commit: (staged, next, opens) => this.#commit(staged, next, opens),
      settled: () => storage.sync(),
      lookUp: (questions) => this.#lookUp(questions),
    });
  }

  /** Logs may be imported until the first write of another kind was committed (contract §3.6). */
  get isInitializing(): boolean {
    return !this.#meta.isInUse;
  }

  #commit(staged: Overlay, tail: Tail, opens: boolean): void {
    const before = this.store.tail;
    const usedIds =
      tail.nextLog > tail.lastLog + 1 || tail.nextTransaction > tail.lastTransaction + 1;
    const isCounted =
      usedIds &&
      (tail.nextLog !== before.nextLog || tail.nextTransaction !== before.nextTransaction);
    if (staged.logs.length === 0 && !isCounted && !opens) {
      return;
    }
    this.#storage.transactionSync(() => {
      if (staged.logs.length > 0) {
        this.store.commit(staged);
        faultPoint("inside-commit");
      }
      if (isCounted) {
        this.#meta.writeCounters(tail);
      }
      if (opens) {
        this.#meta.writeInUse(tail);
      }
    });
    if (opens) {
      this.#meta.isInUse = true;
    }
    this.store.adopt(staged, tail);
    if (staged.logs.length > 0) {
      this.#backlog.push(staged.logs);
      this.projector.armAlarm();
      this.projector.wake();
      this.feeds.wake();
    }
  }

  /**
   * Reads effective totals from a read model that has every log up to now, and keeps the logs since
   * in reach.
   */
  async #lookUp(
    questions: ReadonlyMap<string, TotalQuestion>,
  ): Promise<Result<EffectiveTotals, LedgerError>> {
    const pin = this.projector.head;
    this.#backlog.pin(pin);
    try {
      const reached = await this.projector.reach(this.store.tail.lastLog);
      if (!reached.ok) {
        return reached;
      }
      const scope = { tenant: this.info.tenant, ledger: this.info.id };
      const pairs = [...questions.values()];
      const question = effectiveTotals(this.#db, scope, pairs);
      const asked = await within(ASK_MS, "D1", ask(this.#db, scope, question));
      if (!this.#backlog.covers(asked.head, this.store.tail.lastLog)) {
        return err(LATE_UNAVAILABLE);
      }
      const known = [...questions.keys()].map((key, index) => {
        return [key, asked.value[index] ?? { input: 0n, output: 0n }] as const;
      });
      return ok(new EffectiveTotals(new Map(known), asked.head));
    } catch (error) {
      console.warn("effective totals could not be read", error);
      return err(LATE_UNAVAILABLE);
    } finally {
      // Not before the unit has run again, which happens in the microtasks that follow.
      setTimeout(() => this.#backlog.unpin(pin), 0);
    }
  }
}

const LATE_UNAVAILABLE = unavailable(
  "effective volumes at that date need the read model, which is away; nothing was changed",
);
