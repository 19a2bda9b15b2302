/**
 * Volumes per account and asset: now, as of a date or within a window, account by account or summed
 * over the first segments of addresses. `p` is the pair a filter speaks about.
 */
import { sql, type SQL } from "drizzle-orm";
import type { AccountVolumes } from "../core/records.ts";
import { ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { compareKey, volumeLeaf, type VolumeColumns } from "../filter/account-leaf.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { signOf } from "../filter/conditions.ts";
import { prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { exactSum, readSum } from "./exact.ts";
import { keyword, walkOf, type Walk } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest } from "./page.ts";
import {
  balanceAgainst,
  contributionsOf,
  fixedMoment,
  hasMoves,
  justBefore,
} from "./point-in-time.ts";
import type { DateKind, Window } from "./point-in-time.ts";

export const VOLUME_LIST: ListShape = {
  columns: new Map([["account", "text"]]),
  readOptions: ({ insertionDate = false, groupBy = 0 }) =>
    typeof insertionDate === "boolean" && typeof groupBy === "number"
      ? { insertionDate, groupBy }
      : undefined,
};

/** Which moves count. */
export interface Dates {
  readonly kind: DateKind;
  readonly pit: Timestamp | undefined;
  readonly oot: Timestamp | undefined;
}

export interface VolumeView extends Dates {
  /** Whether revisions of accounts' metadata are kept. */
  readonly hasMetadataHistory: boolean;
}

export function isDated(dates: Dates): boolean {
  return dates.pit !== undefined || dates.oot !== undefined;
}

/** The window of dates, for conditions inside a statement that starts with `dateExpressions`. */
export function windowOf(scope: Scope, { kind, pit, oot }: Dates): Window {
  const before = oot === undefined ? undefined : justBefore(oot);
  return {
    kind,
    until: pit === undefined ? undefined : fixedMoment("pit", pit, scope).moment,
    before: before === undefined ? undefined : fixedMoment("oot", before, scope).moment,
  };
}

/** Common table expressions that the window refers to. */
export function dateExpressions(scope: Scope, { pit, oot }: Dates): readonly SQL[] {
  const before = oot === undefined ? undefined : justBefore(oot);
  return [
    ...(pit === undefined ? [] : [fixedMoment("pit", pit, scope).expression]),
    ...(before === undefined ? [] : [fixedMoment("oot", before, scope).expression]),
  ];
}

/** The account of the pair `p`, if it is one: pairs that were only asked for are not. */
function ofAccount(column: string): SQL {
  return sql.raw(`(SELECT ${column} FROM accounts a WHERE a.tenant = p.tenant
    AND a.ledger = p.ledger AND a.address = p.account)`);
}

/** Metadata of the pair's account; NULL where there is none. */
export const PAIR_METADATA = ofAccount("a.metadata");

/**
 * The same as of a date, or in the end. An account that was there without metadata has no revision
 * yet; NULL where it was not there.
 */
export function pairMetadataAt(pit: Timestamp | undefined): SQL {
  const by = (column: string): SQL =>
    pit === undefined ? sql`` : sql`AND ${sql.raw(column)} <= ${pit}`;
  return sql`coalesce((SELECT h.metadata FROM account_metadata h
      WHERE h.tenant = p.tenant AND h.ledger = p.ledger AND h.address = p.account
        ${by("h.date")} ORDER BY h.date DESC, h.log_id DESC LIMIT 1),
    (SELECT '{}' FROM accounts a WHERE a.tenant = p.tenant AND a.ledger = p.ledger
      AND a.address = p.account ${by("a.insertion_date")}))`;
}

/** What filters compare: of the sums within the dates where there are any. */
function columnsFor(scope: Scope, dates: VolumeView): VolumeColumns {
  const window = windowOf(scope, dates);
  const dated = isDated(dates);
  // The original asks the history even where none is kept (contract §11.2).
  const past = dates.hasMetadataHistory ? pairMetadataAt(dates.pit) : sql`NULL`;
  return {
    address: sql.raw("p.account"),
    asset: sql.raw("p.asset"),
    firstUsage: ofAccount("a.first_usage"),
    metadata: { json: dated ? past : PAIR_METADATA, mayBeMissing: true },
    balance: (condition) => {
      const { operator, value } = condition;
      return dated && operator !== "$exists"
        ? sql`${balanceAgainst("p", window, value)} ${signOf(operator)} 0`
        : compareKey(sql.raw("p.balance_key"), condition);
    },
  };
}

/** The error is a sentence about the filter. */
export function listVolumes(
  db: Database,
  scope: Scope,
  request: PageRequest,
  dates: VolumeView,
  filter: Filter | undefined,
): Result<Question<Page<AccountVolumes>>, string> {
  const compiled = compileWithin(filter, volumeLeaf(columnsFor(scope, dates)));
  if (!compiled.ok) {
    return compiled;
  }
  const where = compiled.value;
  const groupBy = Number(request.options?.["groupBy"] ?? 0);
  const walk = walkOf(request);
  const query =
    groupBy !== 0
      ? groupedQuery(scope, dates, walk, where, groupBy)
      : isDated(dates)
        ? datedQuery(scope, dates, walk, where)
        : currentQuery(scope, walk, where);
  return ok({
    statements: [prepare(db, query)],
    answer: ([rows = []]) => toPage(request, rows.map(volumesOf), () => NOWHERE),
  });
}

/** Lists by offset ask for no position. */
const NOWHERE = { value: undefined, tie: undefined };

function conditions(scope: Scope, where: SQL | undefined): SQL {
  const own = sql`p.tenant = ${scope.tenant} AND p.ledger = ${scope.ledger}`;
  return where === undefined ? own : sql`${own} AND (${where})`;
}

function currentQuery(scope: Scope, walk: Walk, where: SQL | undefined): SQL {
  return sql`SELECT p.account, p.asset, p.input, p.output FROM volumes p
    WHERE ${conditions(scope, where)}
    ORDER BY p.account ${keyword(walk.direction)}, p.asset ASC
    LIMIT ${walk.limit} OFFSET ${walk.offset}`;
}

const SUMS = sql`${exactSum(sql.raw("input"), sql.raw("sign"))} AS input,
  ${exactSum(sql.raw("output"), sql.raw("sign"))} AS output`;

/** The page's pairs first, then what they moved: nothing is summed that the page does not show. */
function datedQuery(scope: Scope, dates: Dates, walk: Walk, where: SQL | undefined): SQL {
  const window = windowOf(scope, dates);
  const direction = keyword(walk.direction);
  const pairs = sql`pairs AS MATERIALIZED (SELECT p.tenant, p.ledger, p.account, p.asset
    FROM volumes p WHERE ${conditions(scope, where)} AND ${hasMoves("p", window)}
    ORDER BY p.account ${direction}, p.asset ASC LIMIT ${walk.limit} OFFSET ${walk.offset})`;
  const expressions = sql.join([...dateExpressions(scope, dates), pairs], sql`, `);
  return sql`WITH ${expressions}
    SELECT account, asset, ${SUMS} FROM (${contributionsOf("pairs", window)})
    GROUP BY account, asset ORDER BY account ${direction}, asset ASC`;
}

function groupedQuery(
  scope: Scope,
  dates: Dates,
  walk: Walk,
  where: SQL | undefined,
  segments: number,
): SQL {
  const window = windowOf(scope, dates);
  const pairs = sql`pairs AS MATERIALIZED (SELECT p.tenant, p.ledger, p.account, p.asset
    FROM volumes p WHERE ${conditions(scope, where)} AND ${hasMoves("p", window)})`;
  const expressions = sql.join([...dateExpressions(scope, dates), pairs], sql`, `);
  return sql`WITH ${expressions}
    SELECT prefix AS account, asset, ${SUMS}
    FROM (SELECT ${prefixOf(segments)} AS prefix, asset, sign, input, output
      FROM (${contributionsOf("pairs", window)}))
    GROUP BY prefix, asset
    ORDER BY prefix ${keyword(walk.direction)}, asset ASC
    LIMIT ${walk.limit} OFFSET ${walk.offset}`;
}

/**
 * The first segments of `account`, the whole of it when it has no more; nothing of it for a count
 * below zero.
 */
function prefixOf(segments: number): SQL {
  return segments < 0
    ? sql`''`
    : sql`(SELECT group_concat(e.value, ':')
        FROM json_each('[' || replace(json_quote(account), ':', '","') || ']') e
        WHERE e.key < ${segments})`;
}

function volumesOf(row: Row): AccountVolumes {
  return {
    account: textOf(row, "account"),
    asset: textOf(row, "asset"),
    input: String(readSum(textOf(row, "input"))),
    output: String(readSum(textOf(row, "output"))),
  };
}
