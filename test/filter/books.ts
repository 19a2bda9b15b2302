/**
 * Random rows as the evaluator sees them, and the same rows in the tables of the read model.
 */
import fc from "fast-check";
import { decimalKey } from "../../src/core/decimal-key.ts";
import type { AccountFacts, TransactionFacts } from "../../src/filter/evaluate.ts";
import type { LedgerScope } from "../../src/filter/transaction-leaf.ts";
import { address, AMOUNTS, ASSETS, date, metadata, REFERENCES } from "./arbitraries.ts";

const transaction = fc.record({
  insertedAt: date,
  effective: fc.option(date, { nil: undefined }),
  touched: fc.option(date, { nil: undefined }),
  revertedAt: fc.option(date, { nil: undefined }),
  reference: fc.option(fc.constantFrom(...REFERENCES), { nil: undefined }),
  metadata,
  postings: fc.array(fc.record({ source: address, destination: address }), {
    minLength: 1,
    maxLength: 3,
  }),
});

/** Insertion dates rise with the ids, but for one import that starts over. */
export const transactionBook: fc.Arbitrary<readonly TransactionFacts[]> = fc
  .tuple(fc.array(transaction, { maxLength: 6 }), fc.array(transaction, { maxLength: 4 }))
  .map((imports) => {
    const rows = imports.flatMap((rows) =>
      rows.toSorted((a, b) => (a.insertedAt < b.insertedAt ? -1 : 1)),
    );
    return rows.map((row, index) => ({
      id: index + 1,
      insertedAt: row.insertedAt,
      timestamp: row.effective ?? row.insertedAt,
      updatedAt: row.touched ?? row.insertedAt,
      revertedAt: row.revertedAt,
      reference: row.reference,
      metadata: new Map(row.metadata),
      postings: row.postings,
    }));
  });

export const accountBook: fc.Arbitrary<readonly AccountFacts[]> = fc.uniqueArray(
  fc.record({
    address,
    firstUsage: date,
    insertionDate: date,
    updatedAt: date,
    metadata: metadata.map((entries) => new Map(entries)),
    balances: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...ASSETS), fc.constantFrom(...AMOUNTS)), {
        selector: ([asset]) => asset,
      })
      .map((entries) => new Map(entries)),
  }),
  { maxLength: 8, selector: (account) => account.address },
);

function toJson(map: ReadonlyMap<string, string>): string {
  const members = [...map].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${members.join(",")}}`;
}

type Cell = string | number | null;

async function insert(
  db: D1Database,
  table: string,
  rows: readonly Readonly<Record<string, Cell>>[],
): Promise<void> {
  const [first] = rows;
  if (first !== undefined) {
    const names = Object.keys(first);
    const values = names.map((name) => `value ->> '${name}'`).join(", ");
    await db
      .prepare(`INSERT INTO ${table} (${names.join(", ")}) SELECT ${values} FROM json_each(?1)`)
      .bind(JSON.stringify(rows))
      .run();
  }
}

export async function insertTransactions(
  db: D1Database,
  scope: LedgerScope,
  book: readonly TransactionFacts[],
): Promise<void> {
  const { tenant, ledger } = scope;
  const keep = (date: string, row: TransactionFacts): string | null =>
    date === row.insertedAt ? null : date;
  await insert(
    db,
    "transactions",
    book.map((row) => ({
      tenant,
      ledger,
      id: row.id,
      log_id: row.id,
      inserted_at: row.insertedAt,
      timestamp: keep(row.timestamp, row),
      updated_at: keep(row.updatedAt, row),
      reverted_at: row.revertedAt ?? null,
      reference: row.reference ?? null,
      metadata: toJson(row.metadata),
      postings: JSON.stringify(
        row.postings.map((posting) => ({ ...posting, amount: "1", asset: "USD" })),
      ),
      log: "",
    })),
  );
  await insert(
    db,
    "moves",
    book.flatMap((row) => movesOf(scope, row)),
  );
  // A batch per transaction; first_date is the earliest from there on.
  await insert(
    db,
    "batches",
    book.map((row, index) => ({
      tenant,
      ledger,
      after_log: row.id - 1,
      last_log: row.id,
      first_date:
        book
          .slice(index)
          .map((later) => later.insertedAt)
          .toSorted()[0] ?? "",
      last_date:
        book
          .slice(0, index + 1)
          .map((earlier) => earlier.insertedAt)
          .toSorted()
          .at(-1) ?? "",
      last_transaction: row.id,
    })),
  );
}

function movesOf(
  scope: LedgerScope,
  row: TransactionFacts,
): readonly Readonly<Record<string, Cell>>[] {
  const sides = new Map<string, number>();
  for (const { source, destination } of row.postings) {
    sides.set(source, (sides.get(source) ?? 0) | 1);
    sides.set(destination, (sides.get(destination) ?? 0) | 2);
  }
  return [...sides].map(([account, side]) => {
    return {
      ...scope,
      account,
      asset: "USD",
      transaction_id: row.id,
      sides: side,
      input: "0",
      output: "0",
    };
  });
}

export async function insertAccounts(
  db: D1Database,
  scope: LedgerScope,
  book: readonly AccountFacts[],
): Promise<void> {
  await insert(
    db,
    "accounts",
    book.map((row) => ({
      ...scope,
      address: row.address,
      first_usage: row.firstUsage,
      insertion_date: row.insertionDate,
      updated_at: row.updatedAt,
      metadata: toJson(row.metadata),
    })),
  );
  await insert(
    db,
    "volumes",
    book.flatMap((row) =>
      [...row.balances].map(([asset, balance]) => {
        return {
          ...scope,
          account: row.address,
          asset,
          input: "0",
          output: "0",
          balance_key: decimalKey(balance),
        };
      }),
    ),
  );
}
