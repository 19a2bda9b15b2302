/**
 * What an idempotency key may be. A key that cannot be kept is found where the log is made, as in
 * the original: after everything else about the command (contract I.1 §4.8, §2.7).
 */
import { IDEMPOTENCY_KEY_MAX } from "../core/limits.ts";

/** What is wrong with a key; undefined when it can be kept. */
export function keyProblem(key: string): string | undefined {
  if (key.length > IDEMPOTENCY_KEY_MAX) {
    const problem = `has ${key.length} characters, the limit is ${IDEMPOTENCY_KEY_MAX}`;
    return `the idempotency key ${problem}`;
  }
  // It would break the chain of hashes that the original recomputes from an export.
  return key.includes("\\") ? "the idempotency key must not contain a backslash" : undefined;
}
