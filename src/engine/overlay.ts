/**
 * A view with logs on top that are decided but not committed: a flush stages its commands here, an
 * atomic bulk stages on top of the flush, a dry run on top of nothing that lasts. What is asked and
 * not changed is asked of the view below.
 */
import type { Features } from "../core/features.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Volumes } from "../core/transaction.ts";
import type { Contract } from "../schema/contracts.ts";
import type { Schema } from "../schema/schema.ts";
import type { LogFacts, TransactionFact } from "./facts.ts";
import type {
  AccountState,
  LedgerView,
  PairState,
  RecentMove,
  TransactionState,
  UsedKey,
} from "./view.ts";

/** One key for a pair: neither addresses in postings nor assets contain spaces. */
export function pairKey(account: string, asset: string): string {
  return `${account} ${asset}`;
}

export class Overlay implements LedgerView {
  readonly features: Features;
  readonly #below: LedgerView;
  readonly #compile: (version: string, schema: string) => Schema;
  readonly logs: LogFacts[] = [];
  readonly pairs = new Map<string, PairState>();
  readonly accounts = new Map<string, AccountState>();
  readonly transactions = new Map<number, TransactionState>();
  readonly references = new Map<string, number>();
  readonly keys = new Map<string, UsedKey>();
  readonly schemas = new Map<string, Schema>();
  #latestSchema: string | undefined;

  constructor(below: LedgerView, compile: (version: string, schema: string) => Schema) {
    this.features = below.features;
    this.#below = below;
    this.#compile = compile;
  }

  pair(account: string, asset: string): PairState | undefined {
    return this.pairs.get(pairKey(account, asset)) ?? this.#below.pair(account, asset);
  }

  assets(account: string): Iterable<string> {
    const assets = new Set(this.#below.assets(account));
    for (const pair of this.pairs.values()) {
      if (pair.account === account) {
        assets.add(pair.asset);
      }
    }
    return assets;
  }

  account(address: string): AccountState | undefined {
    return this.accounts.get(address) ?? this.#below.account(address);
  }

  transaction(id: number): TransactionState | undefined {
    return this.transactions.get(id) ?? this.#below.transaction(id);
  }

  isReferenceUsed(reference: string): boolean {
    return this.references.has(reference) || this.#below.isReferenceUsed(reference);
  }

  usedKey(key: string): UsedKey | undefined {
    return this.keys.get(key) ?? this.#below.usedKey(key);
  }

  schema(version: string): Schema | undefined {
    return this.schemas.get(version) ?? this.#below.schema(version);
  }

  latestSchema(): string | undefined {
    return this.#latestSchema ?? this.#below.latestSchema();
  }

  contracts(): readonly Contract[] {
    return this.#below.contracts();
  }

  aheadMoves(
    account: string,
    asset: string,
    after: Timestamp | undefined,
    until: Timestamp | undefined,
  ): readonly Volumes[] {
    const staged = this.logs.flatMap(aheadIn).filter((move) => {
      const isOurs = move.account === account && move.asset === asset;
      const isInTime = move.date > (after ?? "") && (until === undefined || move.date <= until);
      return isOurs && isInTime;
    });
    return [...this.#below.aheadMoves(account, asset, after, until), ...staged];
  }

  recentMoves(account: string, asset: string, afterLog: number): readonly RecentMove[] | undefined {
    const below = this.#below.recentMoves(account, asset, afterLog);
    const staged = this.logs.flatMap((log) => movesOf(log, account, asset));
    return below === undefined ? undefined : [...below, ...staged];
  }

  apply(facts: LogFacts): void {
    this.logs.push(facts);
    for (const pair of facts.pairs) {
      this.pairs.set(pairKey(pair.account, pair.asset), pair);
    }
    for (const account of facts.accounts) {
      this.accounts.set(account.address, account);
    }
    if (facts.amendment !== undefined) {
      const { id, metadata, updatedAt, revertedAt } = facts.amendment;
      const before = this.transaction(id);
      if (before !== undefined) {
        this.transactions.set(id, { ...before, metadata, updatedAt, revertedAt });
      }
    }
    if (facts.transaction !== undefined) {
      this.#addTransaction(facts.transaction);
    }
    if (facts.idempotencyKey !== "") {
      const { id, idempotencyHash, line } = facts;
      this.keys.set(facts.idempotencyKey, { logId: id, hash: idempotencyHash, line });
    }
    if (facts.schema !== undefined) {
      const { version, schema } = facts.schema;
      this.schemas.set(version, this.#compile(version, schema));
      this.#latestSchema = version;
    }
  }

  /** Takes over what was decided on top of this overlay. */
  absorb(upper: Overlay): void {
    for (const facts of upper.logs) {
      this.apply(facts);
    }
  }

  #addTransaction(fact: TransactionFact): void {
    this.transactions.set(fact.id, stateOf(fact));
    if (fact.reference !== undefined) {
      this.references.set(fact.reference, fact.id);
    }
  }
}

function stateOf(fact: TransactionFact): TransactionState {
  const volumes = new Map<string, Map<string, Volumes>>();
  for (const { account, asset, after } of fact.moves) {
    const assets = volumes.get(account) ?? new Map<string, Volumes>();
    assets.set(asset, after);
    volumes.set(account, assets);
  }
  return {
    id: fact.id,
    postings: fact.postings,
    timestamp: fact.timestamp,
    insertedAt: fact.insertedAt,
    reference: fact.reference,
    template: fact.template,
    postCommitVolumes: volumes,
    metadata: fact.metadata,
    updatedAt: fact.insertedAt,
    revertedAt: undefined,
  };
}

/** A move that was dated after its own log. */
interface AheadMove extends Volumes {
  readonly account: string;
  readonly asset: string;
  readonly date: Timestamp;
}

export function aheadIn({ transaction }: LogFacts): readonly AheadMove[] {
  if (transaction === undefined || transaction.timestamp <= transaction.insertedAt) {
    return [];
  }
  return transaction.moves.flatMap(({ account, asset, stray }) => {
    return stray === undefined ? [] : [{ account, asset, date: transaction.timestamp, ...stray }];
  });
}

/** What one log moved in a pair. */
export function movesOf(log: LogFacts, account: string, asset: string): readonly RecentMove[] {
  if (log.transaction === undefined) {
    return [];
  }
  const { timestamp, postings } = log.transaction;
  const moves: RecentMove[] = [];
  for (const posting of postings) {
    if (posting.asset === asset && posting.source === account) {
      moves.push({ effective: timestamp, input: 0n, output: posting.amount });
    }
    if (posting.asset === asset && posting.destination === account) {
      moves.push({ effective: timestamp, input: posting.amount, output: 0n });
    }
  }
  return moves;
}
