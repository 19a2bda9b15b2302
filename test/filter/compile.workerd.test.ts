/**
 * The compiled SQL on a real D1 against the plain evaluator, on random books and random filters.
 */
import { env } from "cloudflare:workers";
import { sql, type SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalKey } from "../../src/core/decimal-key.ts";
import { compareText, formatJson, type Json } from "../../src/core/json.ts";
import {
  accountLeaf,
  compareKey,
  currentBalance,
  volumeLeaf,
} from "../../src/filter/account-leaf.ts";
import type { Filter } from "../../src/filter/ast.ts";
import { compactAll, compactParams } from "../../src/filter/compact.ts";
import { compileFilter } from "../../src/filter/compile.ts";
import {
  accountTruth,
  evaluate,
  transactionTruth,
  volumeTruth,
} from "../../src/filter/evaluate.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import { transactionColumns, transactionLeaf } from "../../src/filter/transaction-leaf.ts";
import * as arbitrary from "./arbitraries.ts";
import { accountBook, insertAccounts, insertTransactions, transactionBook } from "./books.ts";

const dialect = new SQLiteSyncDialect();
const RUNS = { numRuns: 60 };

function parsed(json: Json, resource: "transactions" | "accounts" | "volumes"): Filter | undefined {
  const filter = parseFilter(json, resource);
  expect(filter).toMatchObject({ ok: true });
  return filter.ok ? filter.value : undefined;
}

/** Asks D1 twice, with the values bound one by one and all in one. */
async function listed(query: SQL): Promise<readonly unknown[]> {
  const plain = dialect.sqlToQuery(query);
  const statements = [compactParams(plain), compactAll(plain)].map((statement) =>
    env.DB.prepare(statement.sql).bind(...statement.params),
  );
  const [once, compact] = await env.DB.batch<{ key: unknown }>(statements);
  const keys = once?.results.map((row) => row.key) ?? [];
  expect(compact?.results.map((row) => row.key)).toEqual(keys);
  return keys;
}

let ledgers = 0;

describe("the compiled condition lists what the evaluator lists", () => {
  test("transactions", async () => {
    await fc.assert(
      fc.asyncProperty(
        transactionBook,
        fc.array(arbitrary.filterJson("transactions"), { minLength: 25, maxLength: 25 }),
        async (book, filters) => {
          const scope = { tenant: "t", ledger: ++ledgers };
          await insertTransactions(env.DB, scope, book);
          for (const json of filters) {
            const filter = parsed(json, "transactions");
            const expected = book
              .filter((row) => evaluate(filter, transactionTruth(row)) === true)
              .map((row) => row.id);
            for (const movesKept of [true, false]) {
              const leaf = transactionLeaf(transactionColumns("t", scope, movesKept));
              const condition = compileFilter(filter, leaf) ?? sql`1`;
              const keys = await listed(sql`SELECT t.id AS key FROM transactions AS t
                WHERE t.tenant = ${scope.tenant} AND t.ledger = ${scope.ledger} AND ${condition}
                ORDER BY t.id`);
              expect([formatJson(json as never), ...keys]).toEqual([
                formatJson(json as never),
                ...expected,
              ]);
            }
          }
        },
      ),
      RUNS,
    );
  });

  test("accounts and volumes", async () => {
    await fc.assert(
      fc.asyncProperty(
        accountBook,
        fc.array(arbitrary.filterJson("accounts"), { minLength: 20, maxLength: 20 }),
        fc.array(arbitrary.filterJson("volumes"), { minLength: 20, maxLength: 20 }),
        async (book, accountFilters, volumeFilters) => {
          const scope = { tenant: "t", ledger: ++ledgers };
          await insertAccounts(env.DB, scope, book);
          const column = (name: string): SQL => sql.raw(`a.${name}`);
          const metadata = { json: column("metadata"), mayBeMissing: false };
          for (const json of accountFilters) {
            const filter = parsed(json, "accounts");
            const condition = compileFilter(
              filter,
              accountLeaf({
                address: column("address"),
                firstUsage: column("first_usage"),
                insertionDate: column("insertion_date"),
                updatedAt: column("updated_at"),
                metadata,
                balance: currentBalance(scope, column("address")),
              }),
            );
            const keys = await listed(sql`SELECT a.address AS key FROM accounts AS a
              WHERE a.tenant = ${scope.tenant} AND a.ledger = ${scope.ledger}
                AND ${condition ?? sql`1`}
              ORDER BY a.address`);
            const expected = book
              .filter((row) => evaluate(filter, accountTruth(row)) === true)
              .map((row) => row.address)
              .toSorted(compareText);
            expect([formatJson(json as never), ...keys]).toEqual([
              formatJson(json as never),
              ...expected,
            ]);
          }
          for (const json of volumeFilters) {
            const filter = parsed(json, "volumes");
            const condition = compileFilter(
              filter,
              volumeLeaf({
                address: sql.raw("v.account"),
                asset: sql.raw("v.asset"),
                firstUsage: column("first_usage"),
                // No history for every other account, as at a date.
                metadata: { json: sql.raw("nullif(a.metadata, '{}')"), mayBeMissing: true },
                balance: (condition) => compareKey(sql.raw("v.balance_key"), condition),
              }),
            );
            const keys =
              await listed(sql`SELECT v.account || ' ' || v.asset AS key FROM volumes AS v
              JOIN accounts AS a ON a.tenant = v.tenant AND a.ledger = v.ledger
                AND a.address = v.account
              WHERE v.tenant = ${scope.tenant} AND v.ledger = ${scope.ledger}
                AND ${condition ?? sql`1`}
              ORDER BY key`);
            const expected = book
              .flatMap((row) =>
                [...row.balances].map(([asset, balance]) => ({
                  ...row,
                  asset,
                  balance,
                  metadata: row.metadata.size === 0 ? undefined : row.metadata,
                })),
              )
              .filter((row) => evaluate(filter, volumeTruth(row)) === true)
              .map((row) => `${row.address} ${row.asset}`)
              .toSorted(compareText);
            expect([formatJson(json as never), ...keys]).toEqual([
              formatJson(json as never),
              ...expected,
            ]);
          }
        },
      ),
      RUNS,
    );
  });
});

test("text keys of balances sort like the balances", () => {
  const sorted = arbitrary.AMOUNTS.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  expect(sorted.map(decimalKey).toSorted()).toEqual(sorted.map(decimalKey));
});
