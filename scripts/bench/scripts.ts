/**
 * The scripts of `npm run bench -- numscript`, and reading and running them many times over. This
 * part is in the benchmark's Worker: whoever asks it holds the watch.
 */
import {
  parseScript,
  runScript,
  type Program,
  type Runtime,
  type ScriptStore,
} from "../../src/numscript/script.ts";

export interface Repetition {
  readonly sample: SampleName;
  readonly runtime: Runtime;
  /** Reading is cutting, parsing and checking; running starts from a read script. */
  readonly work: "read" | "run";
  readonly times: number;
}

export type SampleName = keyof typeof SAMPLES;

const ACCOUNTS = Array.from({ length: 10 }, (_, i) => `users:${String(i).padStart(3, "0")}:main`);

export const SAMPLES = {
  send: "send [USD/2 100] (\n  source = @world\n  destination = @users:001\n)\n",
  "waterfall of 10":
    "send [USD/2 1000] (\n  source = {\n" +
    ACCOUNTS.map((account) => `    @${account}\n`).join("") +
    "    @world\n  }\n  destination = @shops:bread\n)\n",
  "allotment of 10":
    "send [USD/2 9999] (\n  source = @world\n  destination = {\n" +
    ACCOUNTS.slice(1)
      .map((account) => `    1/11 to @${account}\n`)
      .join("") +
    "    remaining to @shops:bread\n  }\n)\n",
};

const BOOKS: ScriptStore = {
  balance: (account) => (account === "world" ? 0n : 50n),
  assets: () => [],
  accountMetadata: () => ({}),
};

export function repeatScript({ sample, runtime, work, times }: Repetition): void {
  const script = SAMPLES[sample];
  const program = read(script, runtime);
  for (let i = 0; i < times; i++) {
    if (work === "read") {
      read(script, runtime);
    } else {
      run(program);
    }
  }
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
