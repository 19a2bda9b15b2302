/**
 * Which balances a script looks at: those pairs exist from then on (numscript contract §8.5, §9.1).
 */
import { expect, test } from "vitest";
import { parseScript, runScript, type Runtime } from "../../src/numscript/script.ts";

const BALANCES: Readonly<Record<string, bigint>> = { "a COIN": 50n, "s EUR": 3n, "s EURX": 9n };

function asked(script: string, runtime: Runtime, featureFlags: readonly string[] = []): string[] {
  const program = parseScript(script, runtime);
  const store = {
    balance: (account: string, asset: string) => BALANCES[`${account} ${asset}`] ?? 0n,
    assets: (account: string) =>
      Object.keys(BALANCES).flatMap((pair) => {
        return pair.startsWith(`${account} `) ? [pair.slice(account.length + 1)] : [];
      }),
    accountMetadata: () => ({}),
  };
  const outcome = program.ok ? runScript(program.value, {}, store, { featureFlags }) : program;
  return outcome.ok
    ? outcome.value.asked.map((pair) => pair.join(" ")).toSorted()
    : [outcome.error.message];
}

const SCRIPT = `vars {
  monetary $b = balance(@looked, USD)
}
save [COIN 1] from @saved
send [COIN 10] (
  source = {
    max [COIN 2] from @a
    @bounded allowing overdraft up to [COIN 5]
    @free allowing unbounded overdraft
  }
  destination = @z
)
`;

test("the machine asks for balance() and for every source with a bound", () => {
  expect(asked(SCRIPT, "machine")).toEqual(["a COIN", "bounded COIN", "looked USD"]);
});

test("the interpreter asks for what is saved as well", () => {
  expect(asked(SCRIPT, "experimental-interpreter")).toEqual([
    "a COIN",
    "bounded COIN",
    "looked USD",
    "saved COIN",
  ]);
});

test("nobody is asked twice, and the world not at all", () => {
  const script = `send [COIN 1] (
  source = {
    @a
    @world
  }
  destination = @z
)
send [COIN 1] (
  source = @a
  destination = @a
)
`;
  expect(asked(script, "machine")).toEqual(["a COIN"]);
  expect(asked(script, "experimental-interpreter")).toEqual(["a COIN"]);
});

test("an exchange asks for every scale there is, and for the one that is wanted", () => {
  const script = "send [EUR/2 1] ( source = @s with scaling through @swap destination = @z )\n";
  const flags = ["experimental-asset-scaling"];
  expect(asked(script, "experimental-interpreter", flags)).toEqual(["s EUR", "s EUR/2"]);
});
