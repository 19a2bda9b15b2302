/**
 * Bounds how long work of others is waited for. What was given up on may still happen later, so
 * only work that is harmless twice belongs here.
 */

/** The work's result, or a rejection that says what did not answer in time. */
export async function within<T>(millis: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer in time`)), millis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
