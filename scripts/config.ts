/**
 * What `wrangler.toml` says, for the scripts that run the Worker without wrangler. The file stays
 * the only place where bindings, the compatibility date and migrations are written down; what is
 * not understood here is refused, not guessed.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const WranglerToml = z.object({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  vars: z.record(z.string(), z.json()).default({}),
  durable_objects: z.object({
    bindings: z.array(z.object({ name: z.string(), class_name: z.string() })),
  }),
  d1_databases: z.array(
    z.object({ binding: z.string(), database_id: z.string(), migrations_dir: z.string() }),
  ),
});
export type Config = z.infer<typeof WranglerToml>;

export function readConfig(): Config {
  const path = join(ROOT, "wrangler.toml");
  const config = WranglerToml.safeParse(parse(readFileSync(path, "utf8")));
  if (config.success) {
    return config.data;
  }
  throw new Error(`wrangler.toml is not as scripts/config.ts expects it.\n${config.error.message}`);
}
