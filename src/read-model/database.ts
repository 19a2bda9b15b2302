/**
 * How questions reach D1. A question is a few statements and what to make of their rows; every one
 * is asked together with the projection head, in one batch and so in one snapshot, and the caller
 * compares that head with the ledger's own.
 */
import type { SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { compactParams } from "../filter/compact.ts";

/** Whose books: every statement is bound to both. */
export interface Scope {
  readonly tenant: string;
  readonly ledger: number;
}

/** What a row may hold. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Question<T> {
  readonly statements: readonly D1PreparedStatement[];
  /** The rows of each statement, in their order. */
  readonly answer: (rows: readonly (readonly Row[])[]) => T;
}

const dialect = new SQLiteSyncDialect();

/** Renders composed SQL; values are always bound. */
export function prepare(db: D1Database, query: SQL): D1PreparedStatement {
  const { sql, params } = compactParams(dialect.sqlToQuery(query));
  return db.prepare(sql).bind(...params);
}

/** The id of the last log in the read model; -1: none. */
const HEAD = `SELECT last_log FROM batches WHERE tenant = ? AND ledger = ?
  ORDER BY after_log DESC LIMIT 1`;

export interface Asked<T> {
  readonly head: number;
  readonly value: T;
}

export async function ask<T>(
  db: D1Database,
  scope: Scope,
  question: Question<T>,
): Promise<Asked<T>> {
  const head = db.prepare(HEAD).bind(scope.tenant, scope.ledger);
  const [first, ...rest] = await db.batch<Row>([head, ...question.statements]);
  const last = first?.results[0]?.["last_log"];
  return {
    head: typeof last === "number" ? last : -1,
    value: question.answer(rest.map((result) => result.results)),
  };
}

/** Columns of a row, for where the statement guarantees their type. */
export function textOf(row: Row, column: string): string {
  return String(row[column]);
}

export function optionalText(row: Row, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
}

export function numberOf(row: Row, column: string): number {
  return Number(row[column]);
}
