/**
 * How questions reach D1. A question is a few statements and what to make of their rows. It is
 * asked together with a mark that tells how fresh the rows are (as a rule the projection head), in
 * one batch and so in one snapshot, and the caller compares that mark with what the objects say.
 */
import type { SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { compactParams } from "../filter/compact.ts";

/** D1, or a session of it. */
export type Database = Pick<D1Database, "prepare" | "batch">;

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
  /**
   * The only statement once more, with the projection head as a column `head` of every row: one
   * statement costs less than two. It answers nothing when it gives no rows.
   */
  readonly headed?: D1PreparedStatement;
}

const dialect = new SQLiteSyncDialect();

/** Renders composed SQL; values are always bound. */
export function prepare(db: Database, query: SQL): D1PreparedStatement {
  const { sql, params } = compactParams(dialect.sqlToQuery(query));
  return db.prepare(sql).bind(...params);
}

/** The answer to a question, and the mark that it was asked with. */
export interface Marked<M, T> {
  readonly mark: M;
  readonly value: T;
}

export async function askMarked<M, T>(
  db: Database,
  mark: Question<M>,
  question: Question<T>,
): Promise<Marked<M, T>> {
  const results = await db.batch<Row>([...mark.statements, ...question.statements]);
  const rows = results.map((result) => result.results);
  const count = mark.statements.length;
  return { mark: mark.answer(rows.slice(0, count)), value: question.answer(rows.slice(count)) };
}

/** The id of the last log in the read model; bound to tenant and ledger. No row: none. */
export const HEAD = `SELECT last_log FROM batches WHERE tenant = ?1 AND ledger = ?2
  ORDER BY after_log DESC LIMIT 1`;

function headOf(db: Database, scope: Scope): Question<number> {
  return {
    statements: [db.prepare(HEAD).bind(scope.tenant, scope.ledger)],
    answer: ([rows = []]) => (rows[0] === undefined ? -1 : numberOf(rows[0], "last_log")),
  };
}

export interface Asked<T> {
  readonly head: number;
  readonly value: T;
}

export async function ask<T>(db: Database, scope: Scope, question: Question<T>): Promise<Asked<T>> {
  const { results = [] } = (await question.headed?.all<Row>()) ?? {};
  if (results[0] !== undefined) {
    return { head: numberOf(results[0], "head"), value: question.answer([results]) };
  }
  const { mark, value } = await askMarked(db, headOf(db, scope), question);
  return { head: mark, value };
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
