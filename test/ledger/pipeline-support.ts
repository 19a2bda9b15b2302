/**
 * What tests of pipelines and events share: a receiver in place of the outside world, which answers
 * as a test says and remembers what it was sent, and ledgers that feed it.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { Batching, Destination } from "../../src/ledger/destination.ts";
import { assert } from "../../src/core/assert.ts";
import { faultyBatches, range, Tenant } from "./registry-support.ts";

/**
 * The clock of these tests stands still until they set it; far off, so that no alarm rings by
 * itself.
 */
export const NOON = Date.parse("2099-03-01T12:00:00Z");

export interface Received {
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  /** Ids of the logs inside, when the body is an array of logs. */
  readonly ids: readonly number[];
}

type Answer = (received: Received) => Response | Promise<Response>;

export const TAKES: Answer = () => new Response(null, { status: 204 });
export const FAILS: Answer = () => new Response("out of order\n", { status: 500 });
export const BREAKS: Answer = () => Promise.reject(new Error("connection refused"));
/** Never answers; hears when it is given up on. */
export const HANGS: Answer = () => new Promise(() => undefined);

/** Everything the Worker sends outside arrives here. */
export class Receiver {
  readonly received: Received[] = [];
  /** What to do with the next requests; the last one stays. */
  answers: Answer[] = [TAKES];
  aborted = 0;

  constructor() {
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      const received = { url: request.url, headers: request.headers, text, ids: idsIn(text) };
      this.received.push(received);
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      return Promise.race([(answer ?? TAKES)(received), this.#abortion(init?.signal)]);
    });
  }

  #abortion(signal: AbortSignal | null | undefined): Promise<never> {
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        this.aborted++;
        reject(new Error("the request was aborted"));
      });
    });
  }

  /** Ids of the logs of each request so far. */
  get batches(): readonly (readonly number[])[] {
    return this.received.map(({ ids }) => ids);
  }
}

function idsIn(text: string): number[] {
  try {
    const logs = JSON.parse(text) as { id: number }[];
    return Array.isArray(logs) ? logs.map(({ id }) => id) : [];
  } catch {
    return [];
  }
}

const NO_BATCHING: Batching = { maxItems: 0, flushMs: 0 };

export function httpTo(url: string, batching: Partial<Batching> = {}): Destination {
  return { driver: "http", url, batching: { ...NO_BATCHING, ...batching } };
}

/** A ledger named main, and pipelines of it. */
export class Piped extends Tenant {
  static async open(): Promise<Piped> {
    const piped = new Piped();
    await piped.create("main");
    return piped;
  }

  get main() {
    return this.ledger("main");
  }

  async exporter(destination: Destination): Promise<string> {
    const { driver } = destination;
    const created = await this.registry.createExporter({ driver, config: "{}", destination });
    return valueOf(created).id;
  }

  async pipe(destination: Destination): Promise<string> {
    const created = await this.registry.createPipeline("main", await this.exporter(destination));
    return valueOf(created).id;
  }

  /** So many logs, committed one after the other. */
  async pay(count = 1, ledger = "main"): Promise<void> {
    for (const _ of range(count)) {
      assert(await this.isWritable(ledger), "the ledger takes a payment");
    }
  }

  async state(id: string) {
    return valueOf(await this.main.pipeline(id));
  }

  async alarmOf(ledger = "main"): Promise<number | undefined> {
    return runInDurableObject(this.ledger(ledger), async (_object, ctx) => {
      return (await ctx.storage.getAlarm()) ?? undefined;
    });
  }

  /** Log and transaction ids are used up without a log (contract §2.7). */
  async dryRunThatUsesIds(): Promise<void> {
    const command = { kind: "revert-transaction", id: 1, force: true } as const;
    const outcome = await this.main.execute({
      command: { ...command, atEffectiveDate: false, metadata: undefined },
      idempotencyKey: "",
      dryRun: true,
      schemaVersion: "",
    });
    assert(outcome.ok, "there is something to revert");
  }

  async projectedLogs(): Promise<number | null> {
    return env.DB.prepare("SELECT max(last_log) AS n FROM batches WHERE tenant = ?")
      .bind(this.name)
      .first<number>("n");
  }

  breakD1(): { restore: () => void } {
    return faultyBatches(() => async () => {
      throw new Error("D1 is away");
    });
  }

  hangD1(): { restore: () => void } {
    return faultyBatches(() => () => new Promise(() => undefined));
  }

  async abortMain(): Promise<void> {
    await runInDurableObject(this.main, (_object, ctx) => {
      ctx.abort("crash");
    }).catch(() => undefined);
  }

  /** Lets time pass and the ledger's alarm ring. */
  async ringAfter(millis: number): Promise<void> {
    vi.setSystemTime(Date.now() + millis);
    await runDurableObjectAlarm(this.main);
  }
}

export function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  assert(result.ok, JSON.stringify(result));
  return result.value;
}

const TRIES = 500;
const PAUSE_MS = 10;

/** Waits for what happens in the background, without moving the clock that the objects see. */
export async function eventually(check: () => unknown): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await check();
      return;
    } catch (error) {
      if (tries === TRIES) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual: unknown;
  readonly expected: unknown;
}

type Equals = (a: unknown, b: unknown) => boolean;

/** Asks until the answer is the expected one, or for long enough. */
async function meets(ask: () => unknown, expected: unknown, equals: Equals): Promise<Verdict> {
  for (let tries = 1; ; tries++) {
    const actual = await ask();
    const pass = equals(actual, expected);
    if (pass || tries === TRIES) {
      return { pass, actual, expected, message: () => "what was expected did not come" };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

expect.extend({
  toReceive(receiver: Receiver, batches: unknown) {
    return meets(() => receiver.batches, batches, this.equals.bind(this));
  },
  toReach(piped: Piped, id: string, lastLog: number | undefined, error: RegExp = NO_ERROR) {
    const expected = { lastLog, error: expect.stringMatching(error) as unknown };
    const ask = async (): Promise<unknown> => {
      const state = await piped.state(id);
      return { lastLog: state.lastLog, error: state.error ?? "" };
    };
    return meets(ask, expected, this.equals.bind(this));
  },
});

const NO_ERROR = /^$/;

declare module "vitest" {
  interface Matchers<T> {
    /** A receiver gets these batches of log ids, sooner or later, and no others. */
    toReceive(batches: readonly (readonly number[])[]): Promise<void>;
    /** A pipeline remembers to have handed on this log, and how its last try failed. */
    toReach(id: string, lastLog: number | undefined, error?: RegExp): Promise<void>;
  }
}
