/**
 * Sending logs to a ledger's object as the Worker does, and logs as somebody else would write them:
 * the hashes are worked out here once more, from the contract (§10.2).
 */
import { createHash } from "node:crypto";
import type { LedgerError } from "../../src/core/error.ts";
import type { GivenLine } from "../../src/ledger/rpc.ts";
import type { Subject } from "../support/subject.ts";

export function linesOf(text: string): readonly GivenLine[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line, index) => ({ text: line, line: index + 1 }));
}

/** Imports in chunks of a size; undefined when all went well. */
export async function importInto(
  subject: Subject,
  lines: readonly GivenLine[],
  size = 1_000,
  between: () => Promise<void> = async () => {},
): Promise<LedgerError | undefined> {
  for (let at = 0; at < lines.length; at += size) {
    const taken = await subject.stub.importLogs(lines.slice(at, at + size), "test");
    if (!taken.ok) {
      return taken.error;
    }
    await between();
  }
  await subject.stub.endImport("test");
  return undefined;
}

/** A transaction as an old export tells it: nothing but what the hash covers. */
export interface OldTransaction {
  readonly id: number;
  readonly postings: readonly (readonly [source: string, destination: string, amount: number])[];
  readonly timestamp: string;
  readonly insertedAt?: string;
  readonly updatedAt?: string;
  readonly reference?: string;
}

export function transactionJson(transaction: OldTransaction): Record<string, unknown> {
  const { id, postings, timestamp, insertedAt, updatedAt = insertedAt, reference } = transaction;
  return {
    postings: postings.map(([source, destination, amount]) => {
      return { source, destination, amount, asset: "USD/2" };
    }),
    metadata: {},
    timestamp,
    ...(reference === undefined ? {} : { reference }),
    id,
    ...(insertedAt === undefined ? {} : { insertedAt, updatedAt }),
    reverted: false,
  };
}

/** What of a transaction is hashed. */
function memento({ insertedAt: _i, updatedAt: _u, ...transaction }: OldTransaction): object {
  return transactionJson(transaction);
}

/** Writes logs one after the other, each chained to the one before. */
export class LogWriter {
  #previous: string | undefined;
  #next = 1;
  readonly lines: string[] = [];

  get text(): string {
    return this.lines.join("\n");
  }

  add(type: string, date: string, data: object, hashed = data, more: object = {}): this {
    const { id = this.#next, idempotencyKey = "" } = more as {
      id?: number;
      idempotencyKey?: string;
    };
    const prefix = this.#previous === undefined ? "" : `"${this.#previous}"\n`;
    const covered =
      `{"type":"${type}","data":${JSON.stringify(hashed)},"date":"${date}",` +
      `"idempotencyKey":"${idempotencyKey}","id":0,"hash":null}\n`;
    const hash = createHash("sha256")
      .update(prefix + covered)
      .digest("base64");
    const log = { type, data, date, idempotencyKey, idempotencyHash: "", id, hash, ...more };
    this.lines.push(JSON.stringify(log));
    this.#previous = hash;
    this.#next = id + 1;
    return this;
  }

  created(date: string, transaction: OldTransaction, more: object = {}): this {
    const data = { transaction: transactionJson(transaction), accountMetadata: {} };
    const hashed = { transaction: memento(transaction), accountMetadata: {} };
    return this.add("NEW_TRANSACTION", date, data, hashed, more);
  }

  reverted(date: string, original: OldTransaction, transaction: OldTransaction): this {
    const revertedTransaction = {
      ...transactionJson(original),
      revertedAt: date,
      updatedAt: date,
      reverted: true,
    };
    const data = { revertedTransaction, transaction: transactionJson(transaction) };
    const hashed = { revertedTransactionID: original.id, transaction: memento(transaction) };
    return this.add("REVERTED_TRANSACTION", date, data, hashed);
  }
}

export function date(day: number): string {
  return `2024-01-${String(day).padStart(2, "0")}T00:00:00Z`;
}

export function payment(id: number, more: Partial<OldTransaction> = {}): OldTransaction {
  const at = date(id);
  return { id, postings: [["world", "a", 10]], timestamp: at, insertedAt: at, ...more };
}

/** Three payments, chained. */
export function book(): LogWriter {
  const writer = new LogWriter();
  return [1, 2, 3].reduce((log, id) => log.created(date(id), payment(id)), writer);
}

export async function ids(subject: Subject): Promise<readonly number[]> {
  const lines = (await subject.exported()).split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { id: number }).id);
}
