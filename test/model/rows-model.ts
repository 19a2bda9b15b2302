/**
 * What must be found where: the records that look-ups answer and the rows of the read model, as the
 * model's book and log have them. An independent fold of the log, table by table (the meaning of
 * the columns stands in migrations/read-model).
 */
import type { Metadata } from "../../src/core/transaction.ts";
import type { AccountRecord, TransactionRecord } from "../../src/core/records.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { ModelMove } from "./book-model.ts";
import type { LedgerModel } from "./ledger-model.ts";
import {
  printLine,
  printMetadata,
  type ModelTransaction,
  type ModelVolumes,
} from "./print-model.ts";
import { compareBytes, fixedInstant, members, writeJson, type Micros } from "./text-model.ts";

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

// --- look-ups ---

export function accountRecord(
  model: LedgerModel,
  address: string,
  withVolumes: boolean,
): AccountRecord | undefined {
  const account = model.book.accounts.get(address);
  if (account === undefined) {
    return undefined;
  }
  const pairs = pairsOf(model).filter((pair) => pair.account === address);
  const volumes = pairs.map(({ asset, input, output }) => {
    return { asset, input: String(input), output: String(output) };
  });
  return {
    address,
    metadata: account.metadata,
    firstUsage: dateOf(account.firstUsage),
    insertionDate: dateOf(account.insertionDate),
    updatedAt: dateOf(account.updatedAt),
    volumes: withVolumes ? volumes : undefined,
  };
}

export function transactionRecord(model: LedgerModel, id: number): TransactionRecord | undefined {
  const transaction = model.book.transactions.get(id);
  if (transaction === undefined) {
    return undefined;
  }
  const { metadata, updatedAt, revertedAt } = transaction;
  const amendment = {
    metadata: metadataText(metadata),
    updatedAt: dateOf(updatedAt),
    revertedAt: revertedAt === undefined ? undefined : dateOf(revertedAt),
  };
  return {
    log: lineOf(model, transaction.logId),
    amendment: model.book.amended.has(id) ? amendment : undefined,
  };
}

function dateOf(micros: Micros): Timestamp {
  return fixedInstant(micros) as Timestamp;
}

function lineOf(model: LedgerModel, logId: number): string {
  return model.logs.find(({ id }) => id === logId)?.line ?? "";
}

interface Pair extends ModelVolumes {
  readonly account: string;
  readonly asset: string;
}

/** Every pair that ever moved, in the order of their bytes. */
function pairsOf(model: LedgerModel): readonly Pair[] {
  const names = new Map(
    model.book.moves.map(({ account, asset }) => [`${account} ${asset}`, { account, asset }]),
  );
  const pairs = [...names.values()].map(({ account, asset }) => {
    return { account, asset, ...model.book.volumes(account, asset, () => true) };
  });
  return pairs.toSorted((a, b) => {
    return compareBytes(a.account, b.account) || compareBytes(a.asset, b.asset);
  });
}

// --- the read model ---

export type Tables = Readonly<Record<string, readonly Row[]>>;

/** The rows of each table without tenant and ledger, in the order of their primary keys. */
export function rowsOf(model: LedgerModel): Tables {
  const { book, logs } = model;
  const transactions = [...book.transactions.values()];
  const inserted = new Set(transactions.map(({ logId }) => logId));
  const { tables, unusual } = historyOf(model);
  return {
    transactions: byKeys(
      transactions.map((one) => transactionRow(model, one, !unusual.has(one.id))),
      ["id"],
    ),
    logs: logs
      .filter(({ id }) => !inserted.has(id))
      .map(({ id, data, date, line }) => {
        return { id, type: data.type, date: fixedInstant(date), log: line };
      }),
    accounts: byKeys(
      [...book.accounts].map(([address, account]) => ({
        address,
        first_usage: fixedInstant(account.firstUsage),
        insertion_date: fixedInstant(account.insertionDate),
        updated_at: fixedInstant(account.updatedAt),
        metadata: metadataText(account.metadata),
      })),
      ["address"],
    ),
    volumes: pairsOf(model).map(({ account, asset, input, output }) => ({
      account,
      asset,
      input: String(input),
      output: String(output),
      balance_key: sortableKey(input - output),
    })),
    ...tables,
    account_metadata: revisionsOf(model, "ACCOUNT_METADATA_HISTORY", "address"),
    transaction_metadata: revisionsOf(model, "TRANSACTION_METADATA_HISTORY", "id"),
    schemas: [],
  };
}

function transactionRow(
  model: LedgerModel,
  transaction: ModelTransaction,
  isOrdinary: boolean,
): Row {
  const { id, logId, postings, timestamp, insertedAt, updatedAt, revertedAt } = transaction;
  const log = model.logs.find((other) => other.id === logId);
  const isReverting = log?.data.type === "REVERTED_TRANSACTION";
  return {
    id,
    log_id: logId,
    type: isReverting ? "REVERTED_TRANSACTION" : null,
    log_date: null,
    inserted_at: fixedInstant(insertedAt),
    timestamp: timestamp === insertedAt ? null : fixedInstant(timestamp),
    updated_at: model.book.amended.has(id) ? fixedInstant(updatedAt) : null,
    reverted_at: revertedAt === undefined ? null : fixedInstant(revertedAt),
    reference: transaction.reference ?? null,
    template: null,
    metadata: metadataText(transaction.metadata),
    postings: writeJson(
      postings.map(({ source, destination, amount, asset }) => {
        return members({ source, destination, amount: String(amount), asset });
      }),
    ),
    log: log === undefined ? "" : printLine(log, isOrdinary && !isReverting),
    completed: null,
    unordered: null,
  };
}

function metadataText(metadata: Metadata): string {
  return writeJson(printMetadata(metadata));
}

/** Sign, length, digits; for negative numbers length and digits are complemented to nine. */
function sortableKey(value: bigint): string {
  const digits = String(value < 0n ? -value : value);
  const key = String(digits.length).padStart(5, "0") + digits;
  return value < 0n
    ? `0${Array.from(key, (digit) => String(9 - Number(digit))).join("")}`
    : `1${key}`;
}

/**
 * Moves and the sums of those off the chain, pair by pair in the order of insertion; and the
 * transactions that meet a pair with strays, whose lines are kept whole.
 */
function historyOf(model: LedgerModel): {
  readonly tables: Tables;
  readonly unusual: ReadonlySet<number>;
} {
  const moves: Row[] = [];
  const sums: Row[] = [];
  const unusual = new Set<number>();
  const isKept = model.book.features.MOVES_HISTORY === "ON";
  for (const { account, asset } of isKept ? pairsOf(model) : []) {
    const own = model.book.moves.filter((move) => {
      return move.account === account && move.asset === asset;
    });
    const { rows, strays } = chainOf(own);
    moves.push(...rows.map((row) => ({ account, asset, ...row })));
    const firstStray = rows.findIndex(({ stray }) => stray === 1);
    for (const row of firstStray === -1 ? [] : rows.slice(firstStray)) {
      unusual.add(Number(row["transaction_id"]));
    }
    const periods = strays.flatMap(({ date, moved }) => [
      { period: date.slice(0, 7), moved },
      { period: date.slice(0, 10), moved },
    ]);
    for (const period of new Set(periods.map((entry) => entry.period))) {
      const total = add(...periods.filter((entry) => entry.period === period).map((e) => e.moved));
      sums.push({ account, asset, period, ...textOf(total) });
    }
  }
  const straySums = byKeys(sums, ["account", "asset", "period"]);
  return { tables: { moves, stray_sums: straySums }, unusual };
}

interface Stray {
  readonly date: string;
  readonly moved: ModelVolumes;
}

/** The moves of one pair: on the chain, or strays (DESIGN §6). */
function chainOf(moves: readonly ModelMove[]): {
  readonly rows: readonly Row[];
  readonly strays: readonly Stray[];
} {
  const rows: Row[] = [];
  const strays: Stray[] = [];
  let total: ModelVolumes = { input: 0n, output: 0n };
  let chain = total;
  let chainDate: Micros | undefined;
  for (const id of new Set(moves.map(({ transaction }) => transaction.id))) {
    const own = moves.filter((move) => move.transaction.id === id);
    const { timestamp = 0n, insertedAt = 0n } = own[0]?.transaction ?? {};
    const moved = add(...own);
    const isStray = timestamp > insertedAt || (chainDate !== undefined && timestamp < chainDate);
    total = add(total, moved);
    if (isStray) {
      strays.push({ date: fixedInstant(timestamp), moved });
    } else {
      chain = add(chain, moved);
      chainDate = timestamp;
    }
    const isShared = chain.input === total.input && chain.output === total.output;
    rows.push({
      transaction_id: id,
      sides: sidesOf(own),
      ...textOf(total),
      chain_input: isShared ? null : String(chain.input),
      chain_output: isShared ? null : String(chain.output),
      effective: timestamp === insertedAt ? null : fixedInstant(timestamp),
      stray: isStray ? 1 : null,
      moved_input: isStray ? String(moved.input) : null,
      moved_output: isStray ? String(moved.output) : null,
    });
  }
  return { rows, strays };
}

/** 1 source, 2 destination, 3 both; a move of zero has a side too. */
function sidesOf(moves: readonly ModelMove[]): number {
  const sides = moves.map(({ side }) => (side === "source" ? 1 : 2));
  return [...new Set<number>(sides)].reduce((a, b) => a + b, 0);
}

function add(...volumes: readonly ModelVolumes[]): ModelVolumes {
  return volumes.reduce(
    (sum, { input, output }) => ({ input: sum.input + input, output: sum.output + output }),
    { input: 0n, output: 0n },
  );
}

function textOf({ input, output }: ModelVolumes): { input: string; output: string } {
  return { input: String(input), output: String(output) };
}

function revisionsOf(
  { book }: LedgerModel,
  feature: "ACCOUNT_METADATA_HISTORY" | "TRANSACTION_METADATA_HISTORY",
  key: "address" | "id",
): readonly Row[] {
  if (book.features[feature] === "DISABLED") {
    return [];
  }
  const revisions = key === "address" ? book.accountRevisions : book.transactionRevisions;
  const rows = revisions.map(({ of, date, logId, metadata }) => {
    return {
      [key]: of,
      date: fixedInstant(date),
      log_id: logId,
      metadata: metadataText(metadata),
    };
  });
  return byKeys(rows, [key, "date", "log_id"]);
}

function byKeys(rows: readonly Row[], keys: readonly string[]): readonly Row[] {
  return rows.toSorted((a, b) => {
    const differences = keys.map((key) => compareCells(a[key] ?? null, b[key] ?? null));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
}

function compareCells(a: Cell, b: Cell): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : compareBytes(String(a), String(b));
}

// --- batches ---

/**
 * How the log may have been cut into batches: from -1 to the last log without a gap, each cut
 * telling the first date, the last one and the greatest transaction so far.
 */
export function batchesAsCut(model: LedgerModel, cuts: readonly number[]): readonly Row[] {
  return cuts.map((lastLog, index) => {
    const afterLog = cuts[index - 1] ?? -1;
    const first = model.logs.find(({ id }) => id > afterLog);
    const last = model.logs.findLast(({ id }) => id <= lastLog);
    const transactions = [...model.book.transactions.values()];
    const made = transactions.filter(({ logId }) => logId <= lastLog).map(({ id }) => id);
    return {
      after_log: afterLog,
      last_log: lastLog,
      first_date: fixedInstant(first?.date ?? 0n),
      last_date: fixedInstant(last?.date ?? 0n),
      last_transaction: Math.max(-1, ...made),
    };
  });
}

/** The log as it is exported. */
export function exportOf(model: LedgerModel, from = 0): string {
  return model.logs
    .filter(({ id }) => id >= from)
    .map(({ line }) => `${line}\n`)
    .join("");
}
