/**
 * What tests of the registry share: a registry of its own for each test, and the ways in which the
 * world around it can fail.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Request } from "../../src/core/command.ts";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { armFaults, type FaultPoint } from "../../src/ledger/faults.ts";
import type { NewLedger } from "../../src/ledger/registry-rpc.ts";

let tenants = 0;

/** A tenant nobody else uses, by its registry. */
export class Tenant {
  readonly name = `tenant-${++tenants}`;

  /** A fresh stub each time, because a stub whose object was aborted stays broken. */
  get registry() {
    return env.REGISTRY.getByName(this.name);
  }

  ledger(name: string) {
    return env.LEDGER.getByName(`${this.name}/${name}`);
  }

  async create(name: string, bucket = "_default") {
    return this.registry.create(newLedger(name, bucket));
  }

  /** Names that exist, by whether their objects take writes. */
  async isWritable(name: string): Promise<boolean> {
    return (await this.ledger(name).execute(PAYMENT)).ok;
  }

  /** The ledgers as the read model has them, by number. */
  async projected() {
    const { results } = await env.DB.prepare(
      "SELECT id, name, bucket, metadata, deleted_at FROM ledgers WHERE tenant = ? ORDER BY id",
    )
      .bind(this.name)
      .all();
    return results;
  }

  async projectedVersion(): Promise<number> {
    const head = await env.DB.prepare("SELECT version FROM registry_heads WHERE tenant = ?")
      .bind(this.name)
      .first<number>("version");
    return head ?? 0;
  }

  /** When the registry's alarm is set to ring. */
  async alarm(): Promise<number | undefined> {
    return runInDurableObject(this.registry, async (_object, ctx) => {
      return (await ctx.storage.getAlarm()) ?? undefined;
    });
  }

  /** Runs a request whose object dies at a fault point; how the request ends is of no matter. */
  async crashAt(point: FaultPoint, request: () => Promise<unknown>): Promise<void> {
    const state = await runInDurableObject(this.registry, (_object, ctx) => ctx);
    let reached = false;
    armFaults((at) => {
      if (at === point && isInside(state)) {
        armFaults(undefined);
        reached = true;
        state.abort(`crash at ${point}`);
      }
    });
    try {
      await request();
    } catch {
      // The caller of an object that dies hears an error.
    } finally {
      armFaults(undefined);
    }
    if (!reached) {
      throw new Error(`${point} was never reached`);
    }
  }
}

/** Whether the code that runs is the object's own; alarms of other tests' objects ring too. */
function isInside(state: DurableObjectState): boolean {
  try {
    return state.storage.sql.databaseSize >= 0;
  } catch {
    return false;
  }
}

export function newLedger(name: string, bucket = "_default"): NewLedger {
  return { name, bucket, features: DEFAULT_FEATURES, metadata: {} };
}

const PAYMENT: Request = {
  command: {
    kind: "create-transaction",
    postings: [{ source: "world", destination: "bank", amount: 100n, asset: "USD/2" }],
    script: undefined,
    template: undefined,
    variables: {},
    timestamp: undefined,
    reference: undefined,
    metadata: undefined,
    accountMetadata: undefined,
    runtime: "",
    force: false,
  },
  idempotencyKey: "",
  dryRun: false,
  schemaVersion: "",
};

type Batch = D1Database["batch"];

/** Puts another D1 in front of the real one until `restore`. */
export function faultyBatches(answer: (real: Batch) => Batch): { restore: () => void } {
  const real = env.DB.batch.bind(env.DB);
  const spy = vi.spyOn(env.DB, "batch").mockImplementation(answer(real));
  return { restore: () => spy.mockRestore() };
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
