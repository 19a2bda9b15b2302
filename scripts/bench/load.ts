/**
 * The load generator: a process of its own, so that it shares no event loop with the server's
 * helper process. It takes one job at a time from its parent, keeps the job's connections busy for
 * the job's time, and reports how many answers came and how long that took. An answer of a status
 * that the job does not expect ends it.
 */
import { must } from "../../src/core/assert.ts";
import { Connection } from "./connection.ts";
import { requestsOf, type Workload } from "./workloads.ts";

/** So many connections, busy so long (or for so many requests). */
export interface Job {
  readonly url: string;
  readonly workload: Workload;
  readonly connections: number;
  readonly millis: number;
  /** Ends the job early; undefined: only time does. */
  readonly requestsMax?: number;
}

export interface Done {
  readonly answers: number;
  /** What the answers stand for: a bulk's are many. */
  readonly units: number;
  /** From the first request to the last answer, and to the end of what had to be waited for. */
  readonly millis: number;
  /** How long an answer took, in microseconds. */
  readonly median: number;
  readonly p99: number;
  /** How much of one core the generator itself used: near 1, it is what was measured. */
  readonly busy: number;
}

export type Report = { readonly done: Done } | { readonly failed: string };

async function run(job: Job): Promise<Done> {
  const url = new URL(job.url);
  const { next, expects, units, after } = requestsOf(job.workload, url.host);
  const connections = await openAll(url, job.connections);
  const latencies: number[] = [];
  const limit = job.requestsMax ?? Number.POSITIVE_INFINITY;
  const cpu = process.cpuUsage();
  const start = performance.now();
  let sent = 0;
  /** Keeps one connection busy to the end of the job. */
  const drive = async (connection: Connection): Promise<void> => {
    for (;;) {
      const at = performance.now();
      if (at >= start + job.millis || sent >= limit) {
        return;
      }
      sent++;
      const { status, body } = await connection.ask(next());
      if (status !== expects) {
        throw new Error(`${job.workload.kind}: ${status} ${body}`);
      }
      latencies.push(performance.now() - at);
    }
  };
  try {
    await Promise.all(connections.map(drive));
    for (const request of after) {
      const { status, body } = await must(connections[0], "a job has connections").ask(request);
      if (status >= 300) {
        throw new Error(`after ${job.workload.kind}: ${status} ${body}`);
      }
    }
  } finally {
    for (const connection of connections) {
      connection.close();
    }
  }
  const millis = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const busy = (user + system) / 1000 / millis;
  const answers = latencies.length;
  return { answers, units: answers * units, millis, busy, ...summarise(latencies) };
}

function openAll(url: URL, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => Connection.open(url)));
}

function summarise(latencies: number[]): Pick<Done, "median" | "p99"> {
  latencies.sort((a, b) => a - b);
  const at = (part: number): number => {
    return Math.round((latencies[Math.floor(latencies.length * part)] ?? 0) * 1000);
  };
  return { median: at(0.5), p99: at(0.99) };
}

process.on("message", (job: Job) => {
  void run(job).then(
    (done) => process.send?.({ done } satisfies Report),
    (error: unknown) => process.send?.({ failed: String(error) } satisfies Report),
  );
});
process.on("disconnect", () => process.exit(0));
