/**
 * Effective totals at past dates, as a late command needs them before its commit (DESIGN §6): one
 * statement for all of a unit's questions, in one snapshot with the projection head.
 */
import { sql } from "drizzle-orm";
import { formatJson } from "../core/json.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Volumes } from "../core/transaction.ts";
import { prepare, textOf, type Database, type Question, type Scope } from "./database.ts";
import { readSum } from "./exact.ts";
import { momentOf, totals } from "./point-in-time.ts";

export interface PairAtDate {
  readonly account: string;
  readonly asset: string;
  readonly date: Timestamp;
}

/**
 * The totals of all moves of each pair dated at or before its date, in the order of the questions.
 */
export function effectiveTotals(
  db: Database,
  scope: Scope,
  pairs: readonly PairAtDate[],
): Question<readonly Volumes[]> {
  const asked = formatJson(pairs.map(({ account, asset, date }) => [account, asset, date]));
  const until = momentOf({
    tenant: sql.raw("q.tenant"),
    ledger: sql.raw("q.ledger"),
    date: sql.raw("q.date"),
    id: sql.raw(String(Number.MAX_SAFE_INTEGER)),
  });
  const total = totals("q", { kind: "effective", until, before: undefined });
  const statement = sql`WITH q AS MATERIALIZED (
      SELECT ${scope.tenant} AS tenant, ${scope.ledger} AS ledger, key AS place,
        value ->> 0 AS account, value ->> 1 AS asset, value ->> 2 AS date
      FROM json_each(${asked}))
    SELECT ${total} AS total FROM q ORDER BY place`;
  return {
    statements: [prepare(db, statement)],
    answer: ([rows = []]) => {
      return rows.map((row) => {
        const [input = "", output = ""] = textOf(row, "total").split("|");
        return { input: readSum(input), output: readSum(output) };
      });
    },
  };
}
