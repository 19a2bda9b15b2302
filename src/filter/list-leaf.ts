/**
 * What a condition on logs, schemas or ledgers means in SQL.
 */
import { sql, type SQL } from "drizzle-orm";
import type { Leaf } from "./ast.ts";
import type { LeafCompiler } from "./compile.ts";
import { compare, FALSE, matchesMap, matchesText } from "./conditions.ts";
import { idCondition } from "./transaction-leaf.ts";

/** Never NULL, any of them. */
export interface LogColumns {
  readonly id: SQL;
  readonly date: SQL;
  readonly type: SQL;
}

export function logLeaf(columns: LogColumns): LeafCompiler {
  return (leaf) => {
    switch (leaf.kind) {
      case "number":
        return idCondition(columns.id, leaf);
      case "date":
        return compare(columns.date, leaf.operator, leaf.value);
      default:
        return isText(leaf) ? matchesText(columns.type, leaf) : FALSE;
    }
  };
}

export interface SchemaColumns {
  readonly version: SQL;
  readonly createdAt: SQL;
}

export function schemaLeaf(columns: SchemaColumns): LeafCompiler {
  return (leaf) => {
    if (leaf.kind === "date") {
      return compare(columns.createdAt, leaf.operator, leaf.value);
    }
    return isText(leaf) ? matchesText(columns.version, leaf) : FALSE;
  };
}

export interface LedgerColumns {
  readonly name: SQL;
  readonly bucket: SQL;
  /** JSON objects. */
  readonly features: SQL;
  readonly metadata: SQL;
}

export function ledgerLeaf(columns: LedgerColumns): LeafCompiler {
  return (leaf) => {
    if (!isText(leaf)) {
      return FALSE;
    }
    switch (leaf.field.name) {
      case "name":
        return matchesText(columns.name, leaf);
      case "bucket":
        // Equality whatever the operator; a list equals no bucket (contract §3.3, I.2).
        return leaf.kind === "list" ? FALSE : sql`${columns.bucket} = ${leaf.value}`;
      case "features":
        return matchesMap({ json: columns.features, mayBeMissing: false }, leaf);
      default:
        return matchesMap({ json: columns.metadata, mayBeMissing: false }, leaf);
    }
  };
}

function isText(leaf: Leaf): leaf is Extract<Leaf, { readonly kind: "text" | "list" }> {
  return leaf.kind === "text" || leaf.kind === "list";
}
