/**
 * `npm run bench`: how fast Daybook is on this machine, and what it costs, beside what an empty
 * Worker, an empty object and a bare query do in the same run. `-- --quick` is a short run,
 * `-- numscript` is the language alone.
 */
import { parseArgs } from "node:util";
import { Arena, type Pace } from "./bench/arena.ts";
import { grow, GROW_MIN } from "./bench/grow.ts";
import { benchNumscript } from "./bench/numscript.ts";
import { runSuite } from "./bench/suite.ts";

const USAGE = "Usage: npm run bench -- [--quick] [--grow TRANSACTIONS] [numscript]";
const FULL = { rounds: 7, millis: 2_000 };
const QUICK = { rounds: 3, millis: 500 };

async function main(): Promise<void> {
  const { pace, size, isNumscript } = readArguments();
  if (size !== undefined) {
    await grow(size, pace);
    return;
  }
  const arena = await Arena.open();
  try {
    await (isNumscript ? benchNumscript : runSuite)(arena, pace);
  } finally {
    await arena.close();
  }
}

interface Arguments {
  readonly pace: Pace;
  readonly size: number | undefined;
  readonly isNumscript: boolean;
}

function readArguments(): Arguments {
  const options = {
    quick: { type: "boolean", default: false },
    grow: { type: "string" },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const other = positionals.find((name) => name !== "numscript");
    if (other !== undefined) {
      throw new Error(`There is no benchmark "${other}".`);
    }
    const size = values.grow === undefined ? undefined : Number(values.grow);
    if (size !== undefined && (!Number.isInteger(size) || size < GROW_MIN)) {
      throw new Error(`--grow "${values.grow}" is not a whole number from ${GROW_MIN}.`);
    }
    return { pace: values.quick ? QUICK : FULL, size, isNumscript: positionals.length > 0 };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n${USAGE}`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
