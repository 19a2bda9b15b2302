/** `npm start` with variables: those it takes reach the Worker, a wrong one is refused at once. */
import { spawn } from "node:child_process";
import { expect, test } from "vitest";

interface Run {
  /** What it said until it was ready or gone. */
  readonly output: string;
  readonly code: number | null;
  readonly url: string | undefined;
  readonly stop: () => void;
}

function start(...vars: readonly string[]): Promise<Run> {
  const args = vars.flatMap((text) => ["--var", text]);
  const child = spawn(process.execPath, ["scripts/start.ts", ...args], {
    env: { ...process.env, PORT: "0", DAYBOOK_STATE: ":memory:" },
  });
  return new Promise((resolve) => {
    let output = "";
    const settle = (code: number | null): void => {
      const url = /ready at (\S+)/.exec(output)?.[1];
      resolve({ output, code, url, stop: () => child.kill("SIGTERM") });
    };
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes("ready at")) {
        settle(null);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", settle);
  });
}

test("a variable that cannot be is named, and nothing starts", async () => {
  const run = await start("DEFAULT_PAGE_SIZE:x");
  expect(run.code).toBe(1);
  expect(run.output.trim()).toBe(
    'DEFAULT_PAGE_SIZE must be a whole number of at least 1, not "x".',
  );
});

test("variables reach the Worker; unknown ones do no harm", async () => {
  const run = await start("SCHEMA_ENFORCEMENT_MODE:strict", "SOMETHING_ELSE:1");
  try {
    const info = await fetch(`${run.url}/v2/_info`);
    expect(await info.json()).toMatchObject({
      data: { config: { schemaEnforcementMode: "strict" } },
    });
  } finally {
    run.stop();
  }
});
