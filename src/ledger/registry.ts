/**
 * The registry of a tenant, one Durable Object: names and numbers of ledgers, buckets, ledger
 * metadata, exporters. It never sees a book. Every RPC method is a line or two; what involves the
 * object of a ledger is in `registry-ledgers.ts`, and the alarm finishes what a crash left.
 */
import { DurableObject } from "cloudflare:workers";
import sql0001 from "../../migrations/registry/0001_init.sql";
import { readConfig } from "../core/config.ts";
import { notFound, unavailable, validation, type LedgerError } from "../core/error.ts";
import { formatStringMap } from "../core/json.ts";
import { LEDGER_METADATA_CHARS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { nextInstant } from "../core/schedule.ts";
import { fromMillis, toMicros, type Timestamp } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";
import { AlarmClock } from "./alarm-clock.ts";
import { ExporterStore } from "./exporter-store.ts";
import { migrate } from "./migrate.ts";
import type { LedgerObject } from "./object.ts";
import { RegistryExporters } from "./registry-exporters.ts";
import { RegistryLedgers, type Surroundings } from "./registry-ledgers.ts";
import { RegistryProjection } from "./registry-projection.ts";
import type {
  ExporterRecord,
  LedgerRecord,
  NewExporter,
  NewLedger,
  PipelineKey,
  RegistryRpc,
} from "./registry-rpc.ts";
import { RegistryStore } from "./registry-store.ts";
import { within } from "./within.ts";

interface RegistryEnv {
  readonly DB: D1Database;
  readonly LEDGER: DurableObjectNamespace<LedgerObject>;
}

const PROJECTION_WAIT_MS = 2_000;
/** How long unfinished work may wait for a request to finish it before the alarm does. */
const ALARM_MS = 1_000;
/** How far apart tries are at most while D1 or a ledger's object is away. */
const RETRY_MS_MAX = 60_000;

export class RegistryObject extends DurableObject<RegistryEnv> implements RegistryRpc {
  readonly #store: RegistryStore;
  readonly #alarms: AlarmClock;
  readonly #projection: RegistryProjection;
  readonly #ledgers: RegistryLedgers;
  readonly #exporters: RegistryExporters;
  /** Alarms in a row that left something unfinished. */
  #failures = 0;

  constructor(ctx: DurableObjectState, env: RegistryEnv) {
    super(ctx, env);
    const tenant = ctx.id.name ?? "";
    migrate(ctx.storage, [sql0001]);
    this.#store = new RegistryStore(ctx.storage);
    this.#alarms = new AlarmClock(ctx.storage);
    this.#projection = new RegistryProjection(env.DB, tenant, this.#store);
    const around: Surroundings = {
      tenant,
      objectOf: (ledger) => env.LEDGER.getByName(`${tenant}/${ledger}`),
      arm: () => this.#arm(),
      projectSoon: () => this.#projectSoon(),
    };
    this.#ledgers = new RegistryLedgers(this.#store, around);
    const exporters = new ExporterStore(ctx.storage.sql, this.#store);
    this.#exporters = new RegistryExporters(exporters, this.#store, around);
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarms.load();
      this.#arm();
    });
  }

  // --- ledgers ---

  async create(ledger: NewLedger): Promise<Result<void, LedgerError>> {
    const problem = metadataProblem(ledger.metadata);
    return problem === undefined ? this.#ledgers.create(ledger) : err(problem);
  }

  async ledger(name: string): Promise<Result<LedgerRecord, LedgerError>> {
    const ledger = this.#store.byName(name);
    return ledger?.state === "ready" && ledger.deletedAt === undefined
      ? ok(ledger)
      : err(notFound());
  }

  async names(): Promise<readonly string[]> {
    return this.#store.names();
  }

  async saveMetadata(name: string, metadata: Metadata): Promise<Result<void, LedgerError>> {
    return this.#editMetadata(name, (before) => ({ ...before, ...metadata }));
  }

  async deleteMetadata(name: string, key: string): Promise<void> {
    this.#editMetadata(name, (before) => {
      return Object.fromEntries(Object.entries(before).filter(([other]) => other !== key));
    });
  }

  #editMetadata(name: string, edit: (before: Metadata) => Metadata): Result<void, LedgerError> {
    const ledger = this.#store.byName(name);
    if (ledger?.state !== "ready") {
      return ok(undefined);
    }
    const metadata = edit(ledger.metadata);
    const problem = metadataProblem(metadata);
    if (problem !== undefined) {
      return err(problem);
    }
    this.#store.setMetadata(ledger.id, metadata);
    this.#projectSoon();
    return ok(undefined);
  }

  // --- buckets ---

  async deleteBucket(bucket: string): Promise<Result<void, LedgerError>> {
    this.#store.markBucket(bucket, fromMillis(Date.now()));
    return this.#ledgers.tellAll();
  }

  async restoreBucket(bucket: string): Promise<Result<void, LedgerError>> {
    this.#store.markBucket(bucket, undefined);
    return this.#ledgers.tellAll();
  }

  // --- exporters and pipelines ---

  async createExporter(exporter: NewExporter): Promise<Result<ExporterRecord, LedgerError>> {
    return this.#exporters.create(exporter);
  }

  async exporters(): Promise<readonly ExporterRecord[]> {
    return this.#exporters.list();
  }

  async exporter(id: string): Promise<Result<ExporterRecord, LedgerError>> {
    return this.#exporters.find(id);
  }

  async updateExporter(id: string, exporter: NewExporter): Promise<Result<void, LedgerError>> {
    return this.#exporters.update(id, exporter);
  }

  async deleteExporter(id: string): Promise<Result<void, LedgerError>> {
    return this.#exporters.remove(id);
  }

  async pipelines(): Promise<readonly PipelineKey[]> {
    return this.#exporters.pipelines();
  }

  async createPipeline(
    ledger: string,
    exporterId: string,
  ): Promise<Result<PipelineKey, LedgerError>> {
    return this.#exporters.createPipeline(ledger, exporterId);
  }

  async deletePipeline(ledger: string, id: string): Promise<Result<void, LedgerError>> {
    return this.#exporters.removePipeline(ledger, id);
  }

  // --- the read model ---

  async version(): Promise<number> {
    return this.#store.version();
  }

  async project(): Promise<Result<number, LedgerError>> {
    const version = this.#store.version();
    try {
      await within(PROJECTION_WAIT_MS, "D1", this.#projection.catchUp());
      return ok(version);
    } catch (error) {
      console.warn("the registry could not be projected yet", error);
      return err(BEHIND);
    }
  }

  /** In the background; the alarm is set in case it fails. */
  #projectSoon(): void {
    this.#arm();
    this.ctx.waitUntil(
      this.#projection.catchUp().catch((error: unknown) => {
        console.warn("the registry could not be projected yet", error);
      }),
    );
  }

  // --- later ---

  override async alarm(): Promise<void> {
    this.#alarms.rang();
    try {
      this.#startCleanUp(Date.now());
      await Promise.all([this.#ledgers.finish(), this.#exporters.finish()]);
      await this.#projection.catchUp();
    } catch (error) {
      console.warn("the registry has unfinished work", error);
    } finally {
      this.#failures = this.#store.hasUnfinished() ? this.#failures + 1 : 0;
      this.#arm();
    }
  }

  /**
   * Sets the alarm for what is unfinished, or for the first clean-up that finds something to do.
   */
  #arm(): void {
    if (this.#store.hasUnfinished()) {
      this.#alarms.ringBy(Date.now() + Math.min(RETRY_MS_MAX, ALARM_MS * 2 ** this.#failures));
    }
    const cleanUp = this.#nextCleanUp();
    if (cleanUp !== undefined) {
      this.#alarms.ringBy(cleanUp.at);
    }
  }

  #startCleanUp(now: number): void {
    const cleanUp = this.#nextCleanUp();
    if (cleanUp !== undefined && cleanUp.at <= now) {
      this.#store.startPurge(fromMillis(now - cleanUp.retentionMs));
    }
  }

  /** The first instant of the schedule at which a deleted ledger has been kept long enough. */
  #nextCleanUp(): { readonly at: number; readonly retentionMs: number } | undefined {
    const deletedAt = this.#store.firstDeletion();
    const config = readConfig(this.env);
    if (deletedAt === undefined || !config.ok) {
      return undefined;
    }
    const { bucketRetentionMs: retentionMs, bucketCleanupSchedule } = config.value;
    const at = nextInstant(bucketCleanupSchedule, millisOf(deletedAt) + retentionMs + 1);
    return at === undefined ? undefined : { at, retentionMs };
  }
}

function metadataProblem(metadata: Metadata): LedgerError | undefined {
  const size = formatStringMap(metadata).length;
  return size <= LEDGER_METADATA_CHARS_MAX
    ? undefined
    : validation(
        `metadata has ${size} characters as JSON, the limit is ${LEDGER_METADATA_CHARS_MAX}`,
      );
}

const BEHIND = unavailable("the list of ledgers is not up to date yet");

function millisOf(timestamp: Timestamp): number {
  return Number(toMicros(timestamp) / 1000n);
}
