/**
 * The servers of the scenarios. Usually those of one file that ask for the same flags share one and
 * each takes ledgers of its own; with `CONFORMANCE=fresh` in the environment every scenario starts
 * `scripts/start.ts` for itself and its ledger is called `default`, as the original's suite does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, afterEach } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import { startServer } from "../../../scripts/server.ts";
import { Book } from "./book.ts";
import { Client } from "./client.ts";

export type Flags = Readonly<Record<string, string>>;

/** The original's suite runs so unless it says otherwise. */
export const STRICT: Flags = { SCHEMA_ENFORCEMENT_MODE: "strict" };

const FRESH = process.env["CONFORMANCE"] === "fresh";

interface Running {
  readonly client: Client;
  readonly stop: () => Promise<unknown>;
}

const shared = new Map<string, Promise<Running>>();
const fresh: Running[] = [];

async function stopAll(servers: readonly Running[]): Promise<void> {
  await Promise.all(
    servers.map(({ client, stop }) => {
      client.close();
      return stop();
    }),
  );
}

afterEach(() => stopAll(fresh.splice(0)));
afterAll(async () => stopAll(await Promise.all(shared.values())));

/** A server with these flags, on top of strict schemas. */
export async function serve(flags: Flags = {}): Promise<Client> {
  const all = { ...STRICT, ...flags };
  if (FRESH) {
    const { url, stop } = await Process.start(all);
    const running = { client: new Client(url), stop };
    fresh.push(running);
    return running.client;
  }
  const name = JSON.stringify(all);
  const known = shared.get(name) ?? share(all);
  shared.set(name, known);
  return (await known).client;
}

async function share(flags: Flags): Promise<Running> {
  const server = await startServer({ vars: flags });
  return { client: new Client(server.url), stop: () => server.stop() };
}

let names = 0;

/** A name that no scenario of the file has used. */
export function newName(prefix = "ledger"): string {
  names += 1;
  return `${prefix}-${names}`;
}

/** A new ledger of a server. */
export async function createLedger(
  client: Client,
  request: Writable = null,
  name = newName(),
): Promise<Book> {
  (await client.call("POST", `/v2/${name}`, { body: request })).expect(204);
  return new Book(client, name);
}

/** What nearly every scenario begins with: a server, and a new ledger on it. */
export async function newBook(flags: Flags = {}, request: Writable = null): Promise<Book> {
  const client = await serve(flags);
  return createLedger(client, request, FRESH ? "default" : newName());
}

/** The server as a process of its own, as `npm start` runs it. */
export class Process {
  readonly url: string;
  readonly #child: ChildProcess;

  constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(flags: Flags, state = ":memory:"): Promise<Process> {
    const vars = Object.entries(flags).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
    const child = spawn(process.execPath, ["scripts/start.ts", ...vars], {
      env: { ...process.env, PORT: "0", DAYBOOK_STATE: state },
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout)) {
      const url = /ready at (\S+)/.exec(line)?.[1];
      if (url !== undefined) {
        return new Process(url, child);
      }
    }
    throw new Error(`the server ended before it was ready: ${child.exitCode ?? child.signalCode}`);
  }

  /** Sends a signal and waits for the end; what the process ended with. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill(signal);
      await ended;
    }
    return this.#child.exitCode;
  }

  readonly stop = (): Promise<number | null> => this.end("SIGTERM");
}
