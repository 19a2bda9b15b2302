/**
 * Points in time under any mixture of back- and forward-dated transactions: what the read model
 * says of the past against a fold of the postings in plain TypeScript.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { must } from "../../src/core/assert.ts";
import type { CreateTransaction } from "../../src/core/command.ts";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { compareText, type Json } from "../../src/core/json.ts";
import type { AccountVolumes } from "../../src/core/records.ts";
import type { Result } from "../../src/core/result.ts";
import { atMicros, parseTimestamp, toMicros, type Timestamp } from "../../src/core/timestamp.ts";
import type { Posting } from "../../src/core/transaction.ts";
import type { Filter } from "../../src/filter/ast.ts";
import type { Resource } from "../../src/filter/fields.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import { listAccounts } from "../../src/read-model/accounts.ts";
import { aggregateBalances } from "../../src/read-model/balances.ts";
import { ask, type Question } from "../../src/read-model/database.ts";
import type { PageRequest } from "../../src/read-model/page.ts";
import { readTransaction } from "../../src/read-model/transactions.ts";
import { listVolumes } from "../../src/read-model/volumes.ts";
import type { DateKind } from "../../src/read-model/point-in-time.ts";

const ACCOUNTS = ["world", "a", "a:1", "b"];
const ASSETS = ["USD", "GEM"];
const AMOUNTS = [0n, 1n, 7n, 10n ** 12n - 1n, 10n ** 12n, 10n ** 40n + 3n];

/** Days around the middle of 2024: most in the past, some ahead of the clock. */
const day = fc.integer({ min: -40, max: 20 });

function onDay(offset: number): Timestamp {
  return must(atMicros(BigInt(BASE + offset * DAY_SECONDS) * 1_000_000n), "a real date");
}

const DAY_SECONDS = 86_400;
const BASE = Math.floor(Date.UTC(2024, 5, 15) / 1000);
/** Later than any clock that runs this test. */
const AHEAD_DAYS = 80_000;

interface Wanted {
  readonly postings: readonly Posting[];
  readonly day: number | undefined;
}

/** Values without a prototype do not cross RPC. */
const PLAIN = { noNullPrototype: true };

const wanted: fc.Arbitrary<Wanted> = fc.record({
  postings: fc.array(
    fc.record(
      {
        source: fc.constantFrom(...ACCOUNTS),
        destination: fc.constantFrom(...ACCOUNTS),
        asset: fc.constantFrom(...ASSETS),
        amount: fc.constantFrom(...AMOUNTS),
      },
      PLAIN,
    ),
    { minLength: 1, maxLength: 3 },
  ),
  day: fc.option(
    day.map((offset) => (offset > 12 ? offset + AHEAD_DAYS : offset)),
    { nil: undefined },
  ),
});

/** One side of a posting. */
interface Move {
  readonly id: number;
  readonly account: string;
  readonly asset: string;
  readonly input: bigint;
  readonly output: bigint;
  readonly effective: Timestamp;
  readonly insertion: Timestamp;
}

interface Book {
  readonly scope: { readonly tenant: string; readonly ledger: number };
  readonly moves: readonly Move[];
  readonly dates: readonly Timestamp[];
}

let ledgers = 0;

async function write(transactions: readonly Wanted[]): Promise<Book> {
  const scope = { tenant: "past", ledger: ++ledgers };
  const name = `l${scope.ledger}`;
  const ledger = env.LEDGER.getByName(`${scope.tenant}/${name}`);
  await ledger.configure({
    tenant: scope.tenant,
    id: scope.ledger,
    name,
    bucket: "b",
    features: DEFAULT_FEATURES,
    addedAt: onDay(0),
    deletedAt: undefined,
  });
  const moves: Move[] = [];
  const dates: Timestamp[] = [];
  for (const { postings, day } of transactions) {
    const timestamp = day === undefined ? undefined : onDay(day);
    const command: CreateTransaction = {
      kind: "create-transaction",
      postings,
      script: undefined,
      template: undefined,
      variables: {},
      timestamp,
      reference: undefined,
      metadata: undefined,
      accountMetadata: undefined,
      runtime: "",
      force: true,
    };
    const request = { command, idempotencyKey: "", dryRun: false, schemaVersion: "" };
    const outcome = await ledger.execute(request);
    expect(outcome).toMatchObject({ ok: true });
    const text = outcome.ok ? (outcome.value.transaction ?? "") : "";
    const made = JSON.parse(text) as { id: number; insertedAt: string };
    const insertion = must(parseTimestamp(made.insertedAt), "an answer's date");
    const effective = timestamp ?? insertion;
    dates.push(insertion, effective);
    for (const { source, destination, asset, amount } of postings) {
      const common = { id: made.id, asset, effective, insertion };
      moves.push({ ...common, account: source, input: 0n, output: amount });
      moves.push({ ...common, account: destination, input: amount, output: 0n });
    }
  }
  expect(await ledger.project()).toMatchObject({ ok: true });
  return { scope, moves, dates };
}

interface Sum {
  readonly account: string;
  readonly asset: string;
  readonly input: bigint;
  readonly output: bigint;
}

/** Sums per account and asset, sorted. */
function fold(moves: readonly Move[]): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const { account, asset, input, output } of moves) {
    const key = `${account} ${asset}`;
    const before = sums.get(key) ?? { account, asset, input: 0n, output: 0n };
    sums.set(key, { account, asset, input: before.input + input, output: before.output + output });
  }
  return [...sums.values()].toSorted(
    (x, y) => compareText(x.account, y.account) || compareText(x.asset, y.asset),
  );
}

function within(
  moves: readonly Move[],
  kind: DateKind,
  pit: Timestamp | undefined,
  oot: Timestamp | undefined,
): readonly Move[] {
  return moves.filter(
    (move) => (pit === undefined || move[kind] <= pit) && (oot === undefined || move[kind] >= oot),
  );
}

function written(sums: readonly (Sum | AccountVolumes)[]): readonly string[] {
  return sums.map(({ account, asset, input, output }) => `${account} ${asset} ${input} ${output}`);
}

async function answer<T>(book: Book, question: Result<Question<T>, string>): Promise<T> {
  if (!question.ok) {
    throw new Error(question.error);
  }
  return (await ask(env.DB, book.scope, question.value)).value;
}

function parsed(json: Json, resource: Resource): Filter | undefined {
  const filter = parseFilter(json, resource);
  expect(filter).toMatchObject({ ok: true });
  return filter.ok ? filter.value : undefined;
}

function everything(column: string, groupBy = 0): PageRequest {
  return {
    column,
    order: "asc",
    pageSize: 100,
    pit: undefined,
    oot: undefined,
    filter: undefined,
    expand: [],
    options: { groupBy },
    place: { kind: "offset", offset: 0 },
  };
}

/** A date of the book or right beside one. */
function near(book: Book, pick: number): Timestamp {
  const date = book.dates[pick % book.dates.length] ?? onDay(0);
  return atMicros(toMicros(date) + BigInt((pick % 3) - 1)) ?? date;
}

const KINDS: readonly DateKind[] = ["effective", "insertion"];

async function expectVolumes(
  book: Book,
  kind: DateKind,
  pit: Timestamp | undefined,
  oot: Timestamp | undefined,
): Promise<void> {
  const view = { kind, pit, oot, hasMetadataHistory: true };
  const moves = within(book.moves, kind, pit, oot);
  const list = async (groupBy: number, filter?: Filter): Promise<readonly string[]> => {
    const page = everything("account", groupBy);
    const question = listVolumes(env.DB, book.scope, page, view, filter);
    return written((await answer(book, question)).items);
  };
  expect(await list(0)).toEqual(written(fold(moves)));
  const byRoot = moves.map((move) => ({ ...move, account: must(move.account.split(":")[0], "") }));
  expect(await list(1)).toEqual(written(fold(byRoot)));
  for (const bound of [0n, 7n, -(10n ** 40n)]) {
    const filter = parsed({ $gte: { balance: bound } }, "volumes");
    const rich = fold(moves).filter(({ input, output }) => input - output >= bound);
    expect(await list(0, filter)).toEqual(written(rich));
  }
}

async function expectBalances(book: Book, kind: DateKind, pit: Timestamp): Promise<void> {
  const filter = parsed({ $match: { address: "a:..." } }, "balances");
  const view = { kind, pit, oot: undefined, hasMetadataHistory: true };
  const balances = await answer(book, aggregateBalances(env.DB, book.scope, view, filter));
  const moves = within(book.moves, kind, pit, undefined).filter(({ account }) =>
    account.startsWith("a"),
  );
  const byAsset = fold(moves.map((move) => ({ ...move, account: "" })));
  expect(balances).toEqual(
    byAsset.map(({ asset, input, output }) => ({ asset, balance: input - output })),
  );
}

async function expectAccounts(book: Book, pit: Timestamp): Promise<void> {
  const view = { pit, hasMetadataHistory: true, withVolumes: true, withEffectiveVolumes: true };
  const page = everything("address");
  const there = ACCOUNTS.filter((account) =>
    book.moves.some((move) => move.account === account && move.effective <= pit),
  ).toSorted(compareText);
  const rows = (await answer(book, listAccounts(env.DB, book.scope, page, view, undefined))).items;
  expect(rows.map(({ address }) => address)).toEqual(there);
  for (const row of rows) {
    const account = row.address;
    const own = book.moves.filter((move) => move.account === account);
    const shown = (kind: DateKind): readonly string[] =>
      written(fold(within(own, kind, pit, undefined)));
    const told = (volumes = row.volumes): readonly string[] =>
      written((volumes ?? []).map((volume) => ({ ...volume, account })));
    expect(told(row.volumes)).toEqual(shown("insertion"));
    expect(told(row.effectiveVolumes)).toEqual(shown("effective"));
  }
  for (const bound of [1n, -1n]) {
    const filter = parsed({ $not: { $lt: { "balance[USD]": bound } } }, "accounts");
    const found = await answer(book, listAccounts(env.DB, book.scope, page, view, filter));
    const rich = fold(within(book.moves, "effective", pit, undefined)).filter(
      ({ asset, input, output }) => asset === "USD" && input - output >= bound,
    );
    expect(found.items.map(({ address }) => address)).toEqual(rich.map(({ account }) => account));
  }
}

/** Right after a transaction in the order of effective dates, as of now. */
async function expectEffectiveVolumes(book: Book, id: number): Promise<void> {
  const view = {
    pit: undefined,
    hasMetadataHistory: true,
    movesKept: true,
    withLog: false,
    withEffectiveVolumes: true,
  };
  const { value: row } = await ask(
    env.DB,
    book.scope,
    readTransaction(env.DB, book.scope, id, view),
  );
  const own = book.moves.filter((move) => move.id === id);
  const date = must(own[0], "a transaction has moves").effective;
  const pairs = new Set(own.map(({ account, asset }) => `${account} ${asset}`));
  const sums = fold(
    book.moves.filter(
      (move) => move.effective < date || (move.effective === date && move.id <= id),
    ),
  ).filter(({ account, asset }) => pairs.has(`${account} ${asset}`));
  expect(written(row?.effectiveVolumes ?? [])).toEqual(written(sums));
}

test("the past is the fold of what was posted", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wanted, { minLength: 1, maxLength: 14 }),
      fc.array(fc.nat(1_000), { minLength: 2, maxLength: 2 }),
      async (transactions, picks) => {
        const book = await write(transactions);
        const [one, other] = picks.map((pick) => near(book, pick));
        const pit = must(one, "a date");
        for (const kind of KINDS) {
          await expectVolumes(book, kind, pit, undefined);
          await expectVolumes(book, kind, undefined, pit);
          await expectVolumes(book, kind, pit, other);
          await expectBalances(book, kind, pit);
        }
        await expectAccounts(book, pit);
        for (const id of new Set(book.moves.map((move) => move.id))) {
          await expectEffectiveVolumes(book, id);
        }
      },
    ),
    { numRuns: 20 },
  );
});
