/**
 * Walking lists by their cursors: every row exactly once and in order, forth and back, with equal
 * dates, with the falling dates of imports, and while others write.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Result } from "../../src/core/result.ts";
import { ACCOUNT_LIST, listAccounts } from "../../src/read-model/accounts.ts";
import { decodeCursor } from "../../src/read-model/cursor.ts";
import { ask, type Question } from "../../src/read-model/database.ts";
import { LOG_LIST, listLogs } from "../../src/read-model/logs.ts";
import type { ListShape, Order, Page, PageRequest } from "../../src/read-model/page.ts";
import { listTransactions, TRANSACTION_LIST } from "../../src/read-model/transactions.ts";
import { History, inOrder, steps, type TransactionDates } from "./projected.ts";

type Key = string | number;

interface List {
  readonly shape: ListShape;
  readonly page: (request: PageRequest) => Promise<Page<Key>>;
}

const NOW = { pit: undefined, hasMetadataHistory: true } as const;
let ledgers = 0;

function scoped(): { tenant: string; ledger: number } {
  return { tenant: "pages", ledger: ++ledgers };
}

async function answer<T>(
  scope: { tenant: string; ledger: number },
  question: Result<Question<Page<T>>, string>,
  key: (item: T) => Key,
): Promise<Page<Key>> {
  if (!question.ok) {
    throw new Error(question.error);
  }
  const { value } = await ask(env.DB, scope, question.value);
  return { ...value, items: value.items.map(key) };
}

function transactions(scope: { tenant: string; ledger: number }): List {
  const view = { ...NOW, movesKept: true, withLog: false, withEffectiveVolumes: false };
  return {
    shape: TRANSACTION_LIST,
    page: (request) =>
      answer(scope, listTransactions(env.DB, scope, request, view, undefined), ({ id }) => id),
  };
}

function accounts(scope: { tenant: string; ledger: number }): List {
  const view = { ...NOW, withVolumes: false, withEffectiveVolumes: false };
  return {
    shape: ACCOUNT_LIST,
    page: (request) =>
      answer(scope, listAccounts(env.DB, scope, request, view, undefined), (row) => row.address),
  };
}

function logs(scope: { tenant: string; ledger: number }): List {
  return {
    shape: LOG_LIST,
    page: (request) => answer(scope, listLogs(env.DB, scope, request, undefined), ({ id }) => id),
  };
}

function firstPage(column: string, order: Order, pageSize: number): PageRequest {
  return {
    column,
    order,
    pageSize,
    pit: undefined,
    oot: undefined,
    filter: undefined,
    expand: [],
    options: undefined,
    place: { kind: "row", at: undefined, bottom: undefined, reverse: false },
  };
}

function at(list: List, token: string): PageRequest {
  const request = decodeCursor(token, list.shape);
  expect(request).toMatchObject({ ok: true });
  return request.ok ? request.value : firstPage("", "asc", 1);
}

/** All pages from the first one; `between` runs after each. */
async function walk(
  list: List,
  first: PageRequest,
  between: () => Promise<void> = async () => undefined,
): Promise<readonly Page<Key>[]> {
  const pages = [await list.page(first)];
  for (let token = pages[0]?.next; token !== undefined; token = pages.at(-1)?.next) {
    await between();
    pages.push(await list.page(at(list, token)));
  }
  return pages;
}

/** Follows `previous` from the last page; the first of the list comes out last. */
async function walkBack(list: List, from: Page<Key>): Promise<readonly Page<Key>[]> {
  const pages: Page<Key>[] = [];
  for (let token = from.previous; token !== undefined; token = pages.at(-1)?.previous) {
    pages.push(await list.page(at(list, token)));
  }
  return pages;
}

const ORDERS: readonly Order[] = ["asc", "desc"];

async function expectWalks(
  list: List,
  column: string,
  pageSize: number,
  expected: (order: Order) => readonly Key[],
): Promise<void> {
  for (const order of ORDERS) {
    const pages = await walk(list, firstPage(column, order, pageSize));
    const items = pages.flatMap((page) => page.items);
    expect([column, order, ...items]).toEqual([column, order, ...expected(order)]);
    const last = pages.at(-1);
    const back = last === undefined ? [] : await walkBack(list, last);
    expect(back.map((page) => page.items)).toEqual(
      pages
        .slice(0, -1)
        .map((page) => page.items)
        .toReversed(),
    );
  }
}

type TransactionColumn = Exclude<keyof TransactionDates, "id">;
const TRANSACTION_DATES: readonly TransactionColumn[] = [
  "timestamp",
  "inserted_at",
  "updated_at",
  "reverted_at",
];

const batches = (leastGap: number) => fc.array(steps(9, leastGap), { maxLength: 5 });
const RUNS = { numRuns: 12 };

describe("every row exactly once, forth and back", () => {
  test("transactions, by id and by every date", async () => {
    await fc.assert(
      fc.asyncProperty(batches(0), fc.integer({ min: 1, max: 6 }), async (history, pageSize) => {
        const scope = scoped();
        const book = new History(env.DB, scope);
        for (const batch of history) {
          await book.project(batch);
        }
        const list = transactions(scope);
        const byId = (order: Order): readonly Key[] =>
          inOrder(
            book.transactions,
            order,
            ({ id }) => id,
            () => 0,
          ).map(({ id }) => id);
        await expectWalks(list, "id", pageSize, byId);
        for (const column of TRANSACTION_DATES) {
          await expectWalks(list, column, pageSize, (order) =>
            inOrder(
              book.transactions,
              order,
              (row) => row[column],
              ({ id }) => id,
            ).map(({ id }) => id),
          );
        }
      }),
      RUNS,
    );
  });

  test("transactions of an import whose dates fall", async () => {
    await fc.assert(
      fc.asyncProperty(batches(-6), fc.integer({ min: 1, max: 6 }), async (history, pageSize) => {
        const scope = scoped();
        const book = new History(env.DB, scope);
        for (const batch of history) {
          await book.project(batch);
        }
        const list = transactions(scope);
        for (const column of ["timestamp", "updated_at", "reverted_at"] as const) {
          await expectWalks(list, column, pageSize, (order) =>
            inOrder(
              book.transactions,
              order,
              (row) => row[column],
              ({ id }) => id,
            ).map(({ id }) => id),
          );
        }
        // Insertion is the order of ids, whatever the dates say.
        await expectWalks(list, "inserted_at", pageSize, (order) =>
          inOrder(
            book.transactions,
            order,
            ({ id }) => id,
            () => 0,
          ).map(({ id }) => id),
        );
      }),
      RUNS,
    );
  });

  test("accounts by their dates, logs by id and date", async () => {
    await fc.assert(
      fc.asyncProperty(batches(0), fc.integer({ min: 1, max: 6 }), async (history, pageSize) => {
        const scope = scoped();
        const book = new History(env.DB, scope);
        for (const batch of history) {
          await book.project(batch);
        }
        const rows = [...book.accounts.values()];
        for (const column of ["first_usage", "insertion_date", "updated_at"] as const) {
          await expectWalks(accounts(scope), column, pageSize, (order) =>
            inOrder(
              rows,
              order,
              (row) => row[column],
              (row) => row.address,
            ).map((row) => row.address),
          );
        }
        for (const column of ["id", "date"]) {
          await expectWalks(logs(scope), column, pageSize, (order) =>
            inOrder(
              book.logs,
              order,
              ({ id }) => id,
              () => 0,
            ).map(({ id }) => id),
          );
        }
      }),
      RUNS,
    );
  });
});

test("what is written between two pages neither hides nor repeats a row", async () => {
  await fc.assert(
    fc.asyncProperty(
      steps(20, 0),
      steps(30, 0),
      fc.integer({ min: 1, max: 5 }),
      async (before, after, pageSize) => {
        for (const column of ["id", "timestamp", "inserted_at"]) {
          for (const order of ORDERS) {
            const scope = scoped();
            const book = new History(env.DB, scope);
            await book.project(before);
            const there = book.transactions.map(({ id }) => id);
            const rest = after.filter(({ kind }) => kind === "transaction");
            const pages = await walk(transactions(scope), firstPage(column, order, pageSize), () =>
              book.project(rest.splice(0, 2)),
            );
            const items = pages.flatMap((page) => page.items);
            const seen = items.filter((id) => there.includes(Number(id)));
            expect([column, order, seen.length]).toEqual([column, order, there.length]);
            expect([column, order, ...new Set(seen)]).toEqual([column, order, ...seen]);
            const listed = book.transactions.filter(({ id }) => items.includes(id));
            const inList = inOrder(
              listed,
              order,
              (row) => (column === "timestamp" ? row.timestamp : row.id),
              ({ id }) => id,
            );
            expect(items).toEqual(inList.map(({ id }) => id));
          }
        }
      },
    ),
    RUNS,
  );
});
