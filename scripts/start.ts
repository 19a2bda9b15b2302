/**
 * `npm start`: Daybook on this machine. PORT (8787; 0 takes a free one), DAYBOOK_STATE (a
 * directory, `.daybook`, or `:memory:`) and `--var NAME:VALUE` are honoured. One line says when it
 * is ready; SIGTERM and SIGINT stop it once it has finished the requests it has begun.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig as readSettings } from "../src/core/config.ts";
import { readConfig, ROOT } from "./config.ts";
import { drainRuntimes } from "./runtimes.ts";
import { startServer } from "./server.ts";

const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;
const PARENT_CHECK_MS = 300;
/** Clients that are slower than this with what they have begun are cut off. */
const STOP_MS = 10_000;

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") {
    return PORT_DEFAULT;
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new Error(`PORT is "${text}"; give a number from 0 (any free one) to ${PORT_MAX}.`);
  }
  return port;
}

function readState(text: string | undefined): string | undefined {
  if (text === ":memory:") {
    return undefined;
  }
  return text === undefined || text === "" ? join(ROOT, ".daybook") : resolve(text);
}

function readVars(args: string[]): Record<string, string> {
  const options = { var: { type: "string", multiple: true } } as const;
  try {
    const { values } = parseArgs({ args, options });
    return Object.fromEntries((values.var ?? []).map(readVar));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nUsage: npm start -- [--var NAME:VALUE]...`);
  }
}

function readVar(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1) {
    throw new Error(`--var "${text}" has no name and value; write --var NAME:VALUE.`);
  }
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** A variable that the Worker would refuse at every request is refused here once. */
function checkVars(vars: Readonly<Record<string, string>>): void {
  const settings = readSettings({ ...readConfig().vars, ...vars });
  if (!settings.ok) {
    throw new Error(`${settings.error}.`);
  }
}

/**
 * npm that was killed without warning takes the server with it; otherwise the server would hold the
 * port unseen. npm starts scripts through a shell, so where the system tells, the parent's parent
 * is watched too.
 */
function stopWithParent(): void {
  const shell = `/proc/${process.ppid}/stat`;
  const lineage = (): string => {
    const grandparent = existsSync(shell) ? readFileSync(shell, "utf8").split(" ")[3] : "";
    return `${process.ppid} ${grandparent}`;
  };
  const born = lineage();
  const check = setInterval(() => {
    if (lineage() !== born) {
      clearInterval(check);
      stop();
    }
  }, PARENT_CHECK_MS).unref();
}

function stop(): void {
  drainRuntimes(() => process.exit(0));
  setTimeout(() => process.exit(1), STOP_MS).unref();
}

async function main(): Promise<void> {
  const vars = readVars(process.argv.slice(2));
  checkVars(vars);
  const server = await startServer({
    port: readPort(process.env["PORT"]),
    state: readState(process.env["DAYBOOK_STATE"]),
    vars,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // miniflare's own listeners end this process at once, in the middle of requests.
    process.removeAllListeners(signal);
    process.once(signal, stop);
  }
  if (process.env["npm_lifecycle_event"] !== undefined) {
    stopWithParent();
  }
  console.log(`Daybook is ready at ${server.url} — try: curl ${server.url}/v2/_info`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
