/**
 * Listing the schemas of a ledger; single ones come from its object.
 */
import { sql } from "drizzle-orm";
import { ok, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Filter } from "../filter/ast.ts";
import { compileWithin } from "../filter/compile.ts";
import { schemaLeaf, type SchemaColumns } from "../filter/list-leaf.ts";
import { prepare, textOf } from "./database.ts";
import type { Database, Question, Row, Scope } from "./database.ts";
import { beyond, keyword, walkOf } from "./keyset.ts";
import { toPage, type ListShape, type Page, type PageRequest } from "./page.ts";

export interface SchemaRow {
  readonly version: string;
  readonly createdAt: Timestamp;
  /** The schema object as it is shown. */
  readonly schema: string;
}

export const SCHEMA_LIST: ListShape = {
  columns: new Map([
    ["created_at", "date"],
    ["version", "text"],
  ]),
};

const COLUMNS: SchemaColumns = {
  version: sql.raw("s.version"),
  createdAt: sql.raw("s.created_at"),
};

/** The error is a sentence about the filter. */
export function listSchemas(
  db: Database,
  scope: Scope,
  request: PageRequest,
  filter: Filter | undefined,
): Result<Question<Page<SchemaRow>>, string> {
  const where = compileWithin(filter, schemaLeaf(COLUMNS));
  if (!where.ok) {
    return where;
  }
  const walk = walkOf(request);
  const direction = keyword(walk.direction);
  const byDate = request.column === "created_at";
  const { createdAt, version } = COLUMNS;
  const order = byDate
    ? sql`s.created_at ${direction}, s.version ${direction}`
    : sql`s.version ${direction}`;
  const pit = request.pit === undefined ? sql`1` : sql`s.created_at <= ${request.pit}`;
  const query = sql`SELECT s.version, s.created_at, s.schema FROM schemas s
    WHERE s.tenant = ${scope.tenant} AND s.ledger = ${scope.ledger} AND ${pit}
      AND ${where.value === undefined ? sql`1` : sql`(${where.value})`}
      AND ${byDate ? beyond(walk, createdAt, version) : sql`1`}
    ORDER BY ${order} LIMIT ${walk.limit} OFFSET ${walk.offset}`;
  return ok({
    statements: [prepare(db, query)],
    answer: ([rows = []]) =>
      toPage(request, rows.map(schemaOf), (row) => ({ value: row.createdAt, tie: row.version })),
  });
}

function schemaOf(row: Row): SchemaRow {
  return {
    version: textOf(row, "version"),
    createdAt: textOf(row, "created_at") as Timestamp,
    schema: textOf(row, "schema"),
  };
}
