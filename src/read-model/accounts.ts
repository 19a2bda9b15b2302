/**
 * Listing, counting and reading accounts, now or as of a date. Volumes are joined to the rows of a
 * page, never to those before it.
 */
import { sql, type SQL } from "drizzle-orm";
import type { AssetVolumes } from "../core/records.ts";
import { ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { accountLeaf, currentBalance, type AccountColumns } from "../filter/account-leaf.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { signOf } from "../filter/conditions.ts";
import { numberOf, optionalText, prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { readSum } from "./exact.ts";
import { beyond, keyword, walkOf } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest, type Position } from "./page.ts";
import { balanceAgainst, fixedMoment, hasMoves, totals } from "./point-in-time.ts";
import type { DateKind, Window } from "./point-in-time.ts";

export interface AccountRow {
  readonly address: string;
  /** JSON, keys sorted. */
  readonly metadata: string;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
  /** Sorted by asset; undefined when not asked for. */
  readonly volumes: readonly AssetVolumes[] | undefined;
  readonly effectiveVolumes: readonly AssetVolumes[] | undefined;
}

export interface AccountView {
  readonly pit: Timestamp | undefined;
  /** Whether metadata at a point in time comes from its history. */
  readonly hasMetadataHistory: boolean;
  readonly withVolumes: boolean;
  readonly withEffectiveVolumes: boolean;
}

export const ACCOUNT_LIST: ListShape = {
  columns: new Map([
    ["address", "text"],
    ["first_usage", "date"],
    ["insertion_date", "date"],
    ["updated_at", "date"],
  ]),
};

/** Metadata of the account `a` as of the date asked. */
function metadataAt(view: AccountView): SQL {
  if (view.pit === undefined || !view.hasMetadataHistory) {
    return sql.raw("a.metadata");
  }
  return sql`coalesce((SELECT h.metadata FROM account_metadata h
    WHERE h.tenant = a.tenant AND h.ledger = a.ledger AND h.address = a.address
      AND h.date <= ${view.pit}
    ORDER BY h.date DESC, h.log_id DESC LIMIT 1), '{}')`;
}

/** What volumes of an account mean at the date asked; current ones without a date. */
function windowOf(scope: Scope, pit: Timestamp | undefined, kind: DateKind): Window {
  const until = pit === undefined ? undefined : fixedMoment("pit", pit, scope).moment;
  return { kind, until, before: undefined };
}

/** The common table expression that windows at a date refer to. */
function withMoment(scope: Scope, pit: Timestamp | undefined): SQL {
  return pit === undefined ? sql`` : sql`WITH ${fixedMoment("pit", pit, scope).expression}`;
}

/** What filters compare, as of the date asked. */
function columnsFor(scope: Scope, view: AccountView): AccountColumns {
  const address = sql.raw("a.address");
  return {
    address,
    firstUsage: sql.raw("a.first_usage"),
    insertionDate: sql.raw("a.insertion_date"),
    updatedAt: sql.raw("a.updated_at"),
    metadata: { json: metadataAt(view), mayBeMissing: false },
    balance: view.pit === undefined ? currentBalance(scope, address) : balanceAt(scope, view.pit),
  };
}

/** Conditions on effective balances at a date; NULL where the account has no such balance then. */
function balanceAt(scope: Scope, pit: Timestamp): AccountColumns["balance"] {
  const window = windowOf(scope, pit, "effective");
  return (asset, { operator, value }) => {
    const holds =
      operator === "$exists"
        ? sql`1`
        : sql`${balanceAgainst("v", window, value)} ${signOf(operator)} 0`;
    const ofAsset = asset === undefined ? sql`` : sql`AND v.asset = ${asset}`;
    const found = sql`(SELECT max(${holds}) FROM volumes v
      WHERE v.tenant = a.tenant AND v.ledger = a.ledger AND v.account = a.address ${ofAsset}
        AND ${hasMoves("v", window)})`;
    return operator === "$exists" ? sql`(${found} IS NOT NULL)` : found;
  };
}

function compile(
  scope: Scope,
  view: AccountView,
  filter: Filter | undefined,
): Result<SQL | undefined, string> {
  return compileWithin(filter, accountLeaf(columnsFor(scope, view)));
}

function conditions(scope: Scope, view: AccountView, where: SQL | undefined): SQL {
  const parts = [sql`a.tenant = ${scope.tenant} AND a.ledger = ${scope.ledger}`];
  if (view.pit !== undefined) {
    parts.push(sql`a.first_usage <= ${view.pit}`);
  }
  if (where !== undefined) {
    parts.push(sql`(${where})`);
  }
  return sql.join(parts, sql` AND `);
}

/** The error is a sentence about the filter. */
export function listAccounts(
  db: Database,
  scope: Scope,
  request: PageRequest,
  view: AccountView,
  filter: Filter | undefined,
): Result<Question<Page<AccountRow>>, string> {
  const where = compile(scope, view, filter);
  if (!where.ok) {
    return where;
  }
  return ok({
    statements: [prepare(db, pageQuery(scope, request, view, where.value))],
    answer: ([rows = []]) =>
      toPage(request, rows.map(accountOf), (row) => positionOf(row, request.column)),
  });
}

function pageQuery(
  scope: Scope,
  request: PageRequest,
  view: AccountView,
  where: SQL | undefined,
): SQL {
  const walk = walkOf(request);
  const direction = keyword(walk.direction);
  const rest = conditions(scope, view, where);
  const column = sql.raw(`a.${request.column}`);
  const isText = request.column === "address";
  const order = isText
    ? sql`a.address ${direction}`
    : sql`${column} ${direction}, a.address ${direction}`;
  const from = isText ? sql`1` : beyond(walk, column, sql.raw("a.address"));
  const rows = sql`SELECT a.*, ${metadataAt(view)} AS shown FROM accounts a
    WHERE ${rest} AND ${from} ORDER BY ${order} LIMIT ${walk.limit} OFFSET ${walk.offset}`;
  return sql`${withMoment(scope, view.pit)} SELECT a.*${expansions(scope, view)} FROM (${rows}) a
    ORDER BY ${order}`;
}

/** JSON lists of [asset, "input|output"] for the account `a`. */
function expansions(scope: Scope, view: AccountView): SQL {
  const expand = (kind: DateKind): SQL => assetList(windowOf(scope, view.pit, kind));
  const volumes = view.withVolumes ? sql`, ${expand("insertion")} AS volumes` : sql``;
  const effective = view.withEffectiveVolumes ? sql`, ${expand("effective")} AS effective` : sql``;
  return sql`${volumes}${effective}`;
}

function assetList(window: Window): SQL {
  const isCurrent = window.until === undefined;
  const total = isCurrent ? sql.raw("p.input || '|' || p.output") : totals("p", window);
  return sql`(SELECT json_group_array(json_array(p.asset, ${total})) FROM volumes p
    WHERE p.tenant = a.tenant AND p.ledger = a.ledger AND p.account = a.address
      AND ${hasMoves("p", window)})`;
}

export function countAccounts(
  db: Database,
  scope: Scope,
  view: AccountView,
  filter: Filter | undefined,
): Result<Question<number>, string> {
  const where = compile(scope, view, filter);
  if (!where.ok) {
    return where;
  }
  const query = sql`${withMoment(scope, view.pit)} SELECT count(*) AS count FROM accounts a
    WHERE ${conditions(scope, view, where.value)}`;
  return ok({
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? 0 : numberOf(rows[0], "count")),
  });
}

/** One account by its address, or the first that matches a pattern. */
export function readAccount(
  db: Database,
  scope: Scope,
  address: string,
  view: AccountView,
): Question<AccountRow | undefined> {
  const field = { name: "address", key: undefined, written: "address" };
  const leaf = accountLeaf(columnsFor(scope, view));
  const where = leaf({ kind: "text", field, operator: "$match", value: address });
  const row = sql`SELECT a.*, ${metadataAt(view)} AS shown FROM accounts a
    WHERE ${conditions(scope, view, where)} ORDER BY a.address LIMIT 1`;
  const query = sql`${withMoment(scope, view.pit)}
    SELECT a.*${expansions(scope, view)} FROM (${row}) a`;
  return {
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? undefined : accountOf(rows[0])),
  };
}

function accountOf(row: Row): AccountRow {
  return {
    address: textOf(row, "address"),
    metadata: textOf(row, "shown"),
    firstUsage: textOf(row, "first_usage") as Timestamp,
    insertionDate: textOf(row, "insertion_date") as Timestamp,
    updatedAt: textOf(row, "updated_at") as Timestamp,
    volumes: readAssets(optionalText(row, "volumes")),
    effectiveVolumes: readAssets(optionalText(row, "effective")),
  };
}

function readAssets(text: string | undefined): readonly AssetVolumes[] | undefined {
  if (text === undefined) {
    return undefined;
  }
  const rows = JSON.parse(text) as readonly (readonly [string, string])[];
  return rows.map(([asset, sums]) => {
    const [input = "", output = ""] = sums.split("|");
    return { asset, input: String(readSum(input)), output: String(readSum(output)) };
  });
}

function positionOf(row: AccountRow, column: string): Position {
  const tie = row.address;
  switch (column) {
    case "first_usage":
      return { value: row.firstUsage, tie };
    case "insertion_date":
      return { value: row.insertionDate, tie };
    default:
      return { value: row.updatedAt, tie };
  }
}
