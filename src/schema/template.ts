/**
 * Transaction templates: scripts kept in the schema (contract §12.4).
 */
import type { Schema } from "./schema.ts";

export interface TransactionTemplate {
  readonly script: string;
  /** "" when the template names none. */
  readonly runtime: string;
}

export function hasTemplates(_schema: Schema): boolean {
  return false;
}

export function templateOf(_schema: Schema, _id: string): TransactionTemplate | undefined {
  return undefined;
}
