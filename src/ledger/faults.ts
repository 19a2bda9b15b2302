/**
 * The instants at which a crash could tear state, by name. Nothing happens there unless a test arms
 * one; a test fails if a point in this list was never reached
 * (test/ledger/faults.workerd.test.ts).
 */
export const FAULT_POINTS = [
  "before-commit",
  "inside-commit",
  "after-commit",
  "before-projection",
  "after-projection",
  "before-alarm",
  "after-alarm",
  "registry-reserved",
  "registry-configured",
  "registry-marked",
  "registry-destroyed",
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

type Hook = (point: FaultPoint) => void;

let hook: Hook | undefined;

/**
 * For tests: what to do when a point is reached; it may throw or abort the object. undefined
 * disarms.
 */
export function armFaults(next: Hook | undefined): void {
  hook = next;
}

export function faultPoint(point: FaultPoint): void {
  hook?.(point);
}
