/**
 * How D1 answers compiled filters: by indexes where there are any, and up to the limits of width
 * and depth.
 */
import { env } from "cloudflare:workers";
import { sql, type SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { describe, expect, test } from "vitest";
import { must } from "../../src/core/assert.ts";
import type { Json } from "../../src/core/json.ts";
import { FILTER_DEPTH_MAX, FILTER_LEAVES_MAX } from "../../src/core/limits.ts";
import { accountLeaf, currentBalance } from "../../src/filter/account-leaf.ts";
import { compactParams } from "../../src/filter/compact.ts";
import { compileWithin, type LeafCompiler } from "../../src/filter/compile.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import {
  accountsAreHot,
  transactionColumns,
  transactionLeaf,
} from "../../src/filter/transaction-leaf.ts";

const SCOPE = { tenant: "t", ledger: 1 };
const DATE = "2024-01-01T00:00:00Z";
const dialect = new SQLiteSyncDialect();
const column = (name: string): SQL => sql.raw(`a.${name}`);

const TRANSACTIONS = transactionLeaf(transactionColumns("t", SCOPE, true));
const ACCOUNTS = accountLeaf({
  address: column("address"),
  firstUsage: column("first_usage"),
  insertionDate: column("insertion_date"),
  updatedAt: column("updated_at"),
  metadata: { json: column("metadata"), mayBeMissing: false },
  balance: currentBalance(SCOPE, column("address")),
});

function compile(filter: Json, resource: "transactions" | "accounts", leaf: LeafCompiler): SQL {
  const parsed = parseFilter(filter, resource);
  const within = compileWithin(parsed.ok ? parsed.value : undefined, leaf);
  return must(within.ok ? within.value : undefined, "it parses and compiles");
}

function list(filter: Json, resource: "transactions" | "accounts"): SQL {
  return resource === "transactions"
    ? sql`SELECT t.* FROM transactions AS t WHERE t.tenant = 't' AND t.ledger = 1
        AND ${compile(filter, resource, TRANSACTIONS)}`
    : sql`SELECT a.* FROM accounts AS a WHERE a.tenant = 't' AND a.ledger = 1
        AND ${compile(filter, resource, ACCOUNTS)}`;
}

async function ask(query: SQL, prefix = ""): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const statement = compactParams(dialect.sqlToQuery(query));
  const answer = await env.DB.prepare(prefix + statement.sql)
    .bind(...statement.params)
    .all<Readonly<Record<string, unknown>>>();
  return answer.results;
}

async function planOf(query: SQL): Promise<string> {
  const rows = await ask(query, "EXPLAIN QUERY PLAN ");
  return rows.map((row) => String(row["detail"])).join("\n");
}

describe("an indexed filter", () => {
  test.each<[Json, "transactions" | "accounts", string, string, string]>([
    [{ $match: { address: "users:1" } }, "accounts", "a", "PRIMARY KEY", "address=?"],
    [{ $in: { address: ["a", "b"] } }, "accounts", "a", "PRIMARY KEY", "address=?"],
    [{ $match: { address: "users:" } }, "accounts", "a", "PRIMARY KEY", "address>? AND address<?"],
    [
      { $match: { address: "users:..." } },
      "accounts",
      "a",
      "PRIMARY KEY",
      "address>? AND address<?",
    ],
    [{ $gte: { "balance[USD]": 1 } }, "accounts", "volume", "PRIMARY KEY", "account=? AND asset=?"],
    [{ $lt: { id: 5 } }, "transactions", "t", "PRIMARY KEY", "id<?"],
    [{ $match: { account: "users:1" } }, "transactions", "t", "PRIMARY KEY", "id=?"],
    [{ $match: { account: "users:1" } }, "transactions", "move", "PRIMARY KEY", "account=?"],
    [
      { $match: { source: "users:..." } },
      "transactions",
      "move",
      "PRIMARY KEY",
      "account>? AND account<?",
    ],
    [
      { $match: { reference: "r" } },
      "transactions",
      "t",
      "INDEX transactions_by_reference",
      "reference>? AND reference<?",
    ],
    [
      { $in: { reference: ["r", "s"] } },
      "transactions",
      "t",
      "INDEX transactions_by_reference",
      "reference=?",
    ],
    [
      { $like: { reference: "r-%" } },
      "transactions",
      "t",
      "INDEX transactions_by_reference",
      "reference>? AND reference<?",
    ],
    [
      { $gt: { reverted_at: DATE } },
      "transactions",
      "t",
      "INDEX transactions_by_revert",
      "reverted_at>?",
    ],
    [
      { $match: { reverted_at: DATE } },
      "transactions",
      "t",
      "INDEX transactions_by_revert",
      "reverted_at>? AND reverted_at<?",
    ],
    [{ $lte: { inserted_at: DATE } }, "transactions", "t", "PRIMARY KEY", "id<?"],
    [
      { $lte: { inserted_at: DATE } },
      "transactions",
      "batch",
      "INDEX batches_by_date",
      "first_date<?",
    ],
  ])("%j of %s", async (filter, resource, alias, index, columns) => {
    const plan = await planOf(list(filter, resource));
    expect(plan).toContain(`SEARCH ${alias} USING ${index} (tenant=? AND ledger=? AND ${columns})`);
    expect(plan).not.toMatch(/SCAN (t|a|move|volume|batch)\b/);
  });
});

describe("up to the limits", () => {
  test("a wide choice of accounts is one list", async () => {
    const filters = Array.from({ length: FILTER_LEAVES_MAX }, (_, i) => {
      return { $match: { account: `users:${i}` } };
    });
    expect(await ask(list({ $or: filters }, "transactions"))).toEqual([]);
  });

  test("hundreds of unlike conditions run", async () => {
    const filters = Array.from({ length: 300 }, (_, i) => ({
      $match: { [`metadata[k${i}]`]: `v${i}` },
    }));
    expect(await ask(list({ $and: filters }, "transactions"))).toEqual([]);
    const patterns = Array.from({ length: 150 }, (_, i) => ({ $match: { source: `users:${i}:` } }));
    expect(await ask(list({ $not: { $or: patterns } }, "transactions"))).toEqual([]);
  });

  test("a condition that outgrows a statement is refused with a sentence", () => {
    const filters = Array.from({ length: FILTER_LEAVES_MAX }, (_, i) => {
      return { $match: { source: `users:${i}:` } };
    });
    const parsed = parseFilter({ $and: filters }, "transactions");
    const compiled = compileWithin(parsed.ok ? parsed.value : undefined, TRANSACTIONS);
    expect(compiled).toMatchObject({
      ok: false,
      error: expect.stringContaining("bytes of SQL") as string,
    });
  });

  test("the deepest nesting fits into SQLite's depth of expressions", async () => {
    let filter: Json = { $lte: { timestamp: "2024-01-01T00:00:00Z" } };
    for (let depth = 0; depth < FILTER_DEPTH_MAX - 2; depth++) {
      const wide = Array.from({ length: 6 }, (_, i) => ({ $match: { [`metadata[k${i}]`]: "v" } }));
      filter =
        depth % 3 === 2
          ? { $not: filter }
          : { [depth % 3 === 0 ? "$and" : "$or"]: [...wide, filter] };
    }
    expect(await ask(list(filter, "transactions"))).toEqual([]);
  });
});

describe("hot accounts", () => {
  const hot = (filter: Json): SQL | undefined => {
    const parsed = parseFilter(filter, "transactions");
    return accountsAreHot(parsed.ok ? parsed.value : undefined, SCOPE);
  };

  test("thousands of moves are noticed in a LIMIT", async () => {
    await env.DB.prepare(
      `INSERT INTO moves (tenant, ledger, account, asset, transaction_id, sides, input, output)
       SELECT 't', 1, 'world', 'USD', n, 1, '0', '0'
       FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000)
             SELECT n FROM c)`,
    ).run();
    const limits = async (filter: Json): Promise<number> => {
      return (await ask(sql`SELECT 1 AS one LIMIT iif(${hot(filter)}, 0, 1)`)).length;
    };
    expect(await limits({ $match: { source: "world" } })).toBe(0);
    expect(await limits({ $match: { account: "world:..." } })).toBe(0);
    expect(await limits({ $match: { destination: "world" } })).toBe(1);
    const both = { $and: [{ $match: { source: "world" } }, { $match: { account: "users:1" } }] };
    expect(await limits(both)).toBe(1);
  });

  test("a filter without accounts, or that excludes some, has no such question", () => {
    expect(hot(null)).toBeUndefined();
    expect(hot({ $match: { reverted: true } })).toBeUndefined();
    expect(hot({ $not: { $match: { source: "world" } } })).toBeUndefined();
    expect(
      hot({ $and: [{ $match: { source: "a" } }, { $not: { $match: { id: 1 } } }] }),
    ).toBeDefined();
  });
});
