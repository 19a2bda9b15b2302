/**
 * Cases in files: a script whose opening comments say on which books it runs and what comes of it.
 *
 *     // case: its title
 *     // balance a COIN 10          // metadata a key = value
 *     // var n = 1                  // flag experimental-oneof
 *     // machine: a -> z COIN 0, b -> z COIN 10
 *     // interpreter: error INSUFFICIENT_FUND part of the message
 *     // both: tx key=value, @account key=value
 */
import type { Metadata } from "../../src/core/transaction.ts";
import {
  parseScript,
  runScript,
  type Runtime,
  type ScriptOutcome,
  type ScriptStore,
} from "../../src/numscript/script.ts";

export interface ScriptCase {
  readonly title: string;
  readonly script: string;
  readonly balances: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  readonly metadata: ReadonlyMap<string, Metadata>;
  readonly variables: Readonly<Record<string, string>>;
  readonly featureFlags: readonly string[];
  readonly expected: ReadonlyMap<Runtime, string>;
}

export function readCases(text: string): ScriptCase[] {
  return text
    .split(/^(?=\/\/ case: )/m)
    .filter((part) => part.startsWith("// case: "))
    .map(readCase);
}

function readCase(script: string): ScriptCase {
  const lines = [...script.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line ?? "");
  const all = (pattern: RegExp): string[][] =>
    lines.flatMap((line) => {
      const found = pattern.exec(line);
      return found === null ? [] : [found.slice(1)];
    });
  const balances = new Map<string, Map<string, bigint>>();
  for (const [account = "", asset = "", amount = ""] of all(/^balance (\S+) (\S+) (\S+)$/)) {
    const assets = balances.get(account) ?? new Map<string, bigint>();
    balances.set(account, assets.set(asset, BigInt(amount)));
  }
  const metadata = new Map<string, Metadata>();
  for (const [account = "", key = "", value = ""] of all(/^metadata (\S+) (\S+) = (.*)$/)) {
    metadata.set(account, { ...metadata.get(account), [key]: value });
  }
  const variables = all(/^var (\S+) = (.*)$/).map(([name = "", value = ""]) => [name, value]);
  const expected = new Map<Runtime, string>();
  for (const [who = "", what = ""] of all(/^(machine|interpreter|both): (.*)$/)) {
    if (who !== "interpreter") {
      expected.set("machine", what);
    }
    if (who !== "machine") {
      expected.set("experimental-interpreter", what);
    }
  }
  return {
    title: all(/^case: (.*)$/)[0]?.[0] ?? "",
    script,
    balances,
    metadata,
    variables: Object.fromEntries(variables) as Record<string, string>,
    featureFlags: all(/^flag (\S+)$/).map(([flag = ""]) => flag),
    expected,
  };
}

export function storeOf({
  balances,
  metadata,
}: Pick<ScriptCase, "balances" | "metadata">): ScriptStore {
  return {
    balance: (account, asset) => balances.get(account)?.get(asset) ?? 0n,
    assets: (account) => balances.get(account)?.keys() ?? [],
    accountMetadata: (account) => metadata.get(account),
  };
}

/** What came of a case, in the words of its comments. */
export function runCase(given: ScriptCase, runtime: Runtime): string {
  const program = parseScript(given.script, runtime);
  if (!program.ok) {
    return `error ${program.error.code} ${program.error.message}`;
  }
  const { variables, featureFlags } = given;
  const outcome = runScript(program.value, variables, storeOf(given), { featureFlags });
  return outcome.ok
    ? describe(outcome.value)
    : `error ${outcome.error.code} ${outcome.error.message}`;
}

function describe({ postings, metadata, accountMetadata }: ScriptOutcome): string {
  const items = postings.map(({ source, destination, amount, asset }) => {
    return `${source} -> ${destination} ${asset} ${amount}`;
  });
  for (const [key, value] of Object.entries(metadata)) {
    items.push(`tx ${key}=${value}`);
  }
  for (const [account, keys] of accountMetadata) {
    for (const [key, value] of Object.entries(keys)) {
      items.push(`@${account} ${key}=${value}`);
    }
  }
  return items.length === 0 ? "nothing" : items.join(", ");
}
