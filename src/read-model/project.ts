/**
 * From a run of logs to one batch of the read model: rows worked out in TypeScript, each account
 * and volume once, bound as one JSON parameter a table. Every row is absolute and the batch is
 * guarded by its first statement, so that sending it twice changes nothing.
 */
import { abridge } from "../core/abridged-line.ts";
import { must } from "../core/assert.ts";
import { formatJson, formatStringMap } from "../core/json.ts";
import { decimalKey } from "../core/decimal-key.ts";
import type { Features } from "../core/features.ts";
import { ZERO_TIME, type Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting, Volumes } from "../core/transaction.ts";

/**
 * What of a log's facts the read model needs; the ledger's object gives its own facts, which have
 * more.
 */
export interface ProjectedLog {
  readonly id: number;
  readonly type: string;
  readonly date: Timestamp;
  readonly line: string;
  /** The line with what it leaves out of its transaction; undefined where it tells all. */
  readonly completed: string | undefined;
  readonly transaction: ProjectedTransaction | undefined;
  readonly pairs: readonly (Volumes & { readonly account: string; readonly asset: string })[];
  readonly accounts: readonly ProjectedAccount[];
  readonly amendment: ProjectedAmendment | undefined;
  readonly schema:
    | { readonly version: string; readonly createdAt: Timestamp; readonly schema: string }
    | undefined;
}

interface ProjectedTransaction {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: Timestamp;
  readonly insertedAt: Timestamp;
  readonly reference: string | undefined;
  readonly template: string | undefined;
  readonly moves: readonly ProjectedMove[];
}

interface ProjectedMove {
  readonly account: string;
  readonly asset: string;
  readonly sides: number;
  readonly after: Volumes;
  readonly chain: Volumes | undefined;
  readonly stray: Volumes | undefined;
}

interface ProjectedAccount {
  readonly address: string;
  readonly metadata: Metadata;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
  readonly revision: Timestamp | undefined;
}

interface ProjectedAmendment {
  readonly id: number;
  readonly metadata: Metadata;
  readonly updatedAt: Timestamp;
  readonly revertedAt: Timestamp | undefined;
  readonly isRevision: boolean;
}

/** Whose read model it is. */
export interface Scope {
  readonly tenant: string;
  readonly ledger: number;
  readonly features: Features;
}

/** What strays of a pair moved within a period, to be added to what earlier batches summed. */
export interface StraySum {
  readonly account: string;
  readonly asset: string;
  /** A UTC day (YYYY-MM-DD) or month (YYYY-MM). */
  readonly period: string;
  readonly input: bigint;
  readonly output: bigint;
}

/** What a row holds: nothing that JSON would not give back to SQL as it is. */
type Cell = string | number | null;

/** Columns in the order of `apply.ts`; the optional ones are left off where all are NULL. */
export type Row = readonly Cell[];

/** Where a projection stands. */
export interface Head {
  /** -1: nothing is projected. */
  readonly lastLog: number;
  /** The greatest transaction id. */
  readonly lastTransaction: number;
  /** The latest date. */
  readonly lastDate: Timestamp;
}

/** Before the first log. */
export const EMPTY_HEAD: Head = { lastLog: -1, lastTransaction: -1, lastDate: ZERO_TIME };

/** The rows of a batch by statement, and the head after it; empty lists cost nothing. */
export interface Batch extends Head {
  readonly afterLog: number;
  readonly firstDate: Timestamp;
  readonly transactions: readonly Row[];
  readonly amendments: readonly Row[];
  readonly logs: readonly Row[];
  readonly accounts: readonly Row[];
  readonly volumes: readonly Row[];
  readonly moves: readonly Row[];
  readonly straySums: readonly StraySum[];
  readonly accountMetadata: readonly Row[];
  readonly transactionMetadata: readonly Row[];
  readonly schemas: readonly Row[];
}

/** `logs` follow the head; there is at least one. */
export function project(features: Features, head: Head, logs: readonly ProjectedLog[]): Batch {
  const collector = new Collector(features, head);
  for (const log of logs) {
    collector.add(log);
  }
  return collector.batch();
}

class Collector {
  readonly #features: Features;
  readonly #before: Head;
  #lastLog: number;
  #lastTransaction: number;
  #firstDate: Timestamp | undefined;
  #lastDate: Timestamp;
  readonly #transactions: Row[] = [];
  readonly #amendments: Row[] = [];
  readonly #logs: Row[] = [];
  readonly #accounts = new Map<string, Row>();
  readonly #volumes = new Map<string, PairVolumes>();
  readonly #moves: Row[] = [];
  readonly #straySums = new Map<string, StraySum>();
  readonly #accountMetadata: Row[] = [];
  readonly #transactionMetadata: Row[] = [];
  readonly #schemas: Row[] = [];

  constructor(features: Features, before: Head) {
    this.#features = features;
    this.#before = before;
    this.#lastLog = before.lastLog;
    this.#lastTransaction = before.lastTransaction;
    this.#lastDate = before.lastDate;
  }

  add(log: ProjectedLog): void {
    const { id, type, date, line, transaction } = log;
    this.#lastLog = id;
    if (transaction === undefined) {
      this.#logs.push([id, type, date, line]);
    } else {
      this.#addTransaction(log, transaction);
    }
    this.#addDate(date);
    for (const pair of log.pairs) {
      this.#addVolumes(pair.account, pair.asset, pair);
    }
    for (const account of log.accounts) {
      this.#addAccount(account, id);
    }
    if (log.amendment !== undefined) {
      this.#addAmendment(log.amendment, id);
    }
    if (log.schema !== undefined) {
      const { version, createdAt, schema } = log.schema;
      this.#schemas.push([version, createdAt, id, schema]);
    }
  }

  #addDate(date: Timestamp): void {
    if (this.#firstDate === undefined || date < this.#firstDate) {
      this.#firstDate = date;
    }
    if (date > this.#lastDate) {
      this.#lastDate = date;
    }
  }

  #isUnordered(id: number, insertedAt: Timestamp): boolean {
    return id < this.#lastTransaction || insertedAt < this.#lastDate;
  }

  #addTransaction(log: ProjectedLog, transaction: ProjectedTransaction): void {
    const { id, insertedAt, timestamp, metadata, moves, reference, template } = transaction;
    const metadataText = formatStringMap(metadata);
    // Lists by date take rows without dates of their own for ordered.
    const isUnordered = this.#isUnordered(id, insertedAt);
    this.#addDate(insertedAt);
    this.#lastTransaction = Math.max(this.#lastTransaction, id);
    const postings = formatTextPostings(transaction.postings);
    this.#transactions.push(
      rowOf(
        [id, log.id, insertedAt, metadataText, postings, keptLine(log)],
        log.type === "NEW_TRANSACTION" ? null : log.type,
        log.date === insertedAt ? null : log.date,
        timestamp === insertedAt && !isUnordered ? null : timestamp,
        isUnordered ? insertedAt : null,
        reference ?? null,
        template ?? null,
        log.completed ?? null,
        isUnordered ? 1 : null,
      ),
    );
    if (this.#features.TRANSACTION_METADATA_HISTORY === "SYNC" && metadataText !== "{}") {
      this.#transactionMetadata.push([id, timestamp, log.id, metadataText]);
    }
    const effective = timestamp === insertedAt ? null : timestamp;
    for (const move of moves) {
      this.#addVolumes(move.account, move.asset, move.after);
      if (this.#features.MOVES_HISTORY === "ON") {
        this.#addMove(id, effective, timestamp, move);
      }
    }
  }

  #addMove(
    id: number,
    effective: Timestamp | null,
    timestamp: Timestamp,
    move: ProjectedMove,
  ): void {
    const { account, asset, sides, after, chain, stray } = move;
    const isShared =
      chain === undefined || (chain.input === after.input && chain.output === after.output);
    this.#moves.push(
      rowOf(
        [account, asset, id, sides, String(after.input), String(after.output)],
        isShared ? null : String(chain.input),
        isShared ? null : String(chain.output),
        stray === undefined ? effective : timestamp,
        stray === undefined ? null : 1,
        stray === undefined ? null : String(stray.input),
        stray === undefined ? null : String(stray.output),
      ),
    );
    if (stray !== undefined) {
      this.#addStray(account, asset, timestamp.slice(0, 10), stray);
      this.#addStray(account, asset, timestamp.slice(0, 7), stray);
    }
  }

  #addStray(account: string, asset: string, period: string, moved: Volumes): void {
    const key = `${account} ${asset} ${period}`;
    const before = this.#straySums.get(key);
    const input = (before?.input ?? 0n) + moved.input;
    const output = (before?.output ?? 0n) + moved.output;
    this.#straySums.set(key, { account, asset, period, input, output });
  }

  #addVolumes(account: string, asset: string, volumes: Volumes): void {
    this.#volumes.set(`${account} ${asset}`, { account, asset, volumes });
  }

  #addAccount(account: ProjectedAccount, logId: number): void {
    const { address, firstUsage, insertionDate, updatedAt, revision } = account;
    const metadata = formatStringMap(account.metadata);
    this.#accounts.set(address, [address, firstUsage, insertionDate, updatedAt, metadata]);
    if (revision !== undefined && this.#features.ACCOUNT_METADATA_HISTORY === "SYNC") {
      this.#accountMetadata.push([address, revision, logId, metadata]);
    }
  }

  #addAmendment(amendment: ProjectedAmendment, logId: number): void {
    const { id, updatedAt, revertedAt, isRevision } = amendment;
    const metadata = formatStringMap(amendment.metadata);
    this.#amendments.push([id, metadata, updatedAt, revertedAt ?? null]);
    if (isRevision && this.#features.TRANSACTION_METADATA_HISTORY === "SYNC") {
      this.#transactionMetadata.push([id, updatedAt, logId, metadata]);
    }
  }

  batch(): Batch {
    return {
      afterLog: this.#before.lastLog,
      lastLog: this.#lastLog,
      firstDate: must(this.#firstDate, "a batch has logs"),
      lastDate: this.#lastDate,
      lastTransaction: this.#lastTransaction,
      transactions: this.#transactions,
      amendments: this.#amendments,
      logs: this.#logs,
      accounts: [...this.#accounts.values()],
      volumes: [...this.#volumes.values()].map(volumesRow),
      moves: this.#moves,
      straySums: [...this.#straySums.values()],
      accountMetadata: this.#accountMetadata,
      transactionMetadata: this.#transactionMetadata,
      schemas: this.#schemas,
    };
  }
}

interface PairVolumes {
  readonly account: string;
  readonly asset: string;
  readonly volumes: Volumes;
}

function volumesRow({ account, asset, volumes: { input, output } }: PairVolumes): Row {
  return [account, asset, String(input), String(output), decimalKey(input - output)];
}

function rowOf(columns: readonly Cell[], ...optional: readonly Cell[]): Row {
  return optional.every((cell) => cell === null) ? columns : [...columns, ...optional];
}

/**
 * Abridged where the facts are all to be read off the line, so that it does not matter whether they
 * come from a decision or, later, from the line itself.
 */
function keptLine({ type, line, completed, transaction }: ProjectedLog): string {
  const isPlain =
    type === "NEW_TRANSACTION" &&
    completed === undefined &&
    transaction?.moves.every(({ chain, stray }) => chain === undefined && stray === undefined);
  return isPlain === true ? abridge(line) : line;
}

/** Amounts as JSON strings: SQL must not read them as numbers. */
function formatTextPostings(postings: readonly Posting[]): string {
  return formatJson(
    postings.map(({ source, destination, amount, asset }) => {
      return { source, destination, amount: String(amount), asset };
    }),
  );
}
