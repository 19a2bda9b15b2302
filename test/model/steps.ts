/**
 * The steps of a story, as plain data that fast-check makes and shrinks: commands of every kind and
 * what happens around them. A step names things by number (the third transaction, the second
 * request); which they are is settled when it is played.
 */
import fc from "fast-check";
import { DEFAULT_FEATURES, type Features } from "../../src/core/features.ts";
import type { Metadata, Posting } from "../../src/core/transaction.ts";

/** When a transaction is dated: not at all, so far from the clock, or as another one. */
export type When =
  | { readonly kind: "undated" }
  | { readonly kind: "from-now"; readonly micros: bigint }
  | { readonly kind: "as"; readonly pick: number; readonly date: "timestamp" | "insertedAt" };

export type Write =
  | {
      readonly kind: "create";
      readonly postings: readonly Posting[];
      readonly when: When;
      readonly reference: string | undefined;
      readonly metadata: Metadata | undefined;
      readonly accountMetadata: Readonly<Record<string, Metadata>> | undefined;
      readonly force: boolean;
    }
  | {
      readonly kind: "revert";
      readonly pick: number;
      readonly force: boolean;
      readonly atEffectiveDate: boolean;
      readonly metadata: Metadata | undefined;
    }
  | { readonly kind: "save"; readonly target: Target; readonly metadata: Metadata | undefined }
  | { readonly kind: "delete"; readonly target: Target; readonly key: string };

export type Target =
  | { readonly kind: "account"; readonly address: string }
  | { readonly kind: "transaction"; readonly pick: number };

export type Step =
  | {
      readonly kind: "write";
      readonly write: Write;
      readonly key: string;
      readonly dryRun: boolean;
    }
  /** An earlier request once more. */
  | { readonly kind: "again"; readonly pick: number }
  /** Several requests that reach the object at once; none is dated back, so their order holds. */
  | { readonly kind: "together"; readonly writes: readonly Write[] }
  /** Transactions of any date at once; the order of their logs tells in which order they were. */
  | { readonly kind: "rush"; readonly writes: readonly Write[] }
  | {
      readonly kind: "bulk";
      readonly writes: readonly Write[];
      readonly atomic: boolean;
      readonly continueOnFailure: boolean;
    }
  /** The clock moves, also backwards. */
  | { readonly kind: "clock"; readonly millis: number }
  | { readonly kind: "evict" }
  | { readonly kind: "alarm" }
  | { readonly kind: "project" }
  | { readonly kind: "rebuild" };

export interface Story {
  readonly features: Features;
  /** Whether the read model is compared after every step, or only where a step asks for it. */
  readonly isWatched: boolean;
  readonly steps: readonly Step[];
}

export const ADDRESSES = ["world", "a", "b", "a:b", "bank-1:main", "10", "9", "__proto__"] as const;
const ASSETS = ["USD/2", "EUR", "COIN_X/6"] as const;
const KEYS = ["", "k", "10", "9", "__proto__", "constructor", 'é "<&>\u2028', "a/b c"] as const;
const VALUES = ["", "v", "w", "\\\n\t\u0001", "<b>\u2029&amp;", "😀 ünï"] as const;

/** What has no prototype does not cross RPC. */
function object<T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(shape, { noNullPrototype: true });
}

function record<T>(
  keys: readonly string[],
  value: fc.Arbitrary<T>,
): fc.Arbitrary<Record<string, T>> {
  return fc
    .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries));
}

const metadata: fc.Arbitrary<Metadata> = record(KEYS, fc.constantFrom(...VALUES));

function optional<T>(arbitrary: fc.Arbitrary<T>, freq = 3): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq });
}

const amount = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(0n, 30n) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 53n + 1n, 10n ** 30n) },
);

const posting: fc.Arbitrary<Posting> = object({
  source: fc.oneof(
    { weight: 2, arbitrary: fc.constant("world") },
    { weight: 3, arbitrary: fc.constantFrom(...ADDRESSES) },
  ),
  destination: fc.constantFrom(...ADDRESSES),
  amount,
  asset: fc.oneof(
    { weight: 4, arbitrary: fc.constant(ASSETS[0]) },
    { weight: 1, arbitrary: fc.constantFrom(...ASSETS) },
  ),
});

const HOUR = 3_600_000_000n;
const pick = fc.nat(30);

const aheadOrUndated: fc.Arbitrary<When> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "undated" } as const) },
  {
    weight: 1,
    arbitrary: object({
      kind: fc.constant("from-now" as const),
      micros: fc.constantFrom(HOUR, 24n * HOUR, 24n * HOUR + 1n, 40n * 24n * HOUR),
    }),
  },
);

const anyDate: fc.Arbitrary<When> = fc.oneof(
  { weight: 2, arbitrary: aheadOrUndated },
  {
    weight: 2,
    arbitrary: object({
      kind: fc.constant("from-now" as const),
      micros: fc.oneof(
        fc.constantFrom(0n, 1n, -1n, -HOUR, -24n * HOUR, -40n * 24n * HOUR, -4_000n * 24n * HOUR),
        fc.bigInt(-50n * 24n * HOUR, 2n * HOUR),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: object({
      kind: fc.constant("as" as const),
      pick,
      date: fc.constantFrom("timestamp" as const, "insertedAt" as const),
    }),
  },
);

function creation(when: fc.Arbitrary<When>): fc.Arbitrary<Write> {
  return object({
    kind: fc.constant("create" as const),
    postings: fc.array(posting, { minLength: 1, maxLength: 3 }),
    when,
    reference: optional(fc.constantFrom("r1", "r2", '"é<>"'), 4),
    metadata: optional(metadata),
    accountMetadata: optional(record([...ADDRESSES, "not an address!"], metadata), 4),
    force: fc.constantFrom(false, false, false, true),
  });
}

const target: fc.Arbitrary<Target> = fc.oneof(
  object({ kind: fc.constant("account" as const), address: fc.constantFrom(...ADDRESSES) }),
  object({ kind: fc.constant("transaction" as const), pick }),
);

function write(when: fc.Arbitrary<When>): fc.Arbitrary<Write> {
  return fc.oneof(
    { weight: 6, arbitrary: creation(when) },
    {
      weight: 2,
      arbitrary: object({
        kind: fc.constant("revert" as const),
        pick,
        force: fc.constantFrom(false, false, true),
        atEffectiveDate: fc.constant(false),
        metadata: optional(metadata),
      }),
    },
    {
      weight: 2,
      arbitrary: object({
        kind: fc.constant("save" as const),
        target,
        metadata: optional(metadata, 6),
      }),
    },
    {
      weight: 1,
      arbitrary: object({
        kind: fc.constant("delete" as const),
        target,
        key: fc.constantFrom(...KEYS),
      }),
    },
  );
}

/** As `write`, with reverts at the date of their original too, which may be long ago. */
const anyWrite: fc.Arbitrary<Write> = fc
  .tuple(write(anyDate), fc.boolean())
  .map(([chosen, atEffectiveDate]) => {
    return chosen.kind === "revert" ? { ...chosen, atEffectiveDate } : chosen;
  });

/** From world to someone: never refused. */
const income: fc.Arbitrary<Write> = fc
  .tuple(anyDate, fc.array(posting, { minLength: 1, maxLength: 2 }))
  .map(([when, postings]) => ({
    kind: "create",
    postings: postings.map((one) => ({ ...one, source: "world" })),
    when,
    reference: undefined,
    metadata: undefined,
    accountMetadata: undefined,
    force: false,
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 16,
    arbitrary: object({
      kind: fc.constant("write" as const),
      write: anyWrite,
      key: fc.constantFrom("", "", "", "", "k1", "k2", 'k"3'),
      dryRun: fc.constantFrom(false, false, false, false, true),
    }),
  },
  { weight: 2, arbitrary: object({ kind: fc.constant("again" as const), pick }) },
  {
    weight: 2,
    arbitrary: object({
      kind: fc.constant("together" as const),
      writes: fc.array(write(aheadOrUndated), { minLength: 2, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: object({
      kind: fc.constant("rush" as const),
      writes: fc.array(income, { minLength: 2, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: object({
      kind: fc.constant("bulk" as const),
      writes: fc.array(anyWrite, { minLength: 1, maxLength: 5 }),
      atomic: fc.boolean(),
      continueOnFailure: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: object({
      kind: fc.constant("clock" as const),
      millis: fc.constantFrom(1, 3_600_000, 86_400_000, 41 * 86_400_000, -1, -3_600_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "evict" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "alarm" } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "project" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "rebuild" } as const) },
);

const features: fc.Arbitrary<Features> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(DEFAULT_FEATURES) },
  {
    weight: 1,
    arbitrary: object<Features>({
      ACCOUNT_METADATA_HISTORY: fc.constantFrom("SYNC", "DISABLED"),
      HASH_LOGS: fc.constantFrom("SYNC", "ASYNC", "DISABLED"),
      MOVES_HISTORY: fc.constantFrom("ON", "OFF"),
      MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: fc.constantFrom("SYNC", "DISABLED"),
      TRANSACTION_METADATA_HISTORY: fc.constantFrom("SYNC", "DISABLED"),
    }),
  },
);

export const story: fc.Arbitrary<Story> = object({
  features,
  isWatched: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
});
