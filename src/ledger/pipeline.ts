/**
 * One pipeline at work: the feed that reads the log for it, the driver its batches go through, and
 * how far it has come.
 */
import type { Config } from "../core/config.ts";
import { ok } from "../core/result.ts";
import type { Delivery, Driver } from "./drivers/driver.ts";
import { createDriver, planBatches, type BatchPlan } from "./drivers/drivers.ts";
import { LogFeed, type FeedSource, type Outlet } from "./log-feed.ts";
import type { PipelineStore, Progress, StoredPipeline } from "./pipeline-store.ts";
import type { PipelineRecord } from "./rpc.ts";
import type { KeptLog } from "./segments.ts";

export class Pipeline implements Outlet {
  readonly feed: LogFeed;
  readonly #store: PipelineStore;
  readonly #plan: BatchPlan;
  readonly #driver: Driver;
  #stored: StoredPipeline;

  constructor(
    store: PipelineStore,
    stored: StoredPipeline,
    source: FeedSource,
    config: Config,
    ledger: string,
  ) {
    const pace = {
      pageLogs: config.pipelinesLogsPageSize,
      intervalMs: config.pipelinesPullIntervalMs,
      retryMs: config.pipelinesPushRetryMs,
    };
    this.#store = store;
    this.#stored = stored;
    this.#plan = planBatches(stored.destination, pace.pageLogs);
    this.#driver = createDriver(stored.destination, ledger);
    this.feed = new LogFeed(source, this, pace, stored.progress.lastLog);
    this.feed.restart(stored.progress.stoppedUntil);
  }

  get gather(): Outlet["gather"] {
    return this.#plan.gather;
  }

  get progress(): Progress {
    return this.#stored.progress;
  }

  isStopped(now: number): boolean {
    return this.progress.stoppedUntil > now;
  }

  /** A batch after the other; the first that fails fails the page. */
  async deliver(page: readonly KeptLog[], signal: AbortSignal): Promise<Delivery> {
    const { batchLogs } = this.#plan;
    for (let start = 0; start < page.length; start += batchLogs) {
      const delivery = await this.#driver(page.slice(start, start + batchLogs), signal);
      if (!delivery.ok) {
        return delivery;
      }
    }
    return ok(undefined);
  }

  save(lastLog: number, error: string | undefined): void {
    if (lastLog !== this.progress.lastLog || error !== this.progress.error) {
      this.change({ lastLog, error });
    }
  }

  change(progress: Partial<Progress>): void {
    this.#stored = { ...this.#stored, progress: { ...this.progress, ...progress } };
    this.#store.put(this.#stored);
  }

  record(now: number): PipelineRecord {
    const { id, exporterId, createdAt } = this.#stored;
    const { lastLog, error } = this.progress;
    return {
      id,
      exporterId,
      createdAt,
      lastLog: lastLog < 0 ? undefined : lastLog,
      error,
      isRunning: !this.isStopped(now),
    };
  }
}
