/**
 * `npm run bench -- numscript`: reading and running scripts in both runtimes, in this process, in
 * microseconds each. Reading is cutting, parsing and checking; running starts from a read script.
 */
import {
  parseScript,
  runScript,
  type Program,
  type Runtime,
  type ScriptStore,
} from "../../src/numscript/script.ts";

interface Sample {
  readonly name: string;
  readonly script: string;
}

const ACCOUNTS = Array.from({ length: 10 }, (_, i) => `users:${String(i).padStart(3, "0")}:main`);

const SAMPLES: readonly Sample[] = [
  {
    name: "send",
    script: "send [USD/2 100] (\n  source = @world\n  destination = @users:001\n)\n",
  },
  {
    name: "waterfall of 10",
    script:
      "send [USD/2 1000] (\n  source = {\n" +
      ACCOUNTS.map((account) => `    @${account}\n`).join("") +
      "    @world\n  }\n  destination = @shops:bread\n)\n",
  },
  {
    name: "allotment of 10",
    script:
      "send [USD/2 9999] (\n  source = @world\n  destination = {\n" +
      ACCOUNTS.slice(1)
        .map((account) => `    1/11 to @${account}\n`)
        .join("") +
      "    remaining to @shops:bread\n  }\n)\n",
  },
];

const RUNTIMES: readonly Runtime[] = ["machine", "experimental-interpreter"];

const BOOKS: ScriptStore = {
  balance: (account) => (account === "world" ? 0n : 50n),
  assets: () => [],
  accountMetadata: () => ({}),
};

const WARM_UP_MS = 300;
const ROUND_MS = 200;
const ROUNDS = 5;

/** The best of several rounds: the machine is shared, and noise only ever adds. */
function microsecondsOf(work: () => void): number {
  repeatFor(WARM_UP_MS, work);
  const rounds = Array.from({ length: ROUNDS }, () => repeatFor(ROUND_MS, work));
  return Math.min(...rounds);
}

function repeatFor(milliseconds: number, work: () => void): number {
  const started = performance.now();
  let times = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (let i = 0; i < 100; i++) {
      work();
    }
    times += 100;
    elapsed = performance.now() - started;
  }
  return (elapsed * 1_000) / times;
}

function read(script: string, runtime: Runtime): Program {
  const program = parseScript(script, runtime);
  if (!program.ok) {
    throw new Error(program.error.message);
  }
  return program.value;
}

function run(program: Program): void {
  const outcome = runScript(program, {}, BOOKS, { featureFlags: [] });
  if (!outcome.ok) {
    throw new Error(outcome.error.message);
  }
}

export function benchNumscript(): Promise<void> {
  console.log(`numscript: µs each, in node ${process.version} on ${process.platform}`);
  console.log(`${"".padEnd(18)}${"runtime".padEnd(14)}${"read".padStart(8)}${"run".padStart(8)}`);
  for (const { name, script } of SAMPLES) {
    for (const runtime of RUNTIMES) {
      const program = read(script, runtime);
      const reading = microsecondsOf(() => read(script, runtime));
      const running = microsecondsOf(() => run(program));
      const label = runtime === "machine" ? "machine" : "interpreter";
      console.log(
        name.padEnd(18) +
          label.padEnd(14) +
          reading.toFixed(1).padStart(8) +
          running.toFixed(1).padStart(8),
      );
    }
  }
  return Promise.resolve();
}
