/**
 * Random histories, projected into D1 as the objects do it: transactions with dates of all kinds,
 * among them equal ones and those of an import that fall, later changes to them, accounts and other
 * logs.
 */
import fc from "fast-check";
import { must } from "../../src/core/assert.ts";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { compareText } from "../../src/core/json.ts";
import { atMicros, type Timestamp } from "../../src/core/timestamp.ts";
import { readHead, statements } from "../../src/read-model/apply.ts";
import { project, type ProjectedLog } from "../../src/read-model/project.ts";

/** Times are small numbers, so that they meet. */
export interface Step {
  readonly kind: "transaction" | "amendment" | "account";
  /** How far the clock moves before it; below zero only in imports. */
  readonly gap: number;
  /** The effective date; undefined: as inserted. */
  readonly timestamp: number | undefined;
  /** Which of the transactions so far an amendment is about. */
  readonly target: number;
  readonly reverts: boolean;
  /** Leaves an id to the next transaction, as only imports do. */
  readonly skips: boolean;
}

export function steps(maxLength: number, leastGap: number): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({
    kind: fc.constantFrom("transaction", "transaction", "transaction", "amendment", "account"),
    gap: fc.integer({ min: leastGap, max: 2 }),
    timestamp: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    target: fc.nat(100),
    reverts: fc.boolean(),
    skips: leastGap < 0 ? fc.boolean() : fc.constant(false),
  }) as fc.Arbitrary<Step>;
  return fc.array(step, { maxLength });
}

export interface TransactionDates {
  readonly id: number;
  readonly timestamp: Timestamp;
  readonly inserted_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly reverted_at: Timestamp | undefined;
}

export interface LogDates {
  readonly id: number;
  readonly date: Timestamp;
  readonly type: string;
}

export interface AccountDates {
  readonly address: string;
  readonly first_usage: Timestamp;
  readonly insertion_date: Timestamp;
  readonly updated_at: Timestamp;
}

function at(second: number): Timestamp {
  return must(atMicros(1_700_000_000_000_000n + BigInt(second) * 1_000_000n), "a real date");
}

/** A ledger as its history makes it, in memory and in D1. */
export class History {
  readonly accounts = new Map<string, AccountDates>();
  readonly logs: LogDates[] = [];
  readonly #transactions = new Map<number, TransactionDates>();
  readonly #db: D1Database;
  readonly #scope: { readonly tenant: string; readonly ledger: number };
  #clock = 20;
  /** An id that was left to the next transaction. */
  #left: number | undefined;

  constructor(db: D1Database, scope: { readonly tenant: string; readonly ledger: number }) {
    this.#db = db;
    this.#scope = scope;
  }

  get transactions(): readonly TransactionDates[] {
    return [...this.#transactions.values()];
  }

  /** Adds steps as one batch of the projection. */
  async project(batch: readonly Step[]): Promise<void> {
    const logs = batch.map((step) => this.#log(step));
    if (logs.length > 0) {
      const head = await readHead(this.#db, this.#scope);
      const projected = project(DEFAULT_FEATURES, head, logs);
      const scope = { ...this.#scope, features: DEFAULT_FEATURES };
      await this.#db.batch(statements(this.#db, scope, projected, []));
    }
  }

  #log(step: Step): ProjectedLog {
    this.#clock = Math.max(0, this.#clock + step.gap);
    const date = at(this.#clock);
    const id = this.logs.length + 1;
    const target = this.transactions[step.target % Math.max(1, this.transactions.length)];
    const log = this.#logOf(step, id, date, target);
    this.logs.push({ id, date, type: log.type });
    return log;
  }

  #logOf(
    step: Step,
    id: number,
    date: Timestamp,
    target: TransactionDates | undefined,
  ): ProjectedLog {
    const bare: ProjectedLog = {
      id,
      type: "SET_METADATA",
      date,
      line: `{"id":${id}}`,
      completed: undefined,
      transaction: undefined,
      pairs: [],
      accounts: [],
      amendment: undefined,
      schema: undefined,
    };
    if (step.kind === "account") {
      return { ...bare, accounts: [this.#account(step, date)] };
    }
    return step.kind === "amendment" && target !== undefined
      ? { ...bare, amendment: this.#amend(target, step, date) }
      : { ...bare, type: "NEW_TRANSACTION", transaction: this.#transaction(step, date) };
  }

  #transaction(step: Step, date: Timestamp): NonNullable<ProjectedLog["transaction"]> {
    const timestamp = step.timestamp === undefined ? date : at(step.timestamp);
    const next = Math.max(0, ...this.#transactions.keys()) + 1;
    const id = this.#left ?? (step.skips ? next + 1 : next);
    this.#left = this.#left === undefined && step.skips ? next : undefined;
    this.#transactions.set(id, {
      id,
      timestamp,
      inserted_at: date,
      updated_at: date,
      reverted_at: undefined,
    });
    return {
      id,
      postings: [],
      metadata: {},
      timestamp,
      insertedAt: date,
      reference: undefined,
      template: undefined,
      moves: [],
    };
  }

  #amend(
    target: TransactionDates,
    { reverts }: Step,
    date: Timestamp,
  ): NonNullable<ProjectedLog["amendment"]> {
    const reverted_at = target.reverted_at ?? (reverts ? date : undefined);
    this.#transactions.set(target.id, { ...target, updated_at: date, reverted_at });
    const { id } = target;
    return { id, metadata: {}, updatedAt: date, revertedAt: reverted_at, isRevision: false };
  }

  #account(step: Step, date: Timestamp): ProjectedLog["accounts"][number] {
    const address = `a:${String(step.target).padStart(3, "0")}`;
    const first_usage = step.timestamp === undefined ? date : at(step.timestamp);
    const account = this.accounts.get(address) ?? {
      address,
      first_usage,
      insertion_date: date,
      updated_at: date,
    };
    const changed = { ...account, updated_at: date };
    this.accounts.set(address, changed);
    return {
      address,
      metadata: {},
      firstUsage: changed.first_usage,
      insertionDate: changed.insertion_date,
      updatedAt: date,
      revision: undefined,
    };
  }
}

type Key = string | number;

/** Rows in the order of a list: by a date or key, then by a tie-breaker; none comes last. */
export function inOrder<Row>(
  rows: readonly Row[],
  order: "asc" | "desc",
  value: (row: Row) => Key | undefined,
  tie: (row: Row) => Key,
): readonly Row[] {
  const sign = order === "asc" ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === undefined || right === undefined) {
      if (left !== right) {
        return left === undefined ? 1 : -1;
      }
    } else if (left !== right) {
      return compareKeys(left, right) * sign;
    }
    return compareKeys(tie(a), tie(b)) * sign;
  });
}

function compareKeys(a: Key, b: Key): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareText(String(a), String(b));
}
