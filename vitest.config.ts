/**
 * Two kinds of tests: `pure` runs in Node within milliseconds; `workerd` runs in the real runtime
 * with real Durable Objects and a real, migrated D1. Tests over HTTP start the built Worker
 * themselves (test/http).
 */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** How the model is run (scripts/test-model.ts); without options short, and always the same. */
function modelOptions(): { runs: number; seed: number; path?: string } {
  const { MODEL_RUNS = "30", MODEL_SEED = "1", MODEL_PATH } = process.env;
  const path = MODEL_PATH === undefined ? {} : { path: MODEL_PATH };
  return { runs: Number(MODEL_RUNS), seed: Number(MODEL_SEED), ...path };
}

export default defineConfig(async () => ({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.workerd.test.ts", "test/http/**"],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations/read-model"),
                MODEL: modelOptions(),
              },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.workerd.test.ts"],
          setupFiles: ["test/support/apply-migrations.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "http",
          include: ["test/http/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
}));
