/**
 * How speed changes while a ledger grows: it is filled to 10 K, 100 K, 1 M transactions, with a
 * tenth as many accounts, and at every size writes and reads are measured beside an object echo and
 * a bare query. Then what waking costs: an object that was evicted, and a server started anew.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Arena, type Contestant, type Pace, type Sample } from "./arena.ts";
import { createLedger, fillTo, fund } from "./books.ts";
import { fixed, printTable, rangeOf, ratesOf, ratiosOf, whole } from "./figures.ts";
import { accountName, type Workload } from "./workloads.ts";

const LEDGER = "growing";
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
const CONNECTIONS = 32;
/** Fewer would have too few accounts to pick from. */
export const GROW_MIN = 1_000;

/** What of a size is kept: by contestant, its rate and its ratio to what it is measured against. */
interface Measured {
  readonly size: number;
  readonly samples: readonly Sample[][];
  readonly wakeMillis: number;
  readonly memory: number | undefined;
}

export async function grow(target: number, pace: Pace): Promise<void> {
  const state = mkdtempSync(join(tmpdir(), "daybook-bench-"));
  try {
    const measured = await growIn(state, target, pace);
    printGrowth(measured);
    await printRestart(state, target);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

async function growIn(state: string, target: number, pace: Pace): Promise<readonly Measured[]> {
  const arena = await Arena.open(state);
  const measured: Measured[] = [];
  try {
    await createLedger(arena, LEDGER);
    for (const next of [...SIZES.filter((step) => step < target), target]) {
      const accounts = accountsOf(next);
      await fund(arena, LEDGER, accounts);
      await fillTo(arena, LEDGER, next, accounts);
      console.error(`${whole(next)} transactions: measuring …`);
      const samples = await arena.contest(contestantsAt(next), pace);
      const wakeMillis = await wakeUp(arena);
      measured.push({ size: next, samples, wakeMillis, memory: arena.memory() });
    }
    return measured;
  } finally {
    await arena.close();
  }
}

function accountsOf(size: number): number {
  return Math.floor(size / 10);
}

const NAMES = [
  "object echo of the body",
  "write from world",
  "object echo",
  "bare D1 page",
  "page of 15 transactions",
  "account with volumes",
  "transaction by id",
] as const;

/** What each is measured against: the index of it in NAMES. */
const AGAINST: readonly (number | undefined)[] = [undefined, 0, undefined, undefined, 3, 2, 2];

function contestantsAt(size: number): readonly Contestant[] {
  const ledger = LEDGER;
  const accounts = accountsOf(size);
  const workloads: readonly Workload[] = [
    { kind: "echo", ledgers: [ledger], body: true },
    { kind: "write", ledgers: [ledger], money: { from: "world", accounts } },
    { kind: "echo", ledgers: [ledger], body: false },
    { kind: "bare-page", ledger },
    { kind: "page", ledger },
    { kind: "account", ledger, accounts },
    { kind: "transaction", ledger, transactions: size },
  ];
  return workloads.map((workload, index) => {
    return { name: NAMES[index] ?? "", workload, connections: CONNECTIONS };
  });
}

/** How long the first look-up takes after the object left memory: the median of five. */
async function wakeUp(arena: Arena): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await arena.ask("POST", `/_bench/evict/${LEDGER}`);
    times.push(await timeOf(() => arena.ask("GET", firstLookUp())));
  }
  return rangeOf(times).median;
}

function firstLookUp(): string {
  return `/v2/${LEDGER}/accounts/${accountName(1)}?expand=volumes`;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function printGrowth(measured: readonly Measured[]): void {
  const first = measured[0];
  const rows = measured.flatMap(({ size, samples }) =>
    NAMES.map((name, index) => {
      const own = samples[index] ?? [];
      const against = samples[AGAINST[index] ?? -1];
      const before = first?.samples[index] ?? [];
      const slower = ratesOf(before).median / ratesOf(own).median;
      return [
        index === 0 ? whole(size) : "",
        name,
        whole(ratesOf(own).median),
        against === undefined ? "" : fixed(ratiosOf(own, against).median),
        fixed(slower),
      ];
    }),
  );
  printTable(
    `A growing ledger, ${CONNECTIONS} connections ` +
      "(ratio: to the echo or the bare page; slower: time against that at the first size)",
    ["transactions", "", "per second", "ratio", "slower"],
    rows,
  );
  printTable(
    "An evicted object",
    ["transactions", "first look-up, ms", "runtime's resident MB"],
    measured.map(({ size, wakeMillis, memory }) => {
      return [whole(size), fixed(wakeMillis, 1), memory === undefined ? "" : whole(memory)];
    }),
  );
}

/** The same state under a new server: what the first requests take, and what memory they add. */
async function printRestart(state: string, size: number): Promise<void> {
  const arena = await Arena.open(state);
  try {
    await arena.ask("GET", "/v2/_info");
    const empty = arena.memory();
    const lookUp = await timeOf(() => arena.ask("GET", firstLookUp()));
    const write = await timeOf(() => fund(arena, LEDGER, 1));
    const contestant = contestantsAt(size)[1];
    if (contestant !== undefined) {
      await arena.turn(contestant, 10_000);
    }
    const used = arena.memory();
    printTable(
      `A server started anew on ${whole(size)} transactions`,
      [
        "first look-up, ms",
        "first write and projection, ms",
        "MB at start",
        "MB after 10 s of writes",
      ],
      [[fixed(lookUp, 1), fixed(write, 1), whole(empty ?? NaN), whole(used ?? NaN)]],
    );
  } finally {
    await arena.close();
  }
}
