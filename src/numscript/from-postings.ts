/**
 * The script that a plain list of postings stands for (contract §4.2). Its text enters the
 * fingerprint of a request, so it is made exactly as the original makes it.
 */
import { WORLD } from "../core/address.ts";
import { compareText } from "../core/json.ts";
import type { Posting } from "../core/transaction.ts";

export interface PostingsScript {
  readonly plain: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Sources that are unchecked, but for world, get an overdraft without bound. */
export function scriptFromPostings(
  postings: readonly Posting[],
  isUnchecked: (source: string) => boolean,
): PostingsScript {
  const accounts = new Map<string, string>();
  const monetaries = new Map<string, string>();
  const account = (address: string): string => {
    return address === WORLD ? "@world" : `$${nameIn(accounts, address, "va")}`;
  };
  let sends = "";
  for (const { source, destination, amount, asset } of postings) {
    const from = account(source);
    const isBound = source === WORLD || !isUnchecked(source);
    const overdraft = isBound ? "" : " allowing unbounded overdraft";
    const to = account(destination);
    const monetary = nameIn(monetaries, `${asset} ${amount}`, "vm");
    sends += `send $${monetary} (\n\tsource = ${from}${overdraft}\n` + `\tdestination = ${to}\n)\n`;
  }
  const lines = [...declare("account", accounts), ...declare("monetary", monetaries)];
  const plain = `vars {\n${lines.join("")}}\n${sends}`;
  const variables = [...accounts, ...monetaries].map(([value, name]) => [name, value] as const);
  return { plain, variables: Object.fromEntries(variables) };
}

function nameIn(names: Map<string, string>, value: string, prefix: string): string {
  let name = names.get(value);
  if (name === undefined) {
    name = `${prefix}${names.size}`;
    names.set(value, name);
  }
  return name;
}

function declare(type: string, names: ReadonlyMap<string, string>): string[] {
  return [...names.values()].toSorted(compareText).map((name) => `\t${type} $${name}\n`);
}
