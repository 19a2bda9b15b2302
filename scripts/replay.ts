/**
 * `npm run replay -- [NAME...] [options of replay.mjs]`: replays recorded transcripts against fresh
 * servers, one for each set of variables they were recorded with, and sums up. Names are files of
 * the transcripts folder, with or without `.json`; none means all. What test/deviations.txt and
 * test/pending.txt list is excused.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { ROOT } from "./config.ts";
import { startServer } from "./server.ts";

const TRANSCRIPTS = resolve(ROOT, process.env["DAYBOOK_SHARED"] ?? "../shared", "transcripts");
const ALLOWANCES = ["test/deviations.txt", "test/pending.txt"];

/**
 * Recordings named *_strict were made with strict schema enforcement, all others with the
 * defaults.
 */
const GROUPS = [
  { name: "default", vars: {}, has: (file: string) => !file.endsWith("_strict.json") },
  {
    name: "strict",
    vars: { SCHEMA_ENFORCEMENT_MODE: "strict" },
    has: (file: string) => file.endsWith("_strict.json"),
  },
];

interface Tally {
  readonly scenarios: number;
  readonly passed: number;
  readonly excused: number;
  readonly steps: number;
  readonly stepsPassed: number;
}

const SUMMARY =
  /^transcripts: (\d+)\/(\d+) scenarios, (\d+)\/(\d+) steps [^,]*(?:, (\d+) excused)?$/m;

function readTally(output: string): Tally {
  const found = SUMMARY.exec(output);
  if (found === null) {
    throw new Error("replay.mjs ended without its closing line; see above.");
  }
  const [passed = 0, scenarios = 0, stepsPassed = 0, steps = 0, excused = 0] = found
    .slice(1)
    .map((text) => Number(text ?? 0));
  return { scenarios, passed, excused, steps, stepsPassed };
}

/** Options that take a value keep it; every other word names a file. */
function splitArguments(args: readonly string[]): { files: string[]; options: string[] } {
  const files: string[] = [];
  const options: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (!word.startsWith("--")) {
      files.push(word);
      continue;
    }
    options.push(word);
    if (word !== "--strict") {
      i += 1;
      options.push(args[i] ?? "");
    }
  }
  return { files, options };
}

function transcriptFile(name: string): string {
  const candidates = [resolve(name), join(TRANSCRIPTS, name), join(TRANSCRIPTS, `${name}.json`)];
  // The project's own folder of scripts is no recording of that name.
  const file = candidates.find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  );
  if (file === undefined) {
    throw new Error(`No transcript "${name}" here or in ${TRANSCRIPTS}.`);
  }
  return file;
}

function allTranscripts(): string[] {
  if (!existsSync(TRANSCRIPTS)) {
    throw new Error(
      `No transcripts at ${TRANSCRIPTS}; set DAYBOOK_SHARED to the folder above them.`,
    );
  }
  return readdirSync(TRANSCRIPTS)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(TRANSCRIPTS, name));
}

/** replay.mjs takes one file of allowances. */
function writeAllowances(folder: string): string {
  const present = ALLOWANCES.map((name) => join(ROOT, name)).filter((path) => existsSync(path));
  const file = join(folder, "allow.txt");
  writeFileSync(file, present.map((path) => readFileSync(path, "utf8")).join("\n"));
  return file;
}

function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(TRANSCRIPTS, "replay.mjs"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => done(output));
  });
}

async function replayGroup(
  group: (typeof GROUPS)[number],
  files: readonly string[],
  options: readonly string[],
): Promise<Tally> {
  const server = await startServer({ vars: group.vars });
  try {
    console.log(`${group.name}: ${files.length} files at ${server.url}`);
    return readTally(await run([server.url, ...files, ...options]));
  } finally {
    await server.stop();
  }
}

async function main(): Promise<boolean> {
  const { files, options } = splitArguments(process.argv.slice(2));
  const chosen = files.length === 0 ? allTranscripts() : files.map(transcriptFile);
  const folder = mkdtempSync(join(tmpdir(), "daybook-replay-"));
  const allow = options.includes("--allow") ? [] : ["--allow", writeAllowances(folder)];
  const tallies: Tally[] = [];
  try {
    for (const group of GROUPS) {
      const own = chosen.filter((file) => group.has(basename(file)));
      if (own.length > 0) {
        tallies.push(await replayGroup(group, own, [...options, ...allow]));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }

  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  const scenarios = sum((tally) => tally.scenarios);
  const passed = sum((tally) => tally.passed);
  const excused = sum((tally) => tally.excused);
  console.log(
    `replay: ${passed}/${scenarios} scenarios, ${excused} excused, ` +
      `${scenarios - passed - excused} differ; ` +
      `${sum((tally) => tally.stepsPassed)}/${sum((tally) => tally.steps)} steps`,
  );
  return scenarios > 0 && passed + excused === scenarios;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
