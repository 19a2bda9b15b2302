/**
 * Long runs of the model against the real ledger: `npm run test:model -- --runs 1000`. The seed is
 * drawn and printed; a failure prints seed and path, and `--seed S --path P` plays it again.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    path: { type: "string" },
  },
});
const { runs, seed, path } = values;

console.log(`${runs} stories, seed ${seed}${path === undefined ? "" : `, path ${path}`}`);
const child = spawn("vitest", ["run", "--project", "workerd", "test/model"], {
  stdio: "inherit",
  env: {
    ...process.env,
    MODEL_RUNS: runs,
    MODEL_SEED: seed,
    ...(path === undefined ? {} : { MODEL_PATH: path }),
  },
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
