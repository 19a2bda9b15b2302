/**
 * What a condition on accounts, on volumes, or under aggregated balances means in SQL. The same
 * conditions serve the present and a point in time: the read model says where metadata and balances
 * stand.
 */
import { sql, type SQL } from "drizzle-orm";
import { decimalKey } from "../core/decimal-key.ts";
import type { Comparator, Leaf, NumberLeaf } from "./ast.ts";
import type { LeafCompiler } from "./compile.ts";
import {
  compare,
  FALSE,
  matchesAddressLeaf,
  matchesMap,
  signOf,
  TRUE,
  type MapColumn,
} from "./conditions.ts";
import type { LedgerScope } from "./transaction-leaf.ts";

/** What is asked of a balance; `$exists`: that there is one. */
export interface BalanceCondition {
  readonly operator: Comparator | "$exists";
  readonly value: bigint;
}

export interface AccountColumns {
  readonly address: SQL;
  readonly firstUsage: SQL;
  readonly insertionDate: SQL;
  readonly updatedAt: SQL;
  readonly metadata: MapColumn;
  /**
   * A condition on the account's balance in an asset; asset undefined: in any of its assets. NULL
   * where the account has no such balance. Fragments for the present: `currentBalance`.
   */
  readonly balance: (asset: string | undefined, condition: BalanceCondition) => SQL;
}

/** One row an (account, asset). */
export interface VolumeColumns {
  readonly address: SQL;
  readonly asset: SQL;
  readonly firstUsage: SQL;
  readonly metadata: MapColumn;
  /** A condition on the row's balance, never NULL. Fragments for the present: `compareKey`. */
  readonly balance: (condition: BalanceCondition) => SQL;
}

/** Aggregated balances know of addresses and metadata only. */
export type BalanceColumns = Pick<AccountColumns, "address" | "metadata">;

export function accountLeaf(columns: AccountColumns): LeafCompiler {
  return (leaf) => {
    switch (leaf.kind) {
      case "date":
        return compare(accountDate(columns, leaf.field.name), leaf.operator, leaf.value);
      case "number":
        return columns.balance(leaf.field.key, leaf);
      default:
        return addressOrMetadata(columns, leaf);
    }
  };
}

function accountDate(columns: AccountColumns, name: string): SQL {
  switch (name) {
    case "first_usage":
      return columns.firstUsage;
    case "insertion_date":
      return columns.insertionDate;
    default:
      return columns.updatedAt;
  }
}

export function volumeLeaf(columns: VolumeColumns): LeafCompiler {
  return (leaf) => {
    switch (leaf.kind) {
      case "date":
        return compare(columns.firstUsage, leaf.operator, leaf.value);
      case "number":
        return volumeBalance(columns, leaf);
      default:
        return addressOrMetadata(columns, leaf);
    }
  };
}

function volumeBalance(columns: VolumeColumns, leaf: NumberLeaf): SQL {
  const balance = leaf.operator === "$exists" ? TRUE : columns.balance(leaf);
  const { key } = leaf.field;
  return key === undefined ? balance : sql`(${columns.asset} = ${key} AND ${balance})`;
}

export function balanceLeaf(columns: BalanceColumns): LeafCompiler {
  return (leaf) => addressOrMetadata(columns, leaf);
}

function addressOrMetadata(columns: BalanceColumns, leaf: Leaf): SQL {
  if (leaf.kind !== "text" && leaf.kind !== "list") {
    return FALSE;
  }
  return leaf.field.name === "address"
    ? matchesAddressLeaf(columns.address, leaf, "wildcard")
    : matchesMap(columns.metadata, leaf);
}

// --- balances as of now, by the keys of the volumes ---

/** Against a column that holds `decimalKey` of the balance. */
export function compareKey(key: SQL, condition: BalanceCondition): SQL {
  return condition.operator === "$exists"
    ? sql`${key} IS NOT NULL`
    : compare(key, condition.operator, keyOf(condition.value));
}

/** Keys hold up to 99,999 digits; whatever is larger stands above or below them all. */
function keyOf(value: bigint): string {
  const key = decimalKey(value);
  const digits = value < 0n ? -value : value;
  return digits < BOUND ? key : value < 0n ? "" : "2";
}

const BOUND = 10n ** 99_999n;

/** `AccountColumns.balance` for the present; `address` is the account's column, qualified. */
export function currentBalance(scope: LedgerScope, address: SQL): AccountColumns["balance"] {
  const { tenant, ledger } = scope;
  const own = sql`volume.tenant = ${tenant} AND volume.ledger = ${ledger}
    AND volume.account = ${address}`;
  const key = sql.raw("volume.balance_key");
  return (asset, { operator, value }) => {
    if (operator === "$exists") {
      const ofAsset = asset === undefined ? TRUE : sql`volume.asset = ${asset}`;
      return sql`EXISTS (SELECT 1 FROM volumes AS volume WHERE ${own} AND ${ofAsset})`;
    }
    if (asset === undefined) {
      // The greatest of the answers is whether any holds, and NULL when there are none.
      return sql`(SELECT max(${key} ${signOf(operator)} ${keyOf(value)}) FROM volumes AS volume
        WHERE ${own})`;
    }
    return sql`(SELECT ${key} ${signOf(operator)} ${keyOf(value)} FROM volumes AS volume
      WHERE ${own} AND volume.asset = ${asset})`;
  };
}
