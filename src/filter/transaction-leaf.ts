/**
 * What a condition on transactions means in SQL. The tables leave out dates that equal
 * `inserted_at`; the conditions here are written so that the partial indexes on what is left, and
 * the ids that rise with the insertion dates, can serve.
 */
import { sql, type SQL } from "drizzle-orm";
import { unreachable } from "../core/assert.ts";
import type { DateLeaf, Filter, ListLeaf, NumberLeaf, TextLeaf } from "./ast.ts";
import type { LeafCompiler } from "./compile.ts";
import {
  compare,
  compareIndexed,
  compareInteger,
  matchesAddressLeaf,
  matchesIndexedText,
  matchesMap,
  TRUE,
} from "./conditions.ts";
import { holdsAddresses } from "./fields.ts";

/** Whose books. */
export interface LedgerScope {
  readonly tenant: string;
  readonly ledger: number;
}

/** Where a transaction's facts stand; names are qualified, to mean the same inside subqueries. */
export interface TransactionColumns {
  readonly scope: LedgerScope;
  readonly id: SQL;
  readonly insertedAt: SQL;
  /** NULL: as insertedAt. */
  readonly timestamp: SQL;
  /** NULL: as insertedAt. */
  readonly updatedAt: SQL;
  /** NULL: not reverted (as of the date asked). */
  readonly revertedAt: SQL;
  readonly reference: SQL;
  /** A JSON object, never NULL. */
  readonly metadata: SQL;
  /** A JSON array of {source, destination, …}. */
  readonly postings: SQL;
  /** Whether the ledger keeps moves, by which accounts find their transactions. */
  readonly movesKept: boolean;
}

/** The columns of the table as it stands, under an alias. */
export function transactionColumns(
  alias: string,
  scope: LedgerScope,
  movesKept: boolean,
): TransactionColumns {
  const column = (name: string): SQL => sql.raw(`${alias}.${name}`);
  return {
    scope,
    id: column("id"),
    insertedAt: column("inserted_at"),
    timestamp: column("timestamp"),
    updatedAt: column("updated_at"),
    revertedAt: column("reverted_at"),
    reference: column("reference"),
    metadata: column("metadata"),
    postings: column("postings"),
    movesKept,
  };
}

export function transactionLeaf(columns: TransactionColumns): LeafCompiler {
  return (leaf) => {
    switch (leaf.kind) {
      case "text":
      case "list":
        return textCondition(columns, leaf);
      case "date":
        return dateCondition(columns, leaf);
      case "number":
        return idCondition(columns.id, leaf);
      case "boolean":
        return leaf.value
          ? sql`${columns.revertedAt} IS NOT NULL`
          : sql`${columns.revertedAt} IS NULL`;
      default:
        return unreachable(leaf);
    }
  };
}

export function idCondition(id: SQL, leaf: NumberLeaf): SQL {
  return leaf.operator === "$exists" ? TRUE : compareInteger(id, leaf.operator, leaf.value);
}

function textCondition(columns: TransactionColumns, leaf: TextLeaf | ListLeaf): SQL {
  switch (leaf.field.name) {
    case "reference":
      return matchesIndexedText(columns.reference, leaf);
    case "account":
    case "source":
    case "destination":
      return columns.movesKept ? byMoves(columns, leaf) : byPostings(columns, leaf);
    default:
      return matchesMap({ json: columns.metadata, mayBeMissing: false }, leaf);
  }
}

/** Bits of `moves.sides` that must not be alone: 1 is source, 2 destination. */
const SIDES: Readonly<Record<string, SQL>> = {
  source: sql.raw(" AND move.sides <> 2"),
  destination: sql.raw(" AND move.sides <> 1"),
};

/** From so many moves on, walking the transactions beats collecting all the ids. */
const HOT_MOVES = 5_000;
/** Counting the moves of so many conditions takes a few milliseconds. */
const HOT_LEAVES_MAX = 16;

/**
 * Whether every account condition of a filter finds thousands of moves, told within a moment
 * however many there are; undefined where the filter has none or very many, or excludes accounts.
 * Such a page by id is found soonest by looking at postings from where the page begins (`movesKept:
 * false`). The test belongs into the LIMIT of either way, where SQLite asks it once.
 */
export function accountsAreHot(filter: Filter | undefined, scope: LedgerScope): SQL | undefined {
  const leaves = accountLeaves(filter);
  if (leaves === undefined || leaves.length === 0 || leaves.length > HOT_LEAVES_MAX) {
    return undefined;
  }
  const conditions = leaves.map(
    (leaf) => sql`(SELECT count(*) FROM (SELECT 1 FROM moves AS move
      WHERE ${ownMoves(scope, leaf)} LIMIT ${HOT_MOVES})) = ${HOT_MOVES}`,
  );
  return sql`(${sql.join(conditions, sql` AND `)})`;
}

/** Undefined: some stand under a `$not`. */
function accountLeaves(filter: Filter | undefined): readonly (TextLeaf | ListLeaf)[] | undefined {
  switch (filter?.kind) {
    case "and":
    case "or": {
      const all = filter.filters.map(accountLeaves);
      return all.includes(undefined) ? undefined : all.flatMap((leaves) => leaves ?? []);
    }
    case "not":
      return accountLeaves(filter.filter)?.length === 0 ? [] : undefined;
    case "text":
    case "list":
      return holdsAddresses(filter.field.name) ? [filter] : [];
    default:
      return [];
  }
}

function ownMoves({ tenant, ledger }: LedgerScope, leaf: TextLeaf | ListLeaf): SQL {
  const account = matchesAddressLeaf(sql.raw("move.account"), leaf, "literal");
  const side = SIDES[leaf.field.name];
  return sql`move.tenant = ${tenant} AND move.ledger = ${ledger} AND ${account}${side}`;
}

function byMoves(columns: TransactionColumns, leaf: TextLeaf | ListLeaf): SQL {
  return sql`${columns.id} IN (SELECT move.transaction_id FROM moves AS move
    WHERE ${ownMoves(columns.scope, leaf)})`;
}

function byPostings(columns: TransactionColumns, leaf: TextLeaf | ListLeaf): SQL {
  const sideOf = (name: string): SQL => {
    return matchesAddressLeaf(sql.raw(`(posting.value ->> '${name}')`), leaf, "literal");
  };
  const condition =
    leaf.field.name === "account"
      ? sql`(${sideOf("source")} OR ${sideOf("destination")})`
      : sideOf(leaf.field.name === "source" ? "source" : "destination");
  return sql`EXISTS (SELECT 1 FROM json_each(${columns.postings}) AS posting WHERE ${condition})`;
}

function dateCondition(columns: TransactionColumns, leaf: DateLeaf): SQL {
  switch (leaf.field.name) {
    case "inserted_at":
      return isInserted(columns, leaf);
    case "timestamp":
      return orInserted(columns, columns.timestamp, leaf);
    case "updated_at":
      return orInserted(columns, columns.updatedAt, leaf);
    default:
      return compareIndexed(columns.revertedAt, leaf.operator, leaf.value);
  }
}

function orInserted(columns: TransactionColumns, date: SQL, leaf: DateLeaf): SQL {
  const own = compare(date, leaf.operator, leaf.value);
  return sql`(${date} IS NULL AND ${isInserted(columns, leaf)} OR ${date} IS NOT NULL AND ${own})`;
}

/**
 * Insertion dates. Whatever was inserted until a date lies in a batch that began by then, so the
 * last such batch bounds the ids; there is no bound from below, since an import may bring dates
 * that fall.
 */
function isInserted(columns: TransactionColumns, leaf: DateLeaf): SQL {
  const condition = compare(columns.insertedAt, leaf.operator, leaf.value);
  if (leaf.operator === "$gt" || leaf.operator === "$gte") {
    return condition;
  }
  const { tenant, ledger } = columns.scope;
  return sql`(${condition} AND ${columns.id} <= coalesce((SELECT batch.last_transaction
    FROM batches AS batch WHERE batch.tenant = ${tenant} AND batch.ledger = ${ledger}
      AND batch.first_date <= ${leaf.value}
    ORDER BY batch.first_date DESC, batch.after_log DESC LIMIT 1), -1))`;
}
