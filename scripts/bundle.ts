/**
 * Bundles a Worker with esbuild as wrangler does: one ES module, `.sql` files as text, the
 * runtime's own modules left outside. About 0.1 s, so nothing is cached between runs.
 */
import { build } from "esbuild";
import { ROOT } from "./config.ts";

export async function bundle(entry: string): Promise<string> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".sql": "text" },
    external: ["cloudflare:*", "node:*"],
    // Names cost every call that makes a function; wrangler.toml says the same.
    keepNames: false,
    logLevel: "silent",
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${entry} does not build. \`npm run types\` may say more.\n${reason}`);
  });
  const file = result.outputFiles[0];
  if (file === undefined) {
    throw new Error(`${entry} built to nothing`);
  }
  return file.text;
}
