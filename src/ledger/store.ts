/**
 * The object's tables: the view that decisions read, and `commit`, the only door for writing them.
 * Reads are answered from bounded caches first; nothing is cached that is not committed.
 */
import { formatStringMap } from "../core/json.ts";
import type { Features } from "../core/features.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Volumes } from "../core/transaction.ts";
import type { Amendment, LogFacts } from "../engine/facts.ts";
import { movesOf, pairKey, type Overlay } from "../engine/overlay.ts";
import type {
  AccountState,
  LedgerView,
  PairState,
  RecentMove,
  TransactionState,
  UsedKey,
} from "../engine/view.ts";
import { compileContracts, type Contract } from "../schema/contracts.ts";
import { compileSchema, type Schema } from "../schema/schema.ts";
import { AheadMoves } from "./ahead-moves.ts";
import type { Backlog } from "./backlog.ts";
import { BoundedMap } from "./bounded-map.ts";
import { readMapping, writeMapping } from "./meta.ts";
import {
  formatStrays,
  metadataOf,
  pairOf,
  transactionOf,
  type AccountRow,
  type AmendmentRow,
  type PairRow,
} from "./rows.ts";
import type { Segments, Tail } from "./segments.ts";

/** Some 200 bytes each. */
const CACHED_MAX = 100_000;

export class Store implements LedgerView {
  readonly features: Features;
  readonly #sql: SqlStorage;
  readonly #segments: Segments;
  readonly #backlog: Backlog;
  readonly #aheadMoves: AheadMoves;
  readonly #pairs = new BoundedMap<string, PairState | null>(CACHED_MAX);
  readonly #assets = new BoundedMap<string, readonly string[]>(CACHED_MAX);
  readonly #accounts = new BoundedMap<string, AccountState | null>(CACHED_MAX);
  /** Clients write under one version, or two while they change over. */
  readonly #schemas = new BoundedMap<string, Schema>(8);
  #latestSchema: string | null | undefined;
  /** Whether there may be transactions out of order; undefined: nobody has looked. */
  #hasUnordered: boolean | undefined;
  #contracts: readonly Contract[] | undefined;
  tail: Tail;

  constructor(
    sql: SqlStorage,
    segments: Segments,
    backlog: Backlog,
    features: Features,
    tail: Tail,
  ) {
    this.#sql = sql;
    this.#segments = segments;
    this.#backlog = backlog;
    this.#aheadMoves = new AheadMoves(sql, features);
    this.features = features;
    this.tail = tail;
  }

  pair(account: string, asset: string): PairState | undefined {
    const key = pairKey(account, asset);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const row = this.#first<PairRow>(
        "SELECT * FROM volumes WHERE account = ? AND asset = ?",
        account,
        asset,
      );
      pair = row === undefined ? null : pairOf(row);
      this.#pairs.set(key, pair);
    }
    return pair ?? undefined;
  }

  /** Sorted. */
  assets(account: string): readonly string[] {
    let assets = this.#assets.get(account);
    if (assets === undefined) {
      const sql = "SELECT * FROM volumes WHERE account = ? ORDER BY asset";
      const pairs = this.#sql.exec<PairRow>(sql, account).toArray().map(pairOf);
      for (const pair of pairs) {
        this.#pairs.set(pairKey(account, pair.asset), pair);
      }
      assets = pairs.map(({ asset }) => asset);
      this.#assets.set(account, assets);
    }
    return assets;
  }

  account(address: string): AccountState | undefined {
    let account = this.#accounts.get(address);
    if (account === undefined) {
      account = this.#readAccount(address) ?? null;
      this.#accounts.set(address, account);
    }
    return account ?? undefined;
  }

  #readAccount(address: string): AccountState | undefined {
    const row = this.#first<AccountRow>("SELECT * FROM accounts WHERE address = ?", address);
    if (row !== undefined) {
      return {
        address,
        metadata: metadataOf(row.metadata),
        firstUsage: row.first_usage as Timestamp,
        insertionDate: row.insertion_date as Timestamp,
        updatedAt: row.updated_at as Timestamp,
      };
    }
    const plain = this.#first<AccountRow>(
      "SELECT first_usage, insertion_date FROM volumes WHERE account = ? AND first_usage NOT NULL",
      address,
    );
    const insertionDate = plain?.insertion_date as Timestamp;
    const firstUsage = plain?.first_usage as Timestamp;
    return plain === undefined
      ? undefined
      : { address, metadata: {}, firstUsage, insertionDate, updatedAt: insertionDate };
  }

  /** Every pair of an account, sorted by asset. */
  pairsOf(address: string): readonly PairState[] {
    return this.assets(address).flatMap((asset) => this.pair(address, asset) ?? []);
  }

  transaction(id: number): TransactionState | undefined {
    const line = this.transactionLine(id);
    return line === undefined ? undefined : transactionOf(line, this.amendment(id));
  }

  /** The line of the log that made a transaction, complete. */
  transactionLine(id: number): string | undefined {
    const log = this.#logOfUnordered(id);
    return log === undefined
      ? this.#segments.lineOfTransaction(id, this.tail)
      : this.#segments.completeLine(log);
  }

  #logOfUnordered(id: number): number | undefined {
    this.#hasUnordered ??=
      this.#first("SELECT 1 FROM unordered_transactions LIMIT 1") !== undefined;
    return this.#hasUnordered
      ? this.#first<{ log_id: number }>(
          "SELECT log_id FROM unordered_transactions WHERE transaction_id = ?",
          id,
        )?.log_id
      : undefined;
  }

  amendment(id: number): AmendmentRow | undefined {
    return this.#first<AmendmentRow>("SELECT * FROM amendments WHERE transaction_id = ?", id);
  }

  isReferenceUsed(reference: string): boolean {
    const sql = "SELECT 1 FROM transaction_references WHERE reference = ?";
    return this.#first(sql, reference) !== undefined;
  }

  usedKey(key: string): UsedKey | undefined {
    const row = this.#first<{ log_id: number }>(
      "SELECT log_id FROM idempotency_keys WHERE key = ?",
      key,
    );
    const line = row === undefined ? undefined : this.#segments.line(row.log_id);
    if (row === undefined || line === undefined) {
      return undefined;
    }
    const { idempotencyHash } = JSON.parse(line) as { idempotencyHash?: string };
    return { logId: row.log_id, hash: idempotencyHash ?? "", line };
  }

  schema(version: string): Schema | undefined {
    let schema = this.#schemas.get(version);
    if (schema === undefined) {
      const text = this.schemaText(version);
      schema = text === undefined ? undefined : compileSchema(version, text);
      if (schema !== undefined) {
        this.#schemas.set(version, schema);
      }
    }
    return schema;
  }

  /** The schema object as the API shows it. */
  schemaText(version: string): string | undefined {
    const sql = "SELECT schema FROM schemas WHERE version = ?";
    return this.#first<{ schema: string }>(sql, version)?.schema;
  }

  latestSchema(): string | undefined {
    if (this.#latestSchema === undefined) {
      const sql = "SELECT version FROM schemas ORDER BY log_id DESC LIMIT 1";
      this.#latestSchema = this.#first<{ version: string }>(sql)?.version ?? null;
    }
    return this.#latestSchema ?? undefined;
  }

  contracts(): readonly Contract[] {
    this.#contracts ??= compileContracts(readMapping(this.#sql) ?? "");
    return this.#contracts;
  }

  /** The v1 mapping; undefined when none was ever given. */
  mapping(): string | undefined {
    return readMapping(this.#sql);
  }

  /** No part of the log: it says what may be written from now on, and nothing about what was. */
  saveMapping(mapping: string): void {
    writeMapping(this.#sql, mapping);
    this.#contracts = undefined;
  }

  aheadMoves(
    account: string,
    asset: string,
    after: Timestamp | undefined,
    until: Timestamp | undefined,
  ): readonly Volumes[] {
    return this.#aheadMoves.between(account, asset, after, until);
  }

  recentMoves(account: string, asset: string, afterLog: number): readonly RecentMove[] | undefined {
    return this.#backlog.covers(afterLog, this.tail.lastLog)
      ? this.#backlog.after(afterLog).flatMap((log) => movesOf(log, account, asset))
      : undefined;
  }

  /**
   * Writes staged logs. Runs inside a transaction; caches follow in `adopt`, once that has
   * committed.
   */
  commit(staged: Overlay): void {
    this.#segments.append(staged.logs, this.tail);
    const homes = this.#writeAccounts(staged);
    let lastTransaction = this.tail.lastTransaction;
    for (const facts of staged.logs) {
      const id = facts.transaction?.id ?? -1;
      this.#writeKeys(facts, id < lastTransaction);
      this.#aheadMoves.add(facts);
      lastTransaction = Math.max(lastTransaction, id);
    }
    for (const pair of staged.pairs.values()) {
      this.#writePair(pair, homes.get(pairKey(pair.account, pair.asset)));
      this.#aheadMoves.settle(this.pair(pair.account, pair.asset), pair);
    }
  }

  /**
   * Returns, by pair, the new accounts whose dates go onto that pair's row instead of a row of
   * their own.
   */
  #writeAccounts(staged: Overlay): ReadonlyMap<string, AccountState> {
    const homes = new Map<string, AccountState>();
    if (staged.accounts.size === 0) {
      return homes;
    }
    const pairOfAccount = new Map<string, string>();
    for (const [key, { account }] of staged.pairs) {
      pairOfAccount.set(account, key);
    }
    for (const account of staged.accounts.values()) {
      const home = pairOfAccount.get(account.address);
      if (home !== undefined && isPlain(account) && this.account(account.address) === undefined) {
        homes.set(home, account);
      } else {
        const { address, firstUsage, insertionDate, updatedAt, metadata } = account;
        this.#sql.exec(
          "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?)",
          address,
          firstUsage,
          insertionDate,
          updatedAt,
          formatStringMap(metadata),
        );
      }
    }
    return homes;
  }

  #writePair(pair: PairState, born: AccountState | undefined): void {
    this.#sql.exec(
      `INSERT INTO volumes VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (account, asset) DO UPDATE SET
         input = excluded.input, output = excluded.output,
         chain_date = excluded.chain_date, strays = excluded.strays,
         first_usage = coalesce(first_usage, excluded.first_usage),
         insertion_date = coalesce(insertion_date, excluded.insertion_date)`,
      pair.account,
      pair.asset,
      String(pair.input),
      String(pair.output),
      pair.chainDate ?? "",
      formatStrays(pair.strays),
      born?.firstUsage ?? null,
      born?.insertionDate ?? null,
    );
  }

  /** `isUnordered`: an earlier log made a transaction of a greater id. */
  #writeKeys(facts: LogFacts, isUnordered: boolean): void {
    const { id, idempotencyKey, transaction, amendment, schema } = facts;
    if (idempotencyKey !== "") {
      this.#sql.exec("INSERT INTO idempotency_keys VALUES (?, ?)", idempotencyKey, id);
    }
    if (transaction?.reference !== undefined) {
      this.#sql.exec(
        "INSERT INTO transaction_references VALUES (?, ?)",
        transaction.reference,
        transaction.id,
      );
    }
    if (isUnordered && transaction !== undefined) {
      this.#hasUnordered = true;
      this.#sql.exec("INSERT INTO unordered_transactions VALUES (?, ?)", transaction.id, id);
    }
    if (amendment !== undefined) {
      this.#writeAmendment(amendment);
    }
    if (schema !== undefined) {
      const { version } = schema;
      this.#sql.exec("INSERT INTO schemas VALUES (?, ?, ?)", version, id, schema.schema);
    }
  }

  #writeAmendment({ id, metadata, updatedAt, revertedAt }: Amendment): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO amendments VALUES (?, ?, ?, ?)",
      id,
      formatStringMap(metadata),
      updatedAt,
      revertedAt ?? null,
    );
  }

  /** Takes committed logs into the caches. */
  adopt(staged: Overlay, tail: Tail): void {
    for (const [key, pair] of staged.pairs) {
      this.#pairs.set(key, pair);
      if (this.#assets.get(pair.account)?.includes(pair.asset) === false) {
        this.#assets.delete(pair.account);
      }
    }
    for (const [address, account] of staged.accounts) {
      this.#accounts.set(address, account);
    }
    if (staged.schemas.size > 0) {
      this.#latestSchema = undefined;
    }
    this.tail = tail;
  }

  #first<Row extends object>(sql: string, ...bindings: SqlStorageValue[]): Row | undefined {
    return this.#sql.exec<Row & Record<string, SqlStorageValue>>(sql, ...bindings).toArray()[0];
  }
}

function isPlain(account: AccountState): boolean {
  return account.updatedAt === account.insertionDate && Object.keys(account.metadata).length === 0;
}
