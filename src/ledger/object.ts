/**
 * One ledger's Durable Object: it serialises the writes of its ledger and answers look-ups that
 * must be exact. Every RPC method is a line or two; what they do is in `books.ts` and the files it
 * opens. An object whose ledger was never created has no tables and answers LEDGER_NOT_FOUND.
 */
import { DurableObject } from "cloudflare:workers";
import sql0001 from "../../migrations/ledger/0001_init.sql";
import { assert, must } from "../core/assert.ts";
import type { Request } from "../core/command.ts";
import { readConfig } from "../core/config.ts";
import { LEDGER_NOT_FOUND, notFound, unavailable, type LedgerError } from "../core/error.ts";
import { refuseExpansion, type AccountExpansion } from "../core/features.ts";
import type { AccountRecord, TransactionRecord } from "../core/records.ts";
import { err, ok, type Result } from "../core/result.ts";
import { AlarmClock } from "./alarm-clock.ts";
import { Books } from "./books.ts";
import { executeBulk } from "./bulk.ts";
import { executeOne } from "./execute.ts";
import { faultPoint } from "./faults.ts";
import { IMPORTING, importLogs } from "./import.ts";
import { readAccount, readSchema, readTransaction } from "./look-up.ts";
import { readInfo, writeInfo } from "./meta.ts";
import { isMigrated, migrate } from "./migrate.ts";
import type {
  BulkElement,
  BulkOptions,
  GivenLine,
  LedgerInfo,
  LedgerRpc,
  LogChunk,
  Outcome,
  PipelineRecord,
  PipelineSetup,
  SchemaRecord,
  Standing,
  Stats,
} from "./rpc.ts";
import { within } from "./within.ts";

interface LedgerEnv {
  readonly DB: D1Database;
}

type Answer<T> = Result<T, LedgerError>;

const READ_MODEL_AWAY = unavailable("the read model is away; try again");

/** How long an alarm waits for what it started; while it does, no other rings. */
const ALARM_MS = 2_000;

/** About what one RPC message of an export carries. */
const EXPORT_CHARS = 1_000_000;

export class LedgerObject extends DurableObject<LedgerEnv> implements LedgerRpc {
  readonly #alarms: AlarmClock;
  #books: Books | undefined;

  constructor(ctx: DurableObjectState, env: LedgerEnv) {
    super(ctx, env);
    this.#alarms = new AlarmClock(ctx.storage);
    void ctx.blockConcurrencyWhile(async () => {
      await this.#alarms.load();
      this.#open();
    });
  }

  /** Opens the books if there are any; asking writes nothing. */
  #open(): void {
    const { storage } = this.ctx;
    if (!isMigrated(storage.sql)) {
      return;
    }
    migrate(storage, [sql0001]);
    const info = readInfo(storage.sql);
    if (info === undefined) {
      return;
    }
    const config = readConfig({ ...this.env });
    const settings = must(config.ok ? config.value : undefined, "the Worker checked its settings");
    this.#books = new Books(storage, this.env.DB, this.#alarms, settings, info);
    if (this.#books.store.tail.lastLog >= 0) {
      this.#books.projector.wake();
    }
  }

  #live(): Books | undefined {
    return this.#books?.info.deletedAt === undefined ? this.#books : undefined;
  }

  // --- the registry's ---

  async configure(info: LedgerInfo): Promise<void> {
    if (this.#books !== undefined && this.#books.info.id !== info.id) {
      // What is left of an earlier ledger of the name is no more than what it was.
      assert(this.#books.store.tail.lastLog < 0, "a ledger that is gone has no log");
      await this.#forget();
    }
    if (this.#books === undefined) {
      migrate(this.ctx.storage, [sql0001]);
      writeInfo(this.ctx.storage.sql, info);
      this.#open();
      return;
    }
    writeInfo(this.ctx.storage.sql, info);
    this.#books.info = info;
  }

  async putPipeline(pipeline: PipelineSetup): Promise<void> {
    if (this.#books?.info.id === pipeline.ledger) {
      this.#books.pipelines.put(pipeline);
    }
  }

  async dropPipeline(id: string): Promise<void> {
    this.#books?.pipelines.drop(id);
  }

  async destroy(): Promise<Answer<undefined>> {
    try {
      await this.#books?.projector.erase();
    } catch (error) {
      console.warn("the read model could not be erased", error);
      return err(READ_MODEL_AWAY);
    }
    await this.#forget();
    return ok(undefined);
  }

  async #forget(): Promise<void> {
    this.#books?.feeds.close();
    this.#books = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#alarms.rang();
  }

  // --- writes ---

  /** The books, unless an import keeps others from writing. */
  #writable(): Answer<Books> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    return books.lease.isHeld(Date.now()) ? err(IMPORTING) : ok(books);
  }

  async execute(request: Request): Promise<Outcome> {
    const books = this.#writable();
    if (!books.ok) {
      return books;
    }
    const outcomes = await books.value.queue.submit((staged, tail, turn) =>
      executeOne(request, staged, tail, turn),
    );
    if (!outcomes.ok) {
      return outcomes;
    }
    if (!request.dryRun) {
      books.value.publisher?.repeatHits(outcomes.value);
    }
    return must(outcomes.value[0], "one request has one outcome");
  }

  async bulk(
    elements: readonly BulkElement[],
    options: BulkOptions,
  ): Promise<Answer<readonly Outcome[]>> {
    const books = this.#writable();
    if (!books.ok) {
      return books;
    }
    const outcomes = await books.value.queue.submit((staged, tail, turn) =>
      executeBulk(elements, options, staged, tail, turn),
    );
    const isRolledBack = options.atomic && outcomes.ok && !outcomes.value.every(({ ok }) => ok);
    if (outcomes.ok && !isRolledBack) {
      books.value.publisher?.repeatHits(outcomes.value);
    }
    return outcomes;
  }

  // --- the read model ---

  async standing(): Promise<Answer<Standing>> {
    const books = this.#live();
    return books === undefined ? err(LEDGER_NOT_FOUND) : ok(standingOf(books));
  }

  async project(): Promise<Answer<Standing>> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    const standing = standingOf(books);
    const reached = await books.projector.reach(standing.head);
    return reached.ok ? ok(standing) : reached;
  }

  async rebuild(): Promise<Answer<Standing>> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    try {
      await books.projector.rebuild();
    } catch (error) {
      console.warn("the read model could not be erased", error);
      return err(READ_MODEL_AWAY);
    }
    return ok(standingOf(books));
  }

  // --- look-ups ---

  async account(
    address: string,
    expand: readonly AccountExpansion[],
  ): Promise<Answer<AccountRecord>> {
    const books = this.#live();
    const refusal = books === undefined ? undefined : refuseExpansion(books.info.features, expand);
    return refusal === undefined
      ? this.#look(({ store }) => readAccount(store, address, expand.length > 0))
      : err(refusal);
  }

  async transaction(id: number): Promise<Answer<TransactionRecord>> {
    return this.#look((books) => readTransaction(books.store, id));
  }

  async schema(version: string): Promise<Answer<SchemaRecord>> {
    return this.#look((books) => readSchema(books.store, version));
  }

  #look<T>(read: (books: Books) => T | undefined): Answer<T> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    const found = read(books);
    return found === undefined ? err(notFound()) : ok(found);
  }

  async stats(): Promise<Answer<Stats>> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    const { transactions, accounts } = books.store.tail;
    return ok({ transactions, accounts });
  }

  // --- the contracts of v1 ---

  async mapping(): Promise<Answer<string | undefined>> {
    const books = this.#live();
    return books === undefined ? err(LEDGER_NOT_FOUND) : ok(books.store.mapping());
  }

  async saveMapping(mapping: string): Promise<Answer<void>> {
    const books = this.#live();
    return books === undefined ? err(LEDGER_NOT_FOUND) : ok(books.store.saveMapping(mapping));
  }

  // --- the log ---

  async exportLogs(from: number, until: number): Promise<Answer<LogChunk>> {
    const books = this.#live();
    if (books === undefined) {
      return err(LEDGER_NOT_FOUND);
    }
    const end = Math.min(until, books.store.tail.lastLog);
    const logs = books.segments.readLines(from, end, EXPORT_CHARS);
    const lines = logs.map(({ line }) => `${line}\n`).join("");
    const last = logs.at(-1)?.id;
    return ok({ lines, next: last === undefined || last >= end ? undefined : last + 1 });
  }

  // --- pipelines ---

  async pipelines(): Promise<readonly PipelineRecord[]> {
    return this.#books?.pipelines.all() ?? [];
  }

  async pipeline(id: string): Promise<Answer<PipelineRecord>> {
    return this.#live()?.pipelines.find(id) ?? err(LEDGER_NOT_FOUND);
  }

  async startPipeline(id: string): Promise<Answer<void>> {
    return this.#live()?.pipelines.start(id) ?? err(LEDGER_NOT_FOUND);
  }

  async stopPipeline(id: string): Promise<Answer<void>> {
    return this.#live()?.pipelines.stop(id) ?? err(LEDGER_NOT_FOUND);
  }

  async resetPipeline(id: string): Promise<Answer<void>> {
    return this.#live()?.pipelines.reset(id) ?? err(LEDGER_NOT_FOUND);
  }

  // --- import ---

  async importLogs(lines: readonly GivenLine[], holder: string): Promise<Answer<undefined>> {
    const books = this.#live();
    return books === undefined ? err(LEDGER_NOT_FOUND) : importLogs(books, lines, holder);
  }

  async endImport(holder: string): Promise<void> {
    this.#books?.lease.release(holder);
  }

  // --- later ---

  override async alarm(): Promise<void> {
    this.#alarms.rang();
    faultPoint("before-alarm");
    this.#books?.feeds.ring();
    try {
      await within(ALARM_MS, "the projector", this.#books?.projector.ring() ?? Promise.resolve());
    } catch (error) {
      // It goes on behind the alarm, which must be free for others.
      console.warn("the alarm rings again for the projection", error);
      this.#alarms.ringBy(Date.now() + ALARM_MS);
    }
    faultPoint("after-alarm");
  }
}

function standingOf(books: Books): Standing {
  const { info, store } = books;
  return { ledger: info, head: store.tail.lastLog, latestSchema: store.latestSchema() };
}
