/**
 * The standard run: what a Worker and an object can do at all, single writes, reads, and the rows
 * a transaction costs. Each table's ratios are against what was measured in the same rounds.
 */
import { cpus } from "node:os";
import type { Arena, Contestant, Pace, Sample } from "./arena.ts";
import { createLedger, fillTo, fund } from "./books.ts";
import {
  atLeast,
  atMost,
  between,
  cpuOf,
  fixed,
  printTable,
  rangeOf,
  ratesOf,
  ratiosOf,
  whole,
} from "./figures.ts";
import { printMore } from "./more.ts";
import type { Money, Workload } from "./workloads.ts";

const ACCOUNTS = 10_000;
const FROM_WORLD: Money = { from: "world", accounts: ACCOUNTS };
const BETWEEN_ACCOUNTS: Money = { from: "account", accounts: ACCOUNTS };
const MAIN = "main";
const SPREAD = Array.from({ length: 16 }, (_, index) => `spread-${index}`);
const TRANSACTIONS = 10_000;
/** A ledger with every feature switched off. */
const MINIMAL = "minimal";
const MINIMAL_FEATURES = {
  MOVES_HISTORY: "OFF",
  MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED",
  HASH_LOGS: "DISABLED",
  ACCOUNT_METADATA_HISTORY: "DISABLED",
  TRANSACTION_METADATA_HISTORY: "DISABLED",
};
const UNTIL_DONE = Number.MAX_SAFE_INTEGER;

/**
 * Formance 2.4.12 with Postgres 15 on a two-core machine of the same kind, measured with wrk: for
 * orientation, since it ran another day.
 */
const FORMANCE = { world: 165, accounts: 306, bulk: 290 };

export async function runSuite(arena: Arena, pace: Pace): Promise<void> {
  printMachine(pace);
  await prepare(arena);
  await printCeiling(arena, pace);
  for (const connections of [1, 32, 128]) {
    await printWrites(arena, pace, connections);
  }
  await printSpread(arena, pace);
  await printBulks(arena, pace);
  await printReads(arena, pace);
  await printRows(arena);
  await printMore(arena, pace, { ledger: MAIN, accounts: ACCOUNTS });
}

function printMachine({ rounds, millis }: Pace): void {
  const processors = cpus();
  console.log(
    `${processors.length} × ${processors[0]?.model ?? "unknown processor"}, ` +
      `Node ${process.versions.node}; medians of ${rounds} rounds, ${millis} ms a turn`,
  );
}

async function prepare(arena: Arena): Promise<void> {
  console.error("preparing ledgers …");
  await createLedger(arena, MAIN);
  await fund(arena, MAIN, ACCOUNTS);
  await fillTo(arena, MAIN, TRANSACTIONS, ACCOUNTS);
  await createLedger(arena, MINIMAL, JSON.stringify({ features: MINIMAL_FEATURES }));
  await fund(arena, MINIMAL, ACCOUNTS);
  for (const ledger of SPREAD) {
    await createLedger(arena, ledger);
    await fund(arena, ledger, ACCOUNTS / SPREAD.length);
  }
}

async function printCeiling(arena: Arena, pace: Pace): Promise<void> {
  const contestants = [1, 32, 128].map((connections) => {
    return {
      name: `${connections} connections`,
      workload: { kind: "no-op" },
      connections,
    } as const;
  });
  const samples = await arena.contest(contestants, pace);
  printTable(
    "Empty answers (the load generator must not be what limits)",
    ["", "per second", "range", "server µs", "generator busy"],
    contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      const busy = rangeOf(own.map(({ done }) => done.busy));
      return [name, ...rateCells(own), `${whole(busy.median * 100)} %`];
    }),
  );
}

function rateCells(samples: readonly Sample[]): string[] {
  const rates = ratesOf(samples);
  const cpu = cpuOf(samples);
  return [whole(rates.median), between(rates, whole), cpu === undefined ? "" : whole(cpu.median)];
}

const ECHO_BODY: Workload = { kind: "echo", ledgers: [MAIN], body: true };

async function printWrites(arena: Arena, pace: Pace, connections: number): Promise<void> {
  const writes = (money: Money): Workload => ({ kind: "write", ledgers: [MAIN], money });
  const contestants: readonly Contestant[] = [
    { name: "object echo of the body", workload: ECHO_BODY, connections },
    { name: "from world", workload: writes(FROM_WORLD), connections },
    { name: "between accounts", workload: writes(BETWEEN_ACCOUNTS), connections },
  ];
  const [echo = [], world = [], accounts = []] = await arena.contest(contestants, pace);
  const isJudged = connections === 32;
  const target = [
    atLeast(ratesOf(world).median, 1_650, "/s"),
    atLeast(ratiosOf(world, echo).median, 0.8, " × echo"),
  ].join(", ");
  printTable(
    `Single writes, one ledger, ${connections} connections (projection drained in the time)`,
    WRITE_COLUMNS,
    [
      ["object echo of the body", ...rateCells(echo), "", "", latency(echo), ""],
      writeRow("from world", world, echo, FORMANCE.world, isJudged ? target : ""),
      writeRow("between accounts", accounts, echo, FORMANCE.accounts, ""),
    ],
  );
}

const WRITE_COLUMNS = [
  "",
  "per second",
  "range",
  "server µs",
  "× echo",
  "× Formance",
  "median ms",
  "target",
];

function writeRow(
  name: string,
  own: readonly Sample[],
  echo: readonly Sample[],
  formance: number,
  target: string,
): string[] {
  const ratio = ratiosOf(own, echo);
  return [
    name,
    ...rateCells(own),
    `${fixed(ratio.median)} (${between(ratio, fixed)})`,
    fixed(ratesOf(own).median / formance, 1),
    latency(own),
    target,
  ];
}

function latency(samples: readonly Sample[]): string {
  return fixed(rangeOf(samples.map(({ done }) => done.median)).median / 1000, 1);
}

async function printSpread(arena: Arena, pace: Pace): Promise<void> {
  const connections = 32;
  const contestants: readonly Contestant[] = [
    {
      name: "object echo of the body, 16 objects",
      workload: { kind: "echo", ledgers: SPREAD, body: true },
      connections,
    },
    {
      name: "from world",
      workload: { kind: "write", ledgers: SPREAD, money: { from: "world", accounts: 625 } },
      connections,
    },
  ];
  const [echo = [], world = []] = await arena.contest(contestants, pace);
  printTable("Single writes spread over 16 ledgers, 32 connections", WRITE_COLUMNS, [
    ["object echo of the body, 16 objects", ...rateCells(echo), "", "", latency(echo), ""],
    writeRow("from world", world, echo, FORMANCE.world, ""),
  ]);
}

/** A bulk counts as its transactions, so that everything here is transactions per second. */
async function printBulks(arena: Arena, pace: Pace): Promise<void> {
  const bulk = (size: number): Workload => ({
    kind: "bulk",
    ledger: MAIN,
    size,
    money: FROM_WORLD,
  });
  const single: Workload = { kind: "write", ledgers: [MAIN], money: FROM_WORLD };
  const contestants: readonly Contestant[] = [
    { name: "single, 32 connections", workload: single, connections: 32 },
    { name: "bulks of 100, 4 connections", workload: bulk(100), connections: 4 },
    { name: "bulks of 1,000, 4 connections", workload: bulk(1_000), connections: 4 },
  ];
  const samples = await arena.contest(contestants, pace);
  const [singles = []] = samples;
  printTable(
    "Bulks (transactions, projection drained in the time)",
    ["", "per second", "range", "server µs", "× single", "× Formance", "target"],
    contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      const ratio = ratiosOf(own, singles);
      const formance = fixed(ratesOf(own).median / FORMANCE.bulk, 1);
      return index === 0
        ? [name, ...rateCells(own), "", "", ""]
        : [
            name,
            ...rateCells(own),
            `${fixed(ratio.median)} (${between(ratio, fixed)})`,
            index === 1 ? formance : "",
            index === 1 ? atLeast(ratio.median, 10) : "",
          ];
    }),
  );
}

async function printReads(arena: Arena, pace: Pace): Promise<void> {
  const connections = 32;
  const contestants: readonly Contestant[] = [
    { name: "empty answer", workload: { kind: "no-op" }, connections },
    {
      name: "object echo",
      workload: { kind: "echo", ledgers: [MAIN], body: false },
      connections,
    },
    { name: "bare D1 page", workload: { kind: "bare-page", ledger: MAIN }, connections },
    { name: "page of 15 transactions", workload: { kind: "page", ledger: MAIN }, connections },
    {
      name: "account with volumes",
      workload: { kind: "account", ledger: MAIN, accounts: ACCOUNTS },
      connections,
    },
    {
      name: "transaction by id",
      workload: { kind: "transaction", ledger: MAIN, transactions: TRANSACTIONS },
      connections,
    },
  ];
  const [noop = [], echo = [], bare = [], page = [], account = [], transaction = []] =
    await arena.contest(contestants, pace);
  const row = (
    name: string,
    own: readonly Sample[],
    against: readonly Sample[] | undefined,
    least?: number,
  ): string[] => {
    const ratio = against === undefined ? undefined : ratiosOf(own, against);
    return [
      name,
      ...rateCells(own),
      ratio === undefined ? "" : `${fixed(ratio.median)} (${between(ratio, fixed)})`,
      ratio === undefined || least === undefined ? "" : atLeast(ratio.median, least),
    ];
  };
  printTable(
    "Reads, 32 connections (ratio: to the bare D1 page for the page, else to the object echo)",
    ["", "per second", "range", "server µs", "ratio", "target"],
    [
      row("empty answer", noop, undefined),
      row("object echo", echo, undefined),
      row("bare D1 page", bare, undefined),
      row("page of 15 transactions", page, bare, 0.9),
      row("account with volumes", account, echo, 0.8),
      row("transaction by id", transaction, echo, 0.8),
    ],
  );
}

interface RowCase {
  readonly name: string;
  readonly workload: Workload;
  readonly connections: number;
  readonly requests: number;
  /** What it may cost at most: object and alarms, D1, or both together. */
  readonly most: { readonly object: number; readonly d1: number } | { readonly all: number };
}

const SIMPLE = { object: 3, d1: 6 };

function rowCases(): readonly RowCase[] {
  const single = (money: Money): Workload => ({ kind: "write", ledgers: [MAIN], money });
  const bulk = (ledger: string, accounts: number): Workload => ({
    kind: "bulk",
    ledger,
    size: 100,
    money: { from: "world", accounts },
  });
  const toNew = { from: "world", accounts: 1_000_000_000 } as const;
  const many = { connections: 32, requests: 5_000, most: SIMPLE };
  const bulks = { connections: 4, requests: 50 };
  return [
    { name: "from world to a known account", workload: single(FROM_WORLD), ...many },
    { name: "between known accounts", workload: single(BETWEEN_ACCOUNTS), ...many },
    { name: "from world to a new account", workload: single(toNew), ...many },
    {
      name: "between known accounts, one after the other",
      workload: single(BETWEEN_ACCOUNTS),
      connections: 1,
      requests: 500,
      most: SIMPLE,
    },
    { name: "bulks of 100", workload: bulk(MAIN, ACCOUNTS), ...bulks, most: { all: 5 } },
    {
      name: "bulks of 100 to ten accounts, minimal ledger",
      workload: bulk(MINIMAL, 10),
      ...bulks,
      most: { all: 2.3 },
    },
  ];
}

interface RowCount {
  readonly objects: number;
  readonly alarms: number;
  readonly d1: number;
}

async function printRows(arena: Arena): Promise<void> {
  const rows: string[][] = [];
  for (const { name, workload, connections, requests, most } of rowCases()) {
    await arena.ask("POST", `/_bench/count/${MAIN}`);
    const { done } = await arena.turn({ name, workload, connections }, UNTIL_DONE, requests);
    const counted = JSON.parse(await arena.ask("GET", `/_bench/rows/${MAIN}`)) as RowCount;
    const object = (counted.objects + counted.alarms) / done.units;
    const d1 = counted.d1 / done.units;
    rows.push([
      name,
      fixed(counted.objects / done.units),
      fixed(counted.alarms / done.units, 3),
      fixed(d1),
      "all" in most
        ? `${atMost(object + d1, most.all)} together`
        : `${atMost(object, most.object)}, ${atMost(d1, most.d1)}`,
    ]);
  }
  printTable(
    "Rows written per transaction",
    ["", "object", "alarms", "D1", "target (object and alarms, D1)"],
    rows,
  );
}
