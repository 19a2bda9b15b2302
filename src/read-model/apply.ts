/**
 * A projected batch as D1 statements, in the one order that keeps it right: the guard first,
 * transactions before what was amended on them. All run in one D1 transaction. And the way back to
 * nothing, from which a ledger is projected anew.
 */
import { formatJson } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import {
  EMPTY_HEAD,
  type Batch,
  type Head,
  type Row,
  type Scope,
  type StraySum,
} from "./project.ts";

/** Where a ledger's projection stands. */
export async function readHead(db: D1Database, scope: LedgerKey): Promise<Head> {
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

type LedgerKey = Pick<Scope, "tenant" | "ledger">;

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

/** A parameter holds at most 2 MB, and a character takes up to three bytes. */
const PARAMETER_CHARS_MAX = 600_000;

/** How rows of a table come in, and its columns in the order of their rows. */
type Table = readonly [verb: string, table: string, columns: readonly string[]];

const TABLES = {
  transactions: [
    "INSERT",
    "transactions",
    columns(
      "id log_id inserted_at metadata postings log " +
        "type log_date timestamp updated_at reference template completed unordered",
    ),
  ],
  logs: ["INSERT", "logs", columns("id type date log")],
  accounts: [
    "INSERT OR REPLACE",
    "accounts",
    columns("address first_usage insertion_date updated_at metadata"),
  ],
  volumes: ["INSERT OR REPLACE", "volumes", columns("account asset input output balance_key")],
  moves: [
    "INSERT",
    "moves",
    columns(
      "account asset transaction_id sides input output " +
        "chain_input chain_output effective stray moved_input moved_output",
    ),
  ],
  accountMetadata: [
    "INSERT OR REPLACE",
    "account_metadata",
    columns("address date log_id metadata"),
  ],
  transactionMetadata: [
    "INSERT OR REPLACE",
    "transaction_metadata",
    columns("id date log_id metadata"),
  ],
  schemas: ["INSERT", "schemas", columns("version created_at log_id schema")],
} as const satisfies Record<string, Table>;

function columns(names: string): readonly string[] {
  return names.split(" ");
}

/** Fills the first so many columns; those after them are NULL. */
function insertion([verb, table, names]: Table, width: number): string {
  const values = Array.from({ length: width }, (_, index) => `value ->> ${index}`).join(", ");
  const into = `${table} (tenant, ledger, ${names.slice(0, width).join(", ")})`;
  return `${verb} INTO ${into} SELECT ?1, ?2, ${values} FROM json_each(?3)`;
}

/**
 * Fails, and the whole batch with it, unless the read model stands exactly where the batch starts:
 * then there is no row, and NULL is no after_log.
 */
const GUARD = `INSERT INTO batches VALUES (?1, ?2,
  (SELECT ?3 WHERE ?3 = coalesce((SELECT last_log FROM batches
    WHERE tenant = ?1 AND ledger = ?2 ORDER BY after_log DESC LIMIT 1), -1)),
  ?4, ?5, ?6, ?7)`;

export function statements(
  db: D1Database,
  scope: Scope,
  batch: Batch,
  sums: readonly StraySum[],
): D1PreparedStatement[] {
  const { tenant, ledger } = scope;
  const list = [
    db
      .prepare(GUARD)
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
  const add = (sql: string, rows: readonly Row[]): void => {
    for (const parameter of parametersOf(rows)) {
      list.push(db.prepare(sql).bind(tenant, ledger, parameter));
    }
  };
  const insert = (name: keyof typeof TABLES): void => {
    for (const [width, rows] of Map.groupBy(batch[name], (row) => row.length)) {
      add(insertion(TABLES[name], width), rows);
    }
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
function latestAmendments(batch: Batch): readonly Row[] {
  return [...new Map(batch.amendments.map((row) => [row[0], row])).values()];
}

function* parametersOf(rows: readonly Row[]): Iterable<string> {
  let texts: string[] = [];
  let size = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
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

const OF_LEDGER = "tenant = ?1 AND ledger = ?2";
const IS_UNPROJECTED = `NOT EXISTS (SELECT 1 FROM batches WHERE ${OF_LEDGER})`;

/**
 * Takes the head away, so that nobody reads half a book. What else the read model knows of the
 * ledger is left for `eraseRows`.
 */
export async function eraseHead(db: D1Database, { tenant, ledger }: LedgerKey): Promise<void> {
  await db.prepare(`DELETE FROM batches WHERE ${OF_LEDGER}`).bind(tenant, ledger).run();
}

/**
 * Erases the rows of a ledger that has no head, if there are any. A statement that D1 executes late
 * does no harm: it meets a head.
 */
export async function eraseRows(db: D1Database, { tenant, ledger }: LedgerKey): Promise<void> {
  const kept = LEDGER_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE ${OF_LEDGER})`);
  const found = await db
    .prepare(`SELECT ${kept.join(" OR ")} AS found`)
    .bind(tenant, ledger)
    .first<number>("found");
  for (const table of found === 0 ? [] : LEDGER_TABLES) {
    await db
      .prepare(`DELETE FROM ${table} WHERE ${OF_LEDGER} AND ${IS_UNPROJECTED}`)
      .bind(tenant, ledger)
      .run();
  }
}
