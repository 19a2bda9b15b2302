/**
 * Listing the ledgers of a tenant, as its registry projects them; single ones come from the
 * registry itself. Their mark of freshness is the number of the registry's last change.
 */
import { sql } from "drizzle-orm";
import type { Features } from "../core/features.ts";
import { ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { ledgerLeaf } from "../filter/list-leaf.ts";
import { numberOf, optionalText, prepare, textOf } from "./database.ts";
import type { Database, Question, Row } from "./database.ts";
import { beyond, keyword, walkOf } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest } from "./page.ts";

export interface LedgerRow {
  readonly id: number;
  readonly name: string;
  readonly bucket: string;
  /** JSON. */
  readonly features: string;
  /** JSON, keys sorted. */
  readonly metadata: string;
  readonly addedAt: Timestamp;
  readonly deletedAt: Timestamp | undefined;
}

export const LEDGER_LIST: ListShape = {
  columns: new Map([["id", "number"]]),
  // Bucket and Features are the original's; it leaves them empty, too.
  readOptions: ({ IncludeDeleted = false }) =>
    typeof IncludeDeleted === "boolean" ? ledgerOptions(IncludeDeleted) : undefined,
};

export function ledgerOptions(includeDeleted: boolean): NonNullable<PageRequest["options"]> {
  return { Bucket: "", Features: null, IncludeDeleted: includeDeleted };
}

const COLUMNS = {
  name: sql.raw("b.name"),
  bucket: sql.raw("b.bucket"),
  features: sql.raw("b.features"),
  metadata: sql.raw("b.metadata"),
};

/** The error is a sentence about the filter. */
export function listLedgers(
  db: Database,
  tenant: string,
  request: PageRequest,
  filter: Filter | undefined,
): Result<Question<Page<LedgerRow>>, string> {
  const where = compileWithin(filter, ledgerLeaf(COLUMNS));
  if (!where.ok) {
    return where;
  }
  const walk = walkOf(request);
  const shown = request.options?.["IncludeDeleted"] === true ? "1" : "b.deleted_at IS NULL";
  const query = sql`SELECT * FROM ledgers b
    WHERE b.tenant = ${tenant} AND ${sql.raw(shown)} AND ${where.value ?? sql`1`}
      AND ${beyond(walk, sql.raw("b.id"))}
    ORDER BY b.id ${keyword(walk.direction)} LIMIT ${walk.limit}`;
  return ok({
    statements: [prepare(db, query)],
    answer: ([rows = []]) =>
      toPage(request, rows.map(ledgerOf), ({ id }) => ({ value: id, tie: undefined })),
  });
}

function ledgerOf(row: Row): LedgerRow {
  return {
    id: numberOf(row, "id"),
    name: textOf(row, "name"),
    bucket: textOf(row, "bucket"),
    features: textOf(row, "features"),
    metadata: textOf(row, "metadata"),
    addedAt: textOf(row, "added_at") as Timestamp,
    deletedAt: optionalText(row, "deleted_at") as Timestamp | undefined,
  };
}

/** The number of the registry's last change that the read model has. */
export function registryHead(db: Database, tenant: string): Question<number> {
  const sql = "SELECT version FROM registry_heads WHERE tenant = ?";
  return {
    statements: [db.prepare(sql).bind(tenant)],
    answer: ([rows = []]) => (rows[0] === undefined ? 0 : numberOf(rows[0], "version")),
  };
}

/** What readers need to know of a ledger that is not deleted. */
export interface KnownLedger {
  readonly id: number;
  readonly features: Features;
}

export function ledgerNamed(
  db: Database,
  tenant: string,
  name: string,
): Question<KnownLedger | undefined> {
  const sql = `SELECT id, features FROM ledgers INDEXED BY ledgers_by_name
    WHERE tenant = ? AND name = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT 1`;
  return {
    statements: [db.prepare(sql).bind(tenant, name)],
    answer: ([rows = []]) => {
      const [row] = rows;
      return row === undefined
        ? undefined
        : { id: numberOf(row, "id"), features: JSON.parse(textOf(row, "features")) as Features };
    },
  };
}
