/**
 * Listing, counting and reading accounts, now or as of a date. Volumes are joined to the rows of a
 * page, never to those before it.
 */
import { sql, type SQL } from "drizzle-orm";
import type { AssetVolumes } from "../core/records.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { numberOf, optionalText, prepare, textOf } from "./database.ts";
import type { Question, Row, Scope } from "./database.ts";
import { readSum } from "./exact.ts";
import { beyond, keyword, walkOf } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest, type Position } from "./page.ts";
import { fixedMoment, hasMoves, totals, type DateKind, type Window } from "./point-in-time.ts";

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
export function accountMetadataAt(view: AccountView): SQL {
  if (view.pit === undefined || !view.hasMetadataHistory) {
    return sql.raw("a.metadata");
  }
  return sql`coalesce((SELECT h.metadata FROM account_metadata h
    WHERE h.tenant = a.tenant AND h.ledger = a.ledger AND h.address = a.address
      AND h.date <= ${view.pit}
    ORDER BY h.date DESC, h.log_id DESC LIMIT 1), '{}')`;
}

/** What volumes of an account mean at the date asked; current ones without a date. */
export function accountWindow(scope: Scope, pit: Timestamp | undefined, kind: DateKind): Window {
  const until = pit === undefined ? undefined : fixedMoment("pit", pit, scope).moment;
  return { kind, until, before: undefined };
}

/** The common table expression that windows at a date refer to. */
function withMoment(scope: Scope, pit: Timestamp | undefined): SQL {
  return pit === undefined ? sql`` : sql`WITH ${fixedMoment("pit", pit, scope).expression}`;
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

export function listAccounts(
  db: D1Database,
  scope: Scope,
  request: PageRequest,
  view: AccountView,
  where: SQL | undefined,
): Question<Page<AccountRow>> {
  return {
    statements: [prepare(db, pageQuery(scope, request, view, where))],
    answer: ([rows = []]) =>
      toPage(request, rows.map(accountOf), (row) => positionOf(row, request.column)),
  };
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
  const rows = sql`SELECT a.*, ${accountMetadataAt(view)} AS shown FROM accounts a
    WHERE ${rest} AND ${from} ORDER BY ${order} LIMIT ${walk.limit} OFFSET ${walk.offset}`;
  return sql`${withMoment(scope, view.pit)} SELECT a.*${expansions(scope, view)} FROM (${rows}) a
    ORDER BY ${order}`;
}

/** JSON lists of [asset, "input|output"] for the account `a`. */
function expansions(scope: Scope, view: AccountView): SQL {
  const expand = (kind: DateKind): SQL => assetList(accountWindow(scope, view.pit, kind));
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
  db: D1Database,
  scope: Scope,
  view: AccountView,
  where: SQL | undefined,
): Question<number> {
  const query = sql`${withMoment(scope, view.pit)} SELECT count(*) AS count FROM accounts a
    WHERE ${conditions(scope, view, where)}`;
  return {
    statements: [prepare(db, query)],
    answer: ([rows = []]) => (rows[0] === undefined ? 0 : numberOf(rows[0], "count")),
  };
}

/** The first account that a condition leaves: one by its address, or any that matches a pattern. */
export function readAccount(
  db: D1Database,
  scope: Scope,
  view: AccountView,
  where: SQL,
): Question<AccountRow | undefined> {
  const row = sql`SELECT a.*, ${accountMetadataAt(view)} AS shown FROM accounts a
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
