/**
 * Balances summed over accounts, asset by asset, now or as of a date. Exact at any size, summed
 * inside SQL.
 */
import { sql, type SQL } from "drizzle-orm";
import { ok, type Result } from "../core/result.ts";
import { balanceLeaf } from "../filter/account-leaf.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { prepare, textOf } from "./database.ts";
import type { Database, Question, Scope } from "./database.ts";
import { exactSum, readSum } from "./exact.ts";
import { contributionsOf, hasMoves } from "./point-in-time.ts";
import {
  dateExpressions,
  isDated,
  PAIR_METADATA,
  pairMetadataAt,
  windowOf,
  type Dates,
  type VolumeView,
} from "./volumes.ts";

export interface AssetBalance {
  readonly asset: string;
  readonly balance: bigint;
}

/**
 * An asset that no matching account ever had is absent. The error is a sentence about the filter.
 */
export function aggregateBalances(
  db: Database,
  scope: Scope,
  dates: VolumeView,
  filter: Filter | undefined,
): Result<Question<readonly AssetBalance[]>, string> {
  const json =
    isDated(dates) && dates.hasMetadataHistory ? pairMetadataAt(dates.pit) : PAIR_METADATA;
  const leaf = balanceLeaf({
    address: sql.raw("p.account"),
    metadata: { json, mayBeMissing: true },
  });
  const where = compileWithin(filter, leaf);
  if (!where.ok) {
    return where;
  }
  return ok({
    statements: [prepare(db, sumQuery(scope, dates, where.value))],
    answer: ([rows = []]) =>
      rows.map((row) => {
        const balance = readSum(textOf(row, "input")) - readSum(textOf(row, "output"));
        return { asset: textOf(row, "asset"), balance };
      }),
  });
}

function sumQuery(scope: Scope, dates: Dates, where: SQL | undefined): SQL {
  const own = sql`p.tenant = ${scope.tenant} AND p.ledger = ${scope.ledger}`;
  const condition = where === undefined ? own : sql`${own} AND (${where})`;
  const sums = (sign: SQL | undefined): SQL =>
    sql`${exactSum(sql.raw("input"), sign)} AS input,
      ${exactSum(sql.raw("output"), sign)} AS output`;
  if (!isDated(dates)) {
    return sql`SELECT asset, ${sums(undefined)} FROM volumes p WHERE ${condition}
      GROUP BY asset ORDER BY asset`;
  }
  const window = windowOf(scope, dates);
  const pairs = sql`pairs AS MATERIALIZED (SELECT p.tenant, p.ledger, p.account, p.asset
    FROM volumes p WHERE ${condition} AND ${hasMoves("p", window)})`;
  const expressions = sql.join([...dateExpressions(scope, dates), pairs], sql`, `);
  return sql`WITH ${expressions} SELECT asset, ${sums(sql.raw("sign"))}
    FROM (${contributionsOf("pairs", window)}) GROUP BY asset ORDER BY asset`;
}
