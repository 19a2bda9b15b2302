/**
 * The registry of a tenant, one Durable Object: names and numbers of ledgers, buckets, ledger
 * metadata, exporters. It never sees a book. Whatever involves a ledger's object is done in steps
 * that can be repeated: a mark in the registry's own tables first, then the object, then the mark
 * taken away; the alarm goes on where a crash stopped.
 */
import { DurableObject } from "cloudflare:workers";
import sql0001 from "../../migrations/registry/0001_init.sql";
import { readConfig } from "../core/config.ts";
import { formatStringMap } from "../core/json.ts";
import { notFound, unavailable, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import { nextInstant } from "../core/schedule.ts";
import { fromMillis, toMicros, type Timestamp } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";
import { faultPoint } from "./faults.ts";
import { migrate } from "./migrate.ts";
import type { LedgerObject } from "./object.ts";
import { projectRegistry } from "./registry-projection.ts";
import type { LedgerRecord, NewLedger, RegistryRpc } from "./registry-rpc.ts";
import { RegistryStore, type StoredLedger } from "./registry-store.ts";

interface RegistryEnv {
  readonly DB: D1Database;
  readonly LEDGER: DurableObjectNamespace<LedgerObject>;
}

const PROJECTION_WAIT_MS = 2_000;
/** How long unfinished work may wait for a request to finish it before the alarm does. */
const ALARM_DELAY_MS = 1_000;

const EXISTS: LedgerError = { code: "LEDGER_ALREADY_EXISTS", message: "ledger already exists" };

export class RegistryObject extends DurableObject<RegistryEnv> implements RegistryRpc {
  readonly #tenant: string;
  readonly #store: RegistryStore;
  /** Creations under way in this life of the object, by name. */
  readonly #creations = new Map<string, Promise<void>>();
  #projection: Promise<void> | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: RegistryEnv) {
    super(ctx, env);
    this.#tenant = ctx.id.name ?? "";
    migrate(ctx.storage, [sql0001]);
    this.#store = new RegistryStore(ctx.storage);
    void ctx.blockConcurrencyWhile(() => this.#arm());
  }

  // --- ledgers ---

  async create(ledger: NewLedger): Promise<Result<void, LedgerError>> {
    const known = this.#store.byName(ledger.name);
    if (known !== undefined && known.state !== "reserved") {
      return err(EXISTS);
    }
    if (known === undefined) {
      return this.#complete(this.#store.reserve(ledger, fromMillis(Date.now())));
    }
    const underWay = this.#creations.has(ledger.name);
    const completed = await this.#complete(known);
    // A creation that a crash left half done belongs to whoever asks for the same again.
    return completed.ok && (underWay || !isSame(known, ledger)) ? err(EXISTS) : completed;
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

  async saveMetadata(name: string, metadata: Metadata): Promise<void> {
    await this.#editMetadata(name, (before) => ({ ...before, ...metadata }));
  }

  async deleteMetadata(name: string, key: string): Promise<void> {
    await this.#editMetadata(name, (before) => {
      return Object.fromEntries(Object.entries(before).filter(([other]) => other !== key));
    });
  }

  async #editMetadata(name: string, edit: (before: Metadata) => Metadata): Promise<void> {
    const ledger = this.#store.byName(name);
    if (ledger?.state === "ready") {
      this.#store.setMetadata(ledger.id, edit(ledger.metadata));
      await this.#arm();
      this.#projectSoon();
    }
  }

  // --- buckets ---

  async deleteBucket(bucket: string): Promise<Result<void, LedgerError>> {
    this.#store.markBucket(bucket, fromMillis(Date.now()));
    return this.#tellAll();
  }

  async restoreBucket(bucket: string): Promise<Result<void, LedgerError>> {
    this.#store.markBucket(bucket, undefined);
    return this.#tellAll();
  }

  // --- the read model ---

  async version(): Promise<number> {
    return this.#store.version();
  }

  async project(): Promise<Result<number, LedgerError>> {
    const version = this.#store.version();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PROJECTION_WAIT_MS);
    });
    const done = this.#project().then(
      () => true,
      () => false,
    );
    const isDone = await Promise.race([done, late]);
    clearTimeout(timer);
    return isDone ? ok(version) : err(BEHIND);
  }

  override async alarm(): Promise<void> {
    this.#startCleanUp(Date.now());
    await Promise.allSettled([
      ...this.#store.reserved().map((ledger) => this.#complete(ledger)),
      ...this.#store.purging().map((ledger) => this.#purge(ledger)),
      this.#tellAll(),
    ]);
    await this.#project().catch(() => undefined);
    await this.#arm();
  }

  // --- steps ---

  /**
   * Second and third step of a creation: the ledger's object learns what it is, then the name is
   * confirmed.
   */
  async #complete(ledger: StoredLedger): Promise<Result<void, LedgerError>> {
    let creation = this.#creations.get(ledger.name);
    if (creation === undefined) {
      creation = this.#configureAndConfirm(ledger);
      this.#creations.set(ledger.name, creation);
    }
    try {
      await creation;
      return ok(undefined);
    } catch (error) {
      console.error(error);
      return err(unavailable("the ledger could not be set up yet"));
    } finally {
      this.#creations.delete(ledger.name);
      await this.#arm();
    }
  }

  async #configureAndConfirm(ledger: StoredLedger): Promise<void> {
    await this.#arm();
    faultPoint("registry-reserved");
    await this.#configure(ledger);
    faultPoint("registry-configured");
    this.#store.confirm(ledger.id);
    this.#projectSoon();
  }

  async #configure(ledger: StoredLedger): Promise<void> {
    const { id, name, bucket, features, addedAt, deletedAt } = ledger;
    const info = { tenant: this.#tenant, id, name, bucket, features, addedAt, deletedAt };
    await this.#objectOf(name).configure(info);
  }

  async #tellAll(): Promise<Result<void, LedgerError>> {
    await this.#arm();
    faultPoint("registry-marked");
    // One after the other, so that a ledger never hears of a deletion after the restoration that
    // followed it.
    const telling = this.#telling.then(() => this.#tellUntold());
    this.#telling = telling.catch(() => undefined);
    try {
      await telling;
      this.#projectSoon();
      return ok(undefined);
    } catch (error) {
      console.error(error);
      return err(unavailable("not every ledger of the bucket could be reached yet"));
    }
  }

  async #tellUntold(): Promise<void> {
    for (let ledgers = this.#store.untold(); ledgers.length > 0; ledgers = this.#store.untold()) {
      await Promise.all(
        ledgers.map(async (ledger) => {
          await this.#configure(ledger);
          this.#store.markTold(ledger.id, ledger.deletedAt);
        }),
      );
    }
  }

  async #purge(ledger: StoredLedger): Promise<void> {
    await this.#objectOf(ledger.name).destroy();
    faultPoint("registry-destroyed");
    this.#store.remove(ledger.id);
  }

  #objectOf(name: string): DurableObjectStub<LedgerObject> {
    return this.env.LEDGER.getByName(`${this.#tenant}/${name}`);
  }

  /** One projection at a time; whoever comes later waits for the one that has their change too. */
  #project(): Promise<void> {
    const running = this.#projection ?? Promise.resolve();
    const next = running
      .catch(() => undefined)
      .then(() => projectRegistry(this.env.DB, this.#tenant, this.#store));
    const settled = next.finally(() => {
      if (this.#projection === settled) {
        this.#projection = undefined;
      }
    });
    this.#projection = settled;
    return settled;
  }

  /** In the background; the alarm is set in case it fails. */
  #projectSoon(): void {
    this.ctx.waitUntil(this.#project().catch(() => undefined));
  }

  /**
   * Sets the alarm for what is unfinished, or for the first clean-up that finds something to do.
   */
  async #arm(): Promise<void> {
    const now = Date.now();
    const cleanUp = this.#nextCleanUp();
    const due = this.#store.hasUnfinished() ? now + ALARM_DELAY_MS : cleanUp?.at;
    if (due === undefined) {
      return;
    }
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > due) {
      await this.ctx.storage.setAlarm(due);
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

const BEHIND = unavailable("the list of ledgers is not up to date yet");

function millisOf(timestamp: Timestamp): number {
  return Number(toMicros(timestamp) / 1000n);
}

function isSame(known: StoredLedger, wanted: NewLedger): boolean {
  const text = ({ bucket, features, metadata }: NewLedger): string => {
    return `${bucket} ${formatStringMap({ ...features })} ${formatStringMap(metadata)}`;
  };
  return text(known) === text(wanted);
}
