/**
 * Plays a story twice, on the real ledger and on the model, and compares everything that can be
 * read of both after each step.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, vi } from "vitest";
import type { Command, Request } from "../../src/core/command.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { Outcome } from "../../src/ledger/rpc.ts";
import type { Subject } from "../support/subject.ts";
import type { LedgerModel } from "./ledger-model.ts";
import { accountRecord, batchesAsCut, exportOf, rowsOf, transactionRecord } from "./rows-model.ts";
import { ADDRESSES, type Step, type Target, type When, type Write } from "./steps.ts";
import { fixedInstant, type Micros } from "./text-model.ts";

/** Shortly before the end of a day, of a month and of February in a leap year. */
const START = Date.parse("2032-02-29T23:59:59.998Z");

const STRANGERS = ["nobody", "not an address!"];

export class Play {
  readonly #subject: Subject;
  readonly #model: LedgerModel;
  readonly #past: Request[] = [];
  #clock = START;
  /** Up to which log the export was compared. */
  #exported = -1;

  constructor(subject: Subject, model: LedgerModel) {
    this.#subject = subject;
    this.#model = model;
  }

  async run(steps: readonly Step[], isWatched: boolean): Promise<void> {
    for (const step of steps) {
      vi.setSystemTime(this.#clock);
      await this.#play(step);
      await this.#compareObject();
      if (isWatched || step.kind === "project" || step.kind === "rebuild") {
        await this.#compareReadModel();
      }
    }
    this.#exported = -1;
    await this.#compareObject();
    await this.#compareReadModel();
  }

  get #now(): Micros {
    return BigInt(this.#clock) * 1000n;
  }

  // --- steps ---

  async #play(step: Step): Promise<void> {
    switch (step.kind) {
      case "write": {
        const { key: idempotencyKey, dryRun } = step;
        return this.#execute({ ...this.#request(step.write), idempotencyKey, dryRun });
      }
      case "again": {
        const past = this.#past[step.pick % Math.max(1, this.#past.length)];
        return past === undefined ? undefined : this.#execute(past);
      }
      case "together":
        return this.#executeTogether(step.writes);
      case "rush":
        return this.#executeInAnyOrder(step.writes);
      case "bulk": {
        const { atomic, continueOnFailure } = step;
        const requests = step.writes.map((write) => this.#request(write));
        const options = { atomic, continueOnFailure };
        const outcomes = await this.#subject.stub.bulk(requests, options);
        const expected = this.#model.bulk(requests, options, this.#now);
        return expect(outcomes).toEqual({ ok: true, value: expected });
      }
      case "clock":
        this.#clock += step.millis;
        return undefined;
      case "evict":
        return this.#subject.evict();
      case "alarm":
        await runDurableObjectAlarm(this.#subject.stub);
        return undefined;
      case "project":
        return undefined;
      case "rebuild": {
        const rebuilt = await this.#subject.stub.rebuild();
        return expect(rebuilt).toMatchObject({ ok: true });
      }
    }
  }

  async #execute(request: Request): Promise<void> {
    this.#past.push(request);
    const outcome = await this.#subject.stub.execute(request);
    expect(outcome).toEqual(this.#model.execute(request, this.#now));
  }

  async #executeTogether(writes: readonly Write[]): Promise<void> {
    const { stub } = this.#subject;
    const requests = writes.map((write) => this.#request(write));
    const outcomes = await Promise.all(requests.map((request) => stub.execute(request)));
    expect(outcomes).toEqual(requests.map((request) => this.#model.execute(request, this.#now)));
  }

  async #executeInAnyOrder(writes: readonly Write[]): Promise<void> {
    const { stub } = this.#subject;
    const requests = writes.map((write) => this.#request(write));
    const outcomes = await Promise.all(
      requests.map(async (request) => ({ request, outcome: await stub.execute(request) })),
    );
    const inOrder = outcomes.toSorted((a, b) => logIdOf(a.outcome) - logIdOf(b.outcome));
    for (const { request, outcome } of inOrder) {
      expect(outcome).toEqual(this.#model.execute(request, this.#now));
    }
  }

  #request(write: Write): Request {
    const command = this.#commandOf(write);
    return { command, idempotencyKey: "", dryRun: false, schemaVersion: "" };
  }

  #commandOf(write: Write): Command {
    switch (write.kind) {
      case "create": {
        const { kind: _kind, when, ...rest } = write;
        return {
          ...rest,
          kind: "create-transaction",
          timestamp: this.#timestampOf(when),
          script: undefined,
          template: undefined,
          variables: {},
          runtime: "",
        };
      }
      case "revert": {
        const { kind: _kind, pick, ...rest } = write;
        return { ...rest, kind: "revert-transaction", id: this.#transactionAt(pick) };
      }
      case "save":
        return {
          kind: "save-metadata",
          target: this.#targetOf(write.target),
          metadata: write.metadata,
        };
      case "delete":
        return {
          kind: "delete-metadata",
          target: this.#targetOf(write.target),
          key: write.key,
        };
    }
  }

  #targetOf(target: Target): Extract<Command, { kind: "save-metadata" }>["target"] {
    return target.kind === "account"
      ? { type: "ACCOUNT", address: target.address }
      : { type: "TRANSACTION", id: this.#transactionAt(target.pick) };
  }

  #timestampOf(when: When): Timestamp | undefined {
    if (when.kind === "undated") {
      return undefined;
    }
    const { transactions } = this.#model.book;
    const date =
      when.kind === "from-now"
        ? this.#now + when.micros
        : (transactions.get(this.#transactionAt(when.pick))?.[when.date] ?? this.#now);
    return fixedInstant(date) as Timestamp;
  }

  /** Mostly one that exists; else 0 or one that does not exist yet. */
  #transactionAt(pick: number): number {
    const { transactions, nextTransaction } = this.#model.book;
    const ids = [...transactions.keys(), 0, nextTransaction];
    return ids[pick % ids.length] ?? 0;
  }

  // --- comparisons ---

  async #compareObject(): Promise<void> {
    const { stub } = this.#subject;
    const { book, logs } = this.#model;
    expect(await stub.stats()).toEqual({
      ok: true,
      value: { transactions: book.transactions.size, accounts: book.accounts.size },
    });
    const isExpanded = book.features.MOVES_HISTORY === "ON";
    const expand = isExpanded ? (["volumes"] as const) : [];
    const addresses = [...ADDRESSES, ...STRANGERS];
    expect(await Promise.all(addresses.map((address) => stub.account(address, expand)))).toEqual(
      addresses.map((address) => found(accountRecord(this.#model, address, isExpanded))),
    );
    const ids = Array.from({ length: book.nextTransaction + 1 }, (_, id) => id);
    expect(await Promise.all(ids.map((id) => stub.transaction(id)))).toEqual(
      ids.map((id) => found(transactionRecord(this.#model, id))),
    );
    const from = this.#exported + 1;
    expect(await this.#subject.exported(from)).toEqual(exportOf(this.#model, from));
    this.#exported = logs.at(-1)?.id ?? -1;
  }

  async #compareReadModel(): Promise<void> {
    const head = await this.#subject.project();
    expect(head).toBe(this.#model.logs.at(-1)?.id ?? -1);
    const { batches = [], ...tables } = await this.#subject.tables();
    expect(tables).toEqual(rowsOf(this.#model));
    const cuts = batches.map((row) => Number(row["last_log"]));
    expect(batches).toEqual(batchesAsCut(this.#model, cuts));
    expect(cuts.at(-1) ?? -1).toBe(head);
  }
}

function logIdOf(outcome: Outcome): number {
  return outcome.ok ? outcome.value.logId : -1;
}

function found<T>(record: T | undefined): object {
  return record === undefined
    ? { ok: false, error: { code: "NOT_FOUND", message: "not found" } }
    : { ok: true, value: record };
}
