/**
 * Random scripts that both dialects can read, as trees that tests can ask about, and random books
 * to run them on.
 */
import fc from "fast-check";

export const ACCOUNTS = ["a", "b", "c", "d:1"] as const;
export const ASSET = "COIN";

export interface AccountSource {
  readonly kind: "account";
  readonly account: string;
  /** undefined: without bound. */
  readonly overdraft: bigint | undefined;
}

export type Source =
  | AccountSource
  | { readonly kind: "capped"; readonly cap: bigint; readonly from: Source }
  | { readonly kind: "list"; readonly sources: readonly Source[] };

export type WholeSource =
  | Source
  | { readonly kind: "allotment"; readonly shares: readonly (readonly [string, Source])[] };

export type Destination =
  | { readonly kind: "account"; readonly account: string }
  | {
      readonly kind: "ordered";
      readonly clauses: readonly (readonly [cap: bigint, to: Target])[];
      readonly remaining: Target;
    }
  | { readonly kind: "allotment"; readonly shares: readonly (readonly [string, Target])[] };

/** undefined: kept. */
export type Target = Destination | undefined;

export interface Send {
  /** undefined: all there is. */
  readonly amount: bigint | undefined;
  readonly source: WholeSource;
  readonly destination: Destination;
}

export type Balances = Readonly<Record<string, bigint>>;

const amount = fc.bigInt({ min: 0n, max: 60n });
const account = fc.constantFrom(...ACCOUNTS);

const accountSource: fc.Arbitrary<AccountSource> = fc.record({
  kind: fc.constant("account" as const),
  account,
  overdraft: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0n) },
    { weight: 2, arbitrary: amount },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
});

const world: fc.Arbitrary<AccountSource> = fc.constant({
  kind: "account",
  account: "world",
  overdraft: undefined,
});

const source = fc.letrec<{ source: Source }>((tie) => ({
  source: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: accountSource },
    { weight: 1, arbitrary: world },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("capped" as const),
        cap: amount,
        from: tie("source"),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("list" as const),
        sources: fc.array(tie("source"), { minLength: 1, maxLength: 4 }),
      }),
    },
  ),
})).source;

/** Portions that make a whole, with or without a remainder. */
const portions = fc.constantFrom(
  ["100%"],
  ["remaining"],
  ["1/2", "1/2"],
  ["1/3", "remaining"],
  ["0%", "100%"],
  ["12.5%", "1/8", "remaining"],
  ["remaining", "1/7", "2/7"],
  ["1/3", "1/3", "1/3"],
);

function sharesOf<T>(item: fc.Arbitrary<T>): fc.Arbitrary<(readonly [string, T])[]> {
  return portions.chain((list) =>
    fc
      .tuple(...list.map(() => item))
      .map((items) => items.map((found, at) => [list[at] ?? "", found] as const)),
  );
}

const wholeSource: fc.Arbitrary<WholeSource> = fc.oneof(
  { weight: 3, arbitrary: source },
  {
    weight: 1,
    arbitrary: sharesOf(source).map((shares) => ({ kind: "allotment" as const, shares })),
  },
);

function destinationOf(keeps: boolean): fc.Arbitrary<Destination> {
  return fc.letrec<{ destination: Destination; target: Target }>((tie) => ({
    target: keeps
      ? fc.oneof(
          { weight: 3, arbitrary: tie("destination") },
          { weight: 1, arbitrary: fc.constant(undefined) },
        )
      : tie("destination"),
    destination: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("account" as const), account }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("ordered" as const),
          clauses: fc.array(fc.tuple(amount, tie("target")), { minLength: 1, maxLength: 3 }),
          remaining: tie("target"),
        }),
      },
      {
        weight: 2,
        arbitrary: sharesOf(tie("target")).map((shares) => ({
          kind: "allotment" as const,
          shares,
        })),
      },
    ),
  })).destination;
}

export function sendOf({ keeps }: { readonly keeps: boolean }): fc.Arbitrary<Send> {
  return fc.record({
    amount: fc.oneof(
      { weight: 3, arbitrary: amount },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    source: wholeSource,
    destination: destinationOf(keeps),
  });
}

export const balances: fc.Arbitrary<Balances> = fc.dictionary(
  account,
  fc.bigInt({ min: -20n, max: 60n }),
);

/** The text of a script that is nothing but sends. */
export function scriptOf(sends: readonly Send[]): string {
  return sends.map(sendText).join("\n");
}

function sendText({ amount: sent, source: from, destination }: Send): string {
  const value = sent === undefined ? `[${ASSET} *]` : monetary(sent);
  return `send ${value} (
source = ${sourceText(from)}
destination = ${destinationText(destination)}
)`;
}

function monetary(coins: bigint): string {
  return `[${ASSET} ${coins}]`;
}

function sourceText(from: WholeSource): string {
  switch (from.kind) {
    case "account":
      return `@${from.account}${overdraftText(from)}`;
    case "capped":
      return `max ${monetary(from.cap)} from ${sourceText(from.from)}`;
    case "list":
      return block(from.sources.map(sourceText));
    case "allotment":
      return block(from.shares.map(([portion, inner]) => `${portion} from ${sourceText(inner)}`));
  }
}

function overdraftText({ account: name, overdraft }: AccountSource): string {
  if (name === "world" || overdraft === 0n) {
    return "";
  }
  return overdraft === undefined
    ? " allowing unbounded overdraft"
    : ` allowing overdraft up to ${monetary(overdraft)}`;
}

function destinationText(to: Destination): string {
  switch (to.kind) {
    case "account":
      return `@${to.account}`;
    case "ordered":
      return block([
        ...to.clauses.map(([cap, target]) => `max ${monetary(cap)} ${targetText(target)}`),
        `remaining ${targetText(to.remaining)}`,
      ]);
    case "allotment":
      return block(to.shares.map(([portion, target]) => `${portion} ${targetText(target)}`));
  }
}

function targetText(target: Target): string {
  return target === undefined ? "kept" : `to ${destinationText(target)}`;
}

function block(lines: readonly string[]): string {
  return `{\n${lines.join("\n")}\n}`;
}

/** All accounts of a source, with how far below zero each may go. */
export function* leavesOf(from: WholeSource): Generator<AccountSource> {
  switch (from.kind) {
    case "account":
      yield from;
      return;
    case "capped":
      yield* leavesOf(from.from);
      return;
    case "list":
      for (const inner of from.sources) {
        yield* leavesOf(inner);
      }
      return;
    case "allotment":
      for (const [, inner] of from.shares) {
        yield* leavesOf(inner);
      }
  }
}
