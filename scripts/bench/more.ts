/**
 * Further figures of the standard run: questions that D1 answers with a filter, of the past or over
 * all accounts, and the import of a whole log.
 */
import type { Arena, Pace } from "./arena.ts";
import { createLedger, fillTo } from "./books.ts";
import { between, fixed, printTable, rangeOf, ratesOf, whole } from "./figures.ts";
import { accountName, PAGE_SIZE } from "./workloads.ts";

/** The ledger that the run has filled, and how many accounts it has. */
export interface Filled {
  readonly ledger: string;
  readonly accounts: number;
}

export async function printMore(arena: Arena, pace: Pace, filled: Filled): Promise<void> {
  await printQuestions(arena, pace, filled);
  await printImport(arena, pace, filled.accounts);
}

async function printQuestions(arena: Arena, pace: Pace, filled: Filled): Promise<void> {
  const { ledger, accounts } = filled;
  const query = (filter: object): string => `query=${encodeURIComponent(JSON.stringify(filter))}`;
  const one = query({ $match: { account: accountName(1) } });
  const world = query({ $match: { address: "world" } });
  const users = query({ $match: { address: "users:" } });
  const pit = `pit=${new Date().toISOString()}`;
  const paths: readonly (readonly [name: string, path: string])[] = [
    ["page of one account's transactions", `transactions?pageSize=${PAGE_SIZE}&${one}`],
    ["balance of the hottest account, a point in time", `aggregate/balances?${pit}&${world}`],
    [`balances of ${whole(accounts)} accounts together`, `aggregate/balances?${users}`],
  ];
  const contestants = paths.map(([name, path]) => {
    const workload = { kind: "get", path: `/v2/${ledger}/${path}` } as const;
    return { name, workload, connections: 1 };
  });
  const samples = await arena.contest(contestants, pace);
  printTable(
    "Questions, one connection",
    ["", "median ms", "per second", "range"],
    contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      const median = rangeOf(own.map(({ done }) => done.median)).median / 1000;
      return [name, fixed(median, 1), whole(ratesOf(own).median), between(ratesOf(own), whole)];
    }),
  );
}

/** A log of 100,000 lines is 150 MB, which one string still holds; a short run takes a tenth. */
const IMPORTED = { full: 100_000, quick: 10_000 };

async function printImport(arena: Arena, pace: Pace, accounts: number): Promise<void> {
  const size = pace.millis < 1_000 ? IMPORTED.quick : IMPORTED.full;
  await createLedger(arena, "exported");
  await fillTo(arena, "exported", size, accounts);
  const log = await arena.ask("POST", "/v2/exported/logs/export");
  const count = log.split("\n").length - 1;
  await createLedger(arena, "imported");
  const start = performance.now();
  await arena.ask("POST", "/v2/imported/logs/import", log);
  const imported = performance.now();
  await arena.ask("GET", "/_bench/drain/imported");
  const drained = performance.now();
  const perSecond = (end: number): string => whole((count / (end - start)) * 1000);
  printTable(
    "Import of a ledger's log",
    ["logs", "MB", "logs per second", "with the projection drained"],
    [[whole(count), whole(log.length / 1e6), perSecond(imported), perSecond(drained)]],
  );
}
