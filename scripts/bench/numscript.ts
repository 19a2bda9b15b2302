/**
 * `npm run bench -- numscript`: reading and running scripts in both runtimes inside workerd, and
 * what a script costs a write over HTTP.
 */
import type { Runtime } from "../../src/numscript/script.ts";
import type { Arena, Contestant, Pace } from "./arena.ts";
import { createLedger, fund } from "./books.ts";
import { atMost, between, fixed, printTable, ratesOf, ratiosOf, whole } from "./figures.ts";
import { SAMPLES, type Repetition, type SampleName } from "./scripts.ts";
import type { Workload } from "./workloads.ts";

const MACHINE: Runtime = "machine";
const INTERPRETER: Runtime = "experimental-interpreter";

/** Half of what the reference takes to read, all of what it takes to run, in its interpreter. */
const TARGETS: Readonly<Record<SampleName, { readonly read: number; readonly run: number }>> = {
  send: { read: 12, run: 6 },
  "waterfall of 10": { read: 50, run: 55 },
  "allotment of 10": { read: 90, run: 44 },
};

export async function benchNumscript(arena: Arena, pace: Pace): Promise<void> {
  await printScripts(arena, pace);
  await printScriptedWrites(arena, pace);
}

async function printScripts(arena: Arena, pace: Pace): Promise<void> {
  const rows: string[][] = [];
  for (const sample of Object.keys(SAMPLES) as SampleName[]) {
    for (const [label, runtime] of [
      ["machine", MACHINE],
      ["interpreter", INTERPRETER],
    ] as const) {
      const reading = await microsOf(arena, pace, { sample, runtime, work: "read" });
      const running = await microsOf(arena, pace, { sample, runtime, work: "run" });
      const { read, run } = TARGETS[sample];
      rows.push([
        `${sample}, ${label}`,
        fixed(reading, 1),
        atMost(reading, read),
        fixed(running, 1),
        atMost(running, run),
      ]);
    }
  }
  printTable("Scripts (µs each, in workerd)", ["", "read", "target", "run", "target"], rows);
}

const TIMES = 10_000;

/** The best of the rounds, as noise only ever adds. An empty request is small beside a round. */
async function microsOf(
  arena: Arena,
  { rounds }: Pace,
  task: Omit<Repetition, "times">,
): Promise<number> {
  const body = JSON.stringify({ ...task, times: TIMES });
  const micros: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await arena.ask("POST", "/_bench/numscript", body);
    micros.push(((performance.now() - started) * 1_000) / TIMES);
  }
  return Math.min(...micros);
}

const LEDGER = "scripted";
const ACCOUNTS = 10_000;
const SCRIPT_COST_MAX = 1.15;

async function printScriptedWrites(arena: Arena, pace: Pace): Promise<void> {
  await createLedger(arena, LEDGER);
  await fund(arena, LEDGER, ACCOUNTS);
  const money = { from: "world", accounts: ACCOUNTS } as const;
  const scripted = (runtime: Runtime): Workload => {
    return { kind: "scripted", ledger: LEDGER, accounts: ACCOUNTS, runtime };
  };
  const contestants: readonly Contestant[] = [
    { name: "postings", workload: { kind: "write", ledgers: [LEDGER], money }, connections: 32 },
    { name: "a script in the machine", workload: scripted(MACHINE), connections: 32 },
    { name: "a script in the interpreter", workload: scripted(INTERPRETER), connections: 32 },
  ];
  const samples = await arena.contest(contestants, pace);
  const [postings = []] = samples;
  printTable(
    "Single writes from world, 32 connections (what a script costs: postings' rate to its own)",
    ["", "per second", "range", "cost", "target"],
    contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      const rates = ratesOf(own);
      const cost = ratiosOf(postings, own);
      return [
        name,
        whole(rates.median),
        between(rates, whole),
        ...(index === 0
          ? []
          : [
              `${fixed(cost.median)} (${between(cost, fixed)})`,
              atMost(cost.median, SCRIPT_COST_MAX),
            ]),
      ];
    }),
  );
}
