/**
 * A D1 with faults in front of the real one. Batches alone are faulty: the projection and the
 * questions of late commands go through them, single statements do not.
 */
import { env } from "cloudflare:workers";
import { vi } from "vitest";

export type Batch = D1Database["batch"];

/** The real one, whatever stands in front of it. */
export const realBatch: Batch = env.DB.batch.bind(env.DB);

const AWAY = "D1_ERROR: Network connection lost.";

/** How a batch can go wrong. */
export const FAULTS = {
  "fails before it applies": () => {
    return Promise.reject(new Error(AWAY));
  },
  "applies and then fails": async (statements: D1PreparedStatement[]) => {
    await realBatch(statements);
    throw new Error(AWAY);
  },
  "applies twice": async (statements: D1PreparedStatement[]) => {
    const results = await realBatch(statements);
    await realBatch(statements).catch(() => undefined);
    return results;
  },
  "applies twice and tells of the second time": async (statements: D1PreparedStatement[]) => {
    await realBatch(statements);
    return realBatch(statements);
  },
} as const satisfies Record<string, (statements: D1PreparedStatement[]) => Promise<unknown>>;
export type Fault = keyof typeof FAULTS;

/** Every batch goes through the given one until `restore`. */
export function replaceBatch(batch: (statements: D1PreparedStatement[]) => Promise<unknown>): {
  readonly restore: () => void;
} {
  const spy = vi.spyOn(env.DB, "batch").mockImplementation(batch as Batch);
  return { restore: () => spy.mockRestore() };
}

/**
 * Batches wait, and are lost when D1 is back. Each looks for itself whether it is: a promise of one
 * object cannot be settled by another.
 */
export function hangingBatches(): { readonly restore: () => void } {
  let isAway = true;
  const { restore } = replaceBatch(async () => {
    while (isAway) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(AWAY);
  });
  return {
    restore: () => {
      isAway = false;
      restore();
    },
  };
}
