/**
 * A ledger as small as it can be and still be right: what each command does to the book, what it is
 * answered, and the log of it all. Everything is worked out from the contract (§4–§7, §10); what
 * the real ledger says must be what this one says.
 */
import type {
  Command,
  CreateTransaction,
  DeleteMetadata,
  Request,
  RevertTransaction,
  SaveMetadata,
} from "../../src/core/command.ts";
import type { Features } from "../../src/core/features.ts";
import type { Posting } from "../../src/core/transaction.ts";
import type { BulkOptions, Committed, Outcome } from "../../src/ledger/rpc.ts";
import { BookModel, contains, movedAt, replaceList, replaceMap, without } from "./book-model.ts";
import {
  fingerprint,
  printLog,
  printTransaction,
  type LogData,
  type ModelLog,
  type ModelTransaction,
} from "./print-model.ts";
import { readInstant, writeJson, type Micros } from "./text-model.ts";

/** A refusal: thrown while deciding, a value in answers. */
class Refusal extends Error {
  readonly code: "VALIDATION" | "INSUFFICIENT_FUND" | "CONFLICT" | "NOT_FOUND" | "ALREADY_REVERT";
  constructor(code: Refusal["code"], message: string) {
    super(message);
    this.code = code;
  }
}

const FORGING = "unexpected error while forging log: ";
const REVERTS = "com.formance.spec/state/reverts";
const SKIPPED: Outcome = {
  ok: false,
  error: { code: "INTERNAL", message: "context canceled" },
};

interface UsedKey {
  readonly print: string;
  readonly committed: Committed;
}

export class LedgerModel {
  readonly book: BookModel;
  readonly logs: ModelLog[] = [];
  readonly #keys = new Map<string, UsedKey>();

  constructor(features: Features) {
    this.book = new BookModel(features);
  }

  #copy(): LedgerModel {
    const copy = new LedgerModel(this.book.features);
    copy.#become(this);
    return copy;
  }

  #become(other: LedgerModel): void {
    this.book.become(other.book);
    replaceList(this.logs, other.logs);
    replaceMap(this.#keys, other.#keys);
  }

  execute(request: Request, now: Micros): Outcome {
    return this.#executeAt(request, this.#dateAfter(now));
  }

  /** Element by element; an atomic bulk shares one date and leaves only used ids when it fails. */
  bulk(requests: readonly Request[], options: BulkOptions, now: Micros): readonly Outcome[] {
    const trial = options.atomic ? this.#copy() : this;
    const shared = this.#dateAfter(now);
    const outcomes: Outcome[] = [];
    for (const request of requests) {
      const isOver = outcomes.some(({ ok }) => !ok) && !options.continueOnFailure;
      const date = options.atomic ? shared : this.#dateAfter(now);
      outcomes.push(isOver ? SKIPPED : trial.#executeAt(request, date));
    }
    if (trial !== this && outcomes.every(({ ok }) => ok)) {
      this.#become(trial);
    }
    this.book.useIdsOf(trial.book);
    return outcomes;
  }

  /** The dates of a ledger rise strictly (contract §2.6, DESIGN §2). */
  #dateAfter(now: Micros): Micros {
    const last = this.logs.at(-1)?.date;
    return last === undefined || now > last ? now : last + 1n;
  }

  #executeAt(request: Request, date: Micros): Outcome {
    try {
      return { ok: true, value: this.#decide(request, date) };
    } catch (error) {
      if (error instanceof Refusal) {
        return { ok: false, error: { code: error.code, message: error.message } };
      }
      throw error;
    }
  }

  #decide(request: Request, date: Micros): Committed {
    const { command, idempotencyKey, dryRun } = request;
    const print = fingerprint(command);
    const used = this.#keys.get(idempotencyKey);
    if (used !== undefined && used.print !== print) {
      throw new Refusal(
        "VALIDATION",
        `invalid idempotency hash when using idempotency key '${idempotencyKey}', ` +
          `has computed '${print}' but '${used.print}' is stored`,
      );
    }
    if (used !== undefined) {
      return { ...used.committed, idempotencyHit: true };
    }
    const trial = dryRun ? this.#copy() : this;
    try {
      return trial.#seal(request, print, date, trial.#perform(command, date));
    } finally {
      // What a dry run and some refusals used up stays used (contract §2.7).
      this.book.useIdsOf(trial.book);
    }
  }

  #seal(request: Request, print: string, date: Micros, data: LogData): Committed {
    const { idempotencyKey, dryRun } = request;
    const id = this.book.nextLog++;
    const head = { id, date, idempotencyKey, idempotencyHash: print, data };
    const previous = this.logs.at(-1)?.hash ?? undefined;
    this.logs.push(printLog(head, previous, this.book.features.HASH_LOGS === "SYNC"));
    const committed = {
      logId: dryRun ? 0 : id,
      idempotencyHit: false,
      transaction:
        "transaction" in data ? writeJson(printTransaction(data.transaction)) : undefined,
    };
    if (idempotencyKey !== "") {
      this.#keys.set(idempotencyKey, { print, committed });
    }
    return committed;
  }

  #perform(command: Command, date: Micros): LogData {
    switch (command.kind) {
      case "create-transaction":
        return this.#create(command, date);
      case "revert-transaction":
        return this.#revert(command, date);
      case "save-metadata":
        return this.#saveMetadata(command, date);
      case "delete-metadata":
        return this.#deleteMetadata(command, date);
      case "insert-schema":
        throw new Error("the model knows no schemas");
    }
  }

  #create(command: CreateTransaction, date: Micros): LogData {
    const { postings = [], reference, metadata = {}, accountMetadata = {} } = command;
    if (!command.force) {
      this.#checkFunds(postings);
    }
    const others = [...this.book.transactions.values()];
    if (reference !== undefined && others.some((other) => other.reference === reference)) {
      this.book.nextTransaction++;
      const problem = `failed to insert transaction: duplicate reference "${reference}"`;
      throw new Refusal("CONFLICT", FORGING + problem);
    }
    const timestamp = command.timestamp === undefined ? date : readInstant(command.timestamp);
    const transaction = this.book.enter({ postings, metadata, timestamp, reference }, date);
    const given = new Map(Object.entries(accountMetadata));
    const addresses = postings.flatMap(({ source, destination }) => [source, destination]);
    for (const address of new Set([...addresses, ...given.keys()])) {
      this.book.touchAccount(address, given.get(address) ?? {}, timestamp, date);
    }
    return { type: "NEW_TRANSACTION", transaction, accountMetadata };
  }

  /** Posting by posting: what is there, with what earlier postings brought (contract §4.2). */
  #checkFunds(postings: readonly Posting[]): void {
    for (const [index, { source, asset, amount }] of postings.entries()) {
      const earlier = postings.slice(0, index);
      const balance = this.#balanceAfter(earlier, source, asset);
      if (source !== "world" && amount > (balance < 0n ? 0n : balance)) {
        throw new Refusal(
          "INSUFFICIENT_FUND",
          `${FORGING}failed to execute program: failed to execute machine: ` +
            `account(s) @${source} had/have insufficient funds`,
        );
      }
    }
  }

  #balanceAfter(postings: readonly Posting[], account: string, asset: string): bigint {
    return (
      this.book.balance(account, asset) +
      movedAt(postings, "destination", account, asset) -
      movedAt(postings, "source", account, asset)
    );
  }

  /** Contract §6. */
  #revert(command: RevertTransaction, date: Micros): LogData {
    const original = this.#existing(command.id);
    if (original.revertedAt !== undefined) {
      throw new Refusal("ALREADY_REVERT", `${FORGING}already reverted, id: ${command.id}`);
    }
    const postings = original.postings.toReversed().map(({ source, destination, ...rest }) => {
      return { source: destination, destination: source, ...rest };
    });
    for (const { source, asset } of command.force ? [] : postings) {
      if (source !== "world" && this.#balanceAfter(postings, source, asset) < 0n) {
        const problem = `insufficient fund for ${source}/${asset}`;
        throw new Refusal("INSUFFICIENT_FUND", FORGING + problem);
      }
    }
    const reverted = this.book.revert(original, date);
    const timestamp = command.atEffectiveDate ? original.timestamp : date;
    const metadata = { ...command.metadata, [REVERTS]: String(command.id) };
    const draft = { postings, metadata, timestamp, reference: undefined };
    const transaction = this.book.enter(draft, date);
    return { type: "REVERTED_TRANSACTION", original: reverted, transaction };
  }

  #saveMetadata({ target, metadata }: SaveMetadata, date: Micros): LogData {
    const given = metadata ?? {};
    if (target.type === "ACCOUNT") {
      // Metadata is no use of an account: the date of its first stays.
      const firstUsage = this.book.accounts.get(target.address)?.firstUsage ?? date;
      this.book.touchAccount(target.address, given, firstUsage, date);
    } else {
      const transaction = this.#existing(target.id);
      if (!contains(transaction.metadata, given)) {
        const merged = { ...transaction.metadata, ...given };
        this.book.setTransactionMetadata(target.id, merged, date);
      }
    }
    return { type: "SET_METADATA", target, metadata };
  }

  #deleteMetadata({ target, key }: DeleteMetadata, date: Micros): LogData {
    if (target.type === "ACCOUNT") {
      this.book.deleteAccountKey(target.address, key);
    } else {
      const transaction = this.#existing(target.id);
      if (!Object.hasOwn(transaction.metadata, key)) {
        throw new Refusal("NOT_FOUND", `${FORGING}not found`);
      }
      this.book.setTransactionMetadata(target.id, without(transaction.metadata, key), date);
    }
    return { type: "DELETE_METADATA", target, key };
  }

  #existing(id: number): ModelTransaction {
    const transaction = this.book.transactions.get(id);
    if (transaction === undefined) {
      throw new Refusal("NOT_FOUND", `${FORGING}not found`);
    }
    return transaction;
  }
}
