/**
 * Where the measuring happens: one server with the benchmark's Worker, one load generator, and
 * rounds in which the contestants take turns, so that a noisy neighbour disturbs all of them alike.
 * What is compared is compared within a round.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { startServer, type Server } from "../server.ts";
import { Generator } from "./generator.ts";
import type { Done } from "./load.ts";
import type { Workload } from "./workloads.ts";

export interface Contestant {
  readonly name: string;
  readonly workload: Workload;
  readonly connections: number;
}

export interface Sample {
  readonly rate: number;
  /** The server's processor time for one unit, in µs; undefined where the system tells none. */
  readonly cpu: number | undefined;
  readonly done: Done;
}

export interface Pace {
  readonly rounds: number;
  /** Of one turn. */
  readonly millis: number;
}

export class Arena {
  readonly #server: Server;
  readonly #generator = new Generator();
  readonly url: string;

  constructor(server: Server) {
    this.#server = server;
    this.url = server.url;
  }

  static async open(state?: string): Promise<Arena> {
    const entry = "scripts/bench/worker.ts";
    return new Arena(await startServer({ entry, state, vars: { BULK_MAX_SIZE: "1000" } }));
  }

  async close(): Promise<void> {
    this.#generator.stop();
    await this.#server.stop();
  }

  /** One request outside any measurement; anything but success is an error. */
  async ask(method: string, path: string, body?: string): Promise<string> {
    const init = body === undefined ? { method } : { method, body };
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    }
    return text;
  }

  /** One turn of one contestant. */
  async turn(contestant: Contestant, millis: number, requestsMax?: number): Promise<Sample> {
    const before = serverMicros();
    const done = await this.#generator.run({
      url: this.url,
      workload: contestant.workload,
      connections: contestant.connections,
      millis,
      ...(requestsMax === undefined ? {} : { requestsMax }),
    });
    const after = serverMicros();
    const cpu =
      before === undefined || after === undefined ? undefined : (after - before) / done.units;
    return { rate: (done.units / done.millis) * 1000, cpu, done };
  }

  /** Every contestant has its turn in every round; the first round only warms up. */
  async contest(contestants: readonly Contestant[], pace: Pace): Promise<readonly Sample[][]> {
    const samples: Sample[][] = contestants.map(() => []);
    for (let round = 0; round <= pace.rounds; round++) {
      for (const [index, contestant] of contestants.entries()) {
        const sample = await this.turn(contestant, pace.millis);
        if (round > 0) {
          samples[index]?.push(sample);
        }
      }
    }
    return samples;
  }

  /** Resident memory of the runtime, in MB. */
  memory(): number | undefined {
    const status = runtimes().map((pid) => readFileSync(`/proc/${pid}/status`, "utf8"));
    const kilobytes = status.map((text) => Number(/^VmRSS:\s*(\d+)/m.exec(text)?.[1] ?? 0));
    return kilobytes.length === 0 ? undefined : Math.max(...kilobytes) / 1024;
  }
}

/** Ids of the runtimes that this process started. */
function runtimes(): number[] {
  if (!existsSync("/proc/self/task")) {
    return [];
  }
  const children = readdirSync("/proc/self/task").flatMap((task) => {
    return readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean);
  });
  return children
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd"));
}

/** What Linux counts processor time in. */
const TICK_MICROS = 10_000;

/** Processor time the runtimes used so far. */
function serverMicros(): number | undefined {
  const pids = runtimes();
  if (pids.length === 0) {
    return undefined;
  }
  let ticks = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MICROS;
}
