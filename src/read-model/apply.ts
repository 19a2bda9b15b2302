/**
 * A projected batch as D1 statements, in the one order that keeps it right: the guard first,
 * transactions before what was amended on them. All run in one D1 transaction.
 */
import { must } from "../core/assert.ts";
import { formatJson, type Writable } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { EMPTY_HEAD, type Batch, type Head, type Scope, type StraySum } from "./project.ts";

/** Where a ledger's projection stands. */
export async function readHead(
  db: D1Database,
  scope: Pick<Scope, "tenant" | "ledger">,
): Promise<Head> {
  const row = await db
    .prepare(
      `SELECT last_log, last_transaction, last_date FROM batches WHERE tenant = ? AND ledger = ?
       ORDER BY after_log DESC LIMIT 1`,
    )
    .bind(scope.tenant, scope.ledger)
    .first<{ last_log: number; last_transaction: number; last_date: Timestamp }>();
  return row === null
    ? EMPTY_HEAD
    : { lastLog: row.last_log, lastTransaction: row.last_transaction, lastDate: row.last_date };
}

/**
 * What earlier batches summed of the same strays; added here, because SQL cannot add amounts of any
 * size.
 */
export async function withEarlierSums(
  db: D1Database,
  scope: Scope,
  sums: readonly StraySum[],
): Promise<readonly StraySum[]> {
  if (sums.length === 0) {
    return sums;
  }
  const { results } = await db
    .prepare(
      `SELECT s.account, s.asset, s.period, s.input, s.output
       FROM json_each(?3) AS wanted CROSS JOIN stray_sums AS s
       WHERE s.tenant = ?1 AND s.ledger = ?2 AND s.account = wanted.value ->> 0
         AND s.asset = wanted.value ->> 1 AND s.period = wanted.value ->> 2`,
    )
    .bind(scope.tenant, scope.ledger, formatJson(sums.map((s) => [s.account, s.asset, s.period])))
    .all<{ account: string; asset: string; period: string; input: string; output: string }>();
  const earlier = new Map(results.map((row) => [keyOf(row), row]));
  return sums.map((sum) => {
    const row = earlier.get(keyOf(sum));
    return row === undefined
      ? sum
      : { ...sum, input: sum.input + BigInt(row.input), output: sum.output + BigInt(row.output) };
  });
}

function keyOf(sum: { account: string; asset: string; period: string }): string {
  return `${sum.account} ${sum.asset} ${sum.period}`;
}

/** A parameter holds at most 2 MB; rows are cut into parameters well below that. */
const PARAMETER_CHARS_MAX = 900_000;

type Table = readonly [verb: string, table: string, columns: number];

const TABLES = {
  transactions: ["INSERT", "transactions", 13],
  logs: ["INSERT", "logs", 4],
  accounts: ["INSERT OR REPLACE", "accounts", 5],
  volumes: ["INSERT OR REPLACE", "volumes", 5],
  moves: ["INSERT", "moves", 12],
  accountMetadata: ["INSERT OR REPLACE", "account_metadata", 4],
  transactionMetadata: ["INSERT OR REPLACE", "transaction_metadata", 4],
  schemas: ["INSERT", "schemas", 4],
} as const satisfies Record<string, Table>;

/**
 * Columns of `transactions` that a new row fills; the others are NULL until the transaction is
 * amended.
 */
const TRANSACTION_COLUMNS =
  "(tenant, ledger, id, log_id, type, log_date, inserted_at, timestamp, updated_at, reference, " +
  "template, metadata, postings, log, unordered)";

const INSERTS: ReadonlyMap<keyof typeof TABLES, string> = new Map(
  (Object.keys(TABLES) as (keyof typeof TABLES)[]).map((name) => {
    const [verb, table, columns] = TABLES[name];
    const values = Array.from({ length: columns }, (_, index) => `value ->> ${index}`).join(", ");
    const into = name === "transactions" ? `${table} ${TRANSACTION_COLUMNS}` : table;
    return [name, `${verb} INTO ${into} SELECT ?1, ?2, ${values} FROM json_each(?3)`];
  }),
);

export function statements(
  db: D1Database,
  scope: Scope,
  batch: Batch,
  sums: readonly StraySum[],
): D1PreparedStatement[] {
  const { tenant, ledger } = scope;
  const list = [
    db
      .prepare("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(
        tenant,
        ledger,
        batch.afterLog,
        batch.lastLog,
        batch.firstDate,
        batch.lastDate,
        batch.lastTransaction,
      ),
    db
      .prepare(
        `UPDATE batches SET first_date = ?3
         WHERE tenant = ?1 AND ledger = ?2 AND first_date > ?3 AND after_log < ?4`,
      )
      .bind(tenant, ledger, batch.firstDate, batch.afterLog),
  ];
  const add = (sql: string, rows: readonly Writable[]): void => {
    for (const parameter of parametersOf(rows)) {
      list.push(db.prepare(sql).bind(tenant, ledger, parameter));
    }
  };
  const insert = (name: keyof typeof TABLES): void => {
    add(must(INSERTS.get(name), "every table has its statement"), batch[name]);
  };
  insert("transactions");
  add(
    `UPDATE transactions SET metadata = a.value ->> 1, updated_at = a.value ->> 2,
       reverted_at = a.value ->> 3
     FROM json_each(?3) AS a
     WHERE tenant = ?1 AND ledger = ?2 AND transactions.id = a.value ->> 0`,
    latestAmendments(batch),
  );
  insert("logs");
  insert("accounts");
  insert("volumes");
  insert("moves");
  add(
    `INSERT OR REPLACE INTO stray_sums
     SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
     FROM json_each(?3)`,
    sums.map((s) => [s.account, s.asset, s.period, String(s.input), String(s.output)]),
  );
  insert("accountMetadata");
  insert("transactionMetadata");
  insert("schemas");
  return list;
}

/**
 * UPDATE … FROM takes any of several rows that match, so only the last one of a transaction is
 * given.
 */
function latestAmendments(batch: Batch): readonly Writable[] {
  return [...new Map(batch.amendments.map((row) => [row[0], row])).values()];
}

function* parametersOf(rows: readonly Writable[]): Iterable<string> {
  let texts: string[] = [];
  let size = 0;
  for (const row of rows) {
    const text = formatJson(row);
    if (size + text.length > PARAMETER_CHARS_MAX && texts.length > 0) {
      yield `[${texts.join(",")}]`;
      texts = [];
      size = 0;
    }
    texts.push(text);
    size += text.length;
  }
  if (texts.length > 0) {
    yield `[${texts.join(",")}]`;
  }
}

const LEDGER_TABLES = [
  "batches",
  "transactions",
  "logs",
  "accounts",
  "volumes",
  "moves",
  "stray_sums",
  "account_metadata",
  "transaction_metadata",
  "schemas",
] as const;

/**
 * Everything the read model knows of a ledger goes, its head first, so that nobody reads half a
 * book.
 */
export async function erase(
  db: D1Database,
  scope: Pick<Scope, "tenant" | "ledger">,
): Promise<void> {
  for (const table of LEDGER_TABLES) {
    await db
      .prepare(`DELETE FROM ${table} WHERE tenant = ? AND ledger = ?`)
      .bind(scope.tenant, scope.ledger)
      .run();
  }
}
