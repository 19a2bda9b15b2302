/**
 * How D1 finds the rows of every kind of page: by an index, from where the page begins, and without
 * sorting more than a page.
 */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { must } from "../../src/core/assert.ts";
import type { Json } from "../../src/core/json.ts";
import type { Result } from "../../src/core/result.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { Filter } from "../../src/filter/ast.ts";
import type { Resource } from "../../src/filter/fields.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import { listAccounts } from "../../src/read-model/accounts.ts";
import { aggregateBalances } from "../../src/read-model/balances.ts";
import type { Database, Question } from "../../src/read-model/database.ts";
import { ledgerNamed, listLedgers } from "../../src/read-model/ledgers.ts";
import { listLogs } from "../../src/read-model/logs.ts";
import type { Order, PageRequest, Place, Position } from "../../src/read-model/page.ts";
import { listTransactions, readTransaction } from "../../src/read-model/transactions.ts";
import { listVolumes } from "../../src/read-model/volumes.ts";

const SCOPE = { tenant: "t", ledger: 1 };
const DATE = "2024-01-01T00:00:00.000000Z" as Timestamp;

/** A D1 whose statements tell their plan instead of their rows. */
const EXPLAINING: Database = {
  prepare: (sql) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`),
  batch: (statements) => env.DB.batch(statements),
};

async function planOf<T>(question: Question<T> | Result<Question<T>, string>): Promise<string> {
  const asked = "statements" in question ? question : question.ok ? question.value : undefined;
  const [statement] = must(asked, "the filter fits").statements;
  const { results } = await must(statement, "a question asks").all<{ detail: string }>();
  return results.map(({ detail }) => detail).join("\n");
}

/** Tables that grow with a ledger; in a plan their aliases stand. */
const GROWING = /SCAN (t|m|c|s|h|a|p|v|l|x|move|batch|batches|volume|b)( |$)/m;

function page(column: string, order: Order, place: Place): PageRequest {
  return {
    column,
    order,
    pageSize: 15,
    pit: undefined,
    oot: undefined,
    filter: undefined,
    expand: [],
    options: undefined,
    place,
  };
}

function from(at: Position | undefined): Place {
  return { kind: "row", at, bottom: at, reverse: false };
}

const OFFSET: Place = { kind: "offset", offset: 30 };

function filterOf(json: Json, resource: Resource): Filter | undefined {
  const filter = parseFilter(json, resource);
  return must(filter.ok ? { value: filter.value } : undefined, "it parses").value;
}

const NOW = {
  pit: undefined,
  hasMetadataHistory: true,
  movesKept: true,
  withLog: false,
  withEffectiveVolumes: false,
};

describe("a page of transactions", () => {
  test.each<[string, Order, Position | undefined, readonly string[]]>([
    ["id", "desc", undefined, ["t USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)"]],
    [
      "id",
      "asc",
      { value: 9, tie: undefined },
      ["t USING PRIMARY KEY (tenant=? AND ledger=? AND id>?)"],
    ],
    [
      "inserted_at",
      "asc",
      { value: DATE, tie: 9 },
      ["t USING PRIMARY KEY (tenant=? AND ledger=? AND id>?)"],
    ],
    [
      "inserted_at",
      "desc",
      { value: DATE, tie: undefined },
      [
        "t USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)",
        "batches USING INDEX batches_by_date (tenant=? AND ledger=? AND first_date<?)",
      ],
    ],
    [
      "timestamp",
      "desc",
      { value: DATE, tie: 9 },
      [
        "t USING INDEX transactions_by_timestamp (tenant=? AND ledger=? AND timestamp>? AND (",
        "t USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)",
      ],
    ],
    [
      "updated_at",
      "asc",
      { value: DATE, tie: 9 },
      [
        "t USING INDEX transactions_by_update (tenant=? AND ledger=? AND (updated_at,id)>(?,?))",
        "t USING PRIMARY KEY (tenant=? AND ledger=? AND id>?)",
      ],
    ],
    [
      "reverted_at",
      "asc",
      { value: DATE, tie: 9 },
      ["t USING INDEX transactions_by_revert (tenant=? AND ledger=? AND (reverted_at,id)>(?,?))"],
    ],
  ])("by %s, %s, from %j", async (column, order, at, searches) => {
    const request = page(column, order, from(at));
    const plan = await planOf(listTransactions(EXPLAINING, SCOPE, request, NOW, undefined));
    for (const search of searches) {
      expect(plan).toContain(`SEARCH ${search}`);
    }
    expect(plan).not.toMatch(GROWING);
    expectPagesSorted(plan);
  });

  test("of an account goes by its moves or, for a hot one, by the ids", async () => {
    const filter = filterOf({ $match: { source: "world" } }, "transactions");
    const request = page("id", "desc", from({ value: 9, tie: undefined }));
    const plan = await planOf(listTransactions(EXPLAINING, SCOPE, request, NOW, filter));
    expect(plan).toContain("SEARCH move USING PRIMARY KEY (tenant=? AND ledger=? AND account=?)");
    expect(plan).toContain("SEARCH t USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)");
    expect(plan).not.toMatch(GROWING);
  });

  test("with effective volumes looks each of them up", async () => {
    const view = { ...NOW, withEffectiveVolumes: true };
    const plan = await planOf(readTransaction(EXPLAINING, SCOPE, 9, view));
    expectLookUps(plan);
  });
});

describe("accounts, volumes and balances at a date", () => {
  const dates = { kind: "effective", pit: DATE, oot: undefined, hasMetadataHistory: true } as const;

  test("each account's volumes are looked up, for the accounts of the page alone", async () => {
    const view = { ...NOW, pit: DATE, withVolumes: true, withEffectiveVolumes: true };
    const filter = filterOf(
      { $and: [{ $match: { address: "users:" } }, { $gte: { "balance[USD]": 1 } }] },
      "accounts",
    );
    const request = page("address", "asc", OFFSET);
    const plan = await planOf(listAccounts(EXPLAINING, SCOPE, request, view, filter));
    expect(plan).toContain(
      "SEARCH a USING PRIMARY KEY (tenant=? AND ledger=? AND address>? AND address<?)",
    );
    expect(plan).not.toContain("USE TEMP B-TREE FOR ORDER BY");
    expectLookUps(plan);
  });

  test("so are the pairs of a page of volumes, and of a sum", async () => {
    const pairs = "SEARCH p USING PRIMARY KEY (tenant=? AND ledger=? AND account>? AND account<?)";
    const volumes = await planOf(
      listVolumes(
        EXPLAINING,
        SCOPE,
        page("account", "asc", OFFSET),
        dates,
        filterOf({ $match: { account: "users:" } }, "volumes"),
      ),
    );
    expect(volumes).toContain(pairs);
    expectLookUps(volumes);
    const filter = filterOf({ $match: { address: "users:" } }, "balances");
    const balances = await planOf(aggregateBalances(EXPLAINING, SCOPE, dates, filter));
    expect(balances).toContain(pairs);
    expectLookUps(balances);
  });
});

describe("a page of logs", () => {
  const logs = (place: Place, filter: Json = null): Promise<string> => {
    const request = page("id", "desc", place);
    return planOf(listLogs(EXPLAINING, SCOPE, request, filterOf(filter, "logs")));
  };

  test("starts where it begins in each place logs are kept", async () => {
    const plan = await logs(from({ value: 9, tie: undefined }));
    expect(plan).toContain("SEARCH t USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)");
    expect(plan).toContain("SEARCH t USING INDEX transactions_unordered (tenant=?");
    expect(plan).toContain("SEARCH l USING PRIMARY KEY (tenant=? AND ledger=? AND id<?)");
    expect(plan).not.toMatch(GROWING);
    expectPagesSorted(plan);
  });

  test.each<Json>([
    { $lt: { id: 9 } },
    { $match: { id: 9 } },
    { $lte: { date: "2024-01-01T00:00:00Z" } },
  ])("does not walk from the head to what %j finds", async (filter) => {
    const plan = await logs(from(undefined), filter);
    expect(plan).toMatch(/SEARCH t USING PRIMARY KEY \(tenant=\? AND ledger=\? AND id(>|<)\?/);
    expect(plan).toContain("SEARCH batches USING");
    expect(plan).not.toMatch(GROWING);
  });

  test("looks only where logs of the types asked for are kept", async () => {
    expect(await logs(from(undefined), { $match: { type: "SET_METADATA" } })).not.toContain(" t ");
    expect(await logs(from(undefined), { $match: { type: "NEW_TRANSACTION" } })).not.toContain(
      " l ",
    );
  });
});

test("ledgers are walked by id and found by name", async () => {
  const request = page("id", "asc", from({ value: 9, tie: undefined }));
  expect(await planOf(listLedgers(EXPLAINING, "t", request, undefined))).toBe(
    "SEARCH b USING PRIMARY KEY (tenant=? AND id>?)",
  );
  expect(await planOf(ledgerNamed(EXPLAINING, "t", "l"))).toContain(
    "USING INDEX ledgers_by_name (tenant=? AND name=?)",
  );
});

/** Where a plan sorts, it sorts the rows of a part that is a page already. */
function expectPagesSorted(plan: string): void {
  const lines = plan.split("\n");
  const sorted = lines.filter((_, index) =>
    lines[index + 1]?.includes("USE TEMP B-TREE FOR ORDER"),
  );
  expect(sorted.filter((line) => !/^SCAN \(subquery-\d+\)$/.test(line))).toEqual([]);
}

/**
 * Moves and strays are found by their whole keys or within a range of them, for the rows of a page
 * (`a`, `t`) or its pairs (`p`).
 */
function expectLookUps(plan: string): void {
  const pair = "(tenant=? AND ledger=? AND account=? AND asset=? AND";
  expect(plan).toContain(`SEARCH m USING PRIMARY KEY ${pair} transaction_id<?)`);
  expect(plan).toContain(`SEARCH m USING INDEX moves_dated ${pair} effective>? AND effective<?)`);
  expect(plan).toContain(`SEARCH m USING INDEX moves_stray ${pair} effective>? AND effective<?)`);
  expect(plan).toContain(`SEARCH s USING PRIMARY KEY ${pair} period<?)`);
  expect(plan.replaceAll(/^SCAN [apt]$/gm, "")).not.toMatch(GROWING);
}
