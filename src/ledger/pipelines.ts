/**
 * The pipelines of a ledger: each hands the log on to an exporter, from the first log, through the
 * exporter's driver. Which there are is decided by the tenant's registry; how far each has come,
 * and whether it is stopped, is kept here.
 */
import { notFound, validation, type LedgerError } from "../core/error.ts";
import type { Config } from "../core/config.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Feeds } from "./feeds.ts";
import type { FeedSource } from "./log-feed.ts";
import { AT_THE_START, type PipelineStore, type StoredPipeline } from "./pipeline-store.ts";
import { Pipeline } from "./pipeline.ts";
import type { PipelineRecord, PipelineSetup } from "./rpc.ts";

type Answer = Result<void, LedgerError>;

export class Pipelines {
  readonly #store: PipelineStore;
  readonly #source: FeedSource;
  readonly #feeds: Feeds;
  readonly #config: Config;
  readonly #ledger: string;
  readonly #pipelines = new Map<string, Pipeline>();

  constructor(
    store: PipelineStore,
    source: FeedSource,
    feeds: Feeds,
    config: Config,
    ledger: string,
  ) {
    this.#store = store;
    this.#source = source;
    this.#feeds = feeds;
    this.#config = config;
    this.#ledger = ledger;
    for (const stored of store.all()) {
      this.#run(stored);
    }
  }

  // --- the registry's ---

  /** A new pipeline, or another destination; told again, it is no news. Either way it runs. */
  put({ id, exporterId, createdAt, destination }: PipelineSetup): void {
    const known = this.#pipelines.get(id);
    const progress = { ...(known?.progress ?? AT_THE_START), ...RUNNING };
    const stored = { id, exporterId, createdAt, destination, progress };
    this.#store.put(stored);
    if (known !== undefined) {
      this.#feeds.remove(known.feed);
    }
    this.#run(stored);
  }

  drop(id: string): void {
    const known = this.#pipelines.get(id);
    if (known !== undefined) {
      this.#feeds.remove(known.feed);
      this.#pipelines.delete(id);
      this.#store.remove(id);
    }
  }

  #run(stored: StoredPipeline): void {
    const pipeline = new Pipeline(this.#store, stored, this.#source, this.#config, this.#ledger);
    this.#pipelines.set(stored.id, pipeline);
    // Where exporters are switched off nothing is handed on, and nothing is forgotten.
    if (this.#config.experimentalExporters) {
      this.#feeds.add(pipeline.feed);
    }
  }

  // --- clients' ---

  all(): readonly PipelineRecord[] {
    return [...this.#pipelines.values()].map((pipeline) => pipeline.record(Date.now()));
  }

  find(id: string): Result<PipelineRecord, LedgerError> {
    const pipeline = this.#pipelines.get(id);
    return pipeline === undefined ? err(missing(id)) : ok(pipeline.record(Date.now()));
  }

  start(id: string): Answer {
    const pipeline = this.#pipelines.get(id);
    if (pipeline === undefined) {
      return err(missing(id));
    }
    if (!pipeline.isStopped(Date.now())) {
      return err(validation(`pipeline '${id}' already started`));
    }
    pipeline.change(RUNNING);
    pipeline.feed.restart();
    this.#feeds.wake();
    return ok(undefined);
  }

  /** Until it is started again, or for a period: the original's stop does not outlive it either. */
  stop(id: string): Answer {
    const pipeline = this.#pipelines.get(id);
    const now = Date.now();
    if (pipeline === undefined || pipeline.isStopped(now)) {
      return err(missing(id));
    }
    const stoppedUntil = now + this.#config.pipelinesSyncMs;
    pipeline.change({ stoppedUntil });
    pipeline.feed.restart(stoppedUntil);
    this.#feeds.wake();
    return ok(undefined);
  }

  reset(id: string): Answer {
    const pipeline = this.#pipelines.get(id);
    if (pipeline === undefined) {
      return err(missing(id));
    }
    pipeline.change({ lastLog: -1, error: undefined });
    pipeline.feed.rewind();
    this.#feeds.wake();
    return ok(undefined);
  }
}

const RUNNING = { error: undefined, stoppedUntil: 0 };

function missing(id: string): LedgerError {
  return notFound(`pipeline '${id}' not found`);
}
