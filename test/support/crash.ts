/**
 * Deaths of objects: at a fault point of the code, or as its request is under way in D1. The caller
 * of an object that dies hears an error; the next stub meets a new instance.
 */
import { runInDurableObject } from "cloudflare:test";
import { armFaults, type FaultPoint } from "../../src/ledger/faults.ts";

/** What dies; a fresh stub for each use, because one that saw a crash keeps failing. */
type Victim<T extends Rpc.DurableObjectBranded> = () => DurableObjectStub<T>;

/**
 * Runs an action during which the object dies at a fault point; how the action ends is of no
 * matter. Fails when the point was not reached.
 */
export async function crashAt<T extends Rpc.DurableObjectBranded>(
  point: FaultPoint,
  victim: Victim<T>,
  action: () => Promise<unknown>,
): Promise<void> {
  const state = await stateOf(victim);
  let isReached = false;
  armFaults((at) => {
    if (at === point && isInside(state)) {
      armFaults(undefined);
      isReached = true;
      state.abort(`crash at ${point}`);
    }
  });
  await action().catch(() => undefined);
  armFaults(undefined);
  if (!isReached) {
    throw new Error(`${point} was never reached`);
  }
}

export async function stateOf<T extends Rpc.DurableObjectBranded>(
  victim: Victim<T>,
): Promise<DurableObjectState> {
  return runInDurableObject(victim(), (_object, state) => state);
}

/** Whether the code that runs is the object's own: alarms of other tests' objects ring too. */
function isInside(state: DurableObjectState): boolean {
  try {
    return state.storage.sql.databaseSize >= 0;
  } catch {
    return false;
  }
}
