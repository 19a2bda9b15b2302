/**
 * Assertions: what must hold if this program is right. They throw, because a broken invariant is a
 * bug and not an answer; user errors are values (`result.ts`).
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new Error(`invariant broken: ${message}`);
  }
}

export function must<T>(value: T | undefined | null, message: string): T {
  assert(value !== undefined && value !== null, message);
  return value;
}

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
