/**
 * Ledgers for the benchmark to work on: created, their accounts funded, filled to a size. None of
 * it is measured.
 */
import type { Arena } from "./arena.ts";
import { accountName, ASSET } from "./workloads.ts";

/** Enough that no payment between accounts fails, whatever chance does. */
const FUNDS = 1_000_000_000;
const POSTINGS_EACH = 1_000;

export async function createLedger(arena: Arena, ledger: string, body = "{}"): Promise<void> {
  await arena.ask("POST", `/v2/${ledger}`, body);
}

/** Gives every account money, a thousand accounts a transaction; returns how many transactions. */
export async function fund(arena: Arena, ledger: string, accounts: number): Promise<number> {
  let transactions = 0;
  for (let from = 0; from < accounts; from += POSTINGS_EACH) {
    const size = Math.min(POSTINGS_EACH, accounts - from);
    const postings = Array.from({ length: size }, (_, index) => ({
      source: "world",
      destination: accountName(from + index),
      amount: FUNDS,
      asset: ASSET,
    }));
    await arena.ask("POST", `/v2/${ledger}/transactions`, JSON.stringify({ postings }));
    transactions++;
  }
  await arena.ask("GET", `/_bench/drain/${ledger}`);
  return transactions;
}

/** Requests between two lines of progress. */
const STRETCH = 100;
const BULK_SIZE = 100;

/** Writes transactions from world until there are so many, in bulks; tells how far it is. */
export async function fillTo(
  arena: Arena,
  ledger: string,
  target: number,
  accounts: number,
): Promise<void> {
  const money = { from: "world", accounts } as const;
  const workload = { kind: "bulk", ledger, size: BULK_SIZE, money } as const;
  const contestant = { name: "fill", workload, connections: 4 };
  let count = await countOf(arena, ledger);
  while (count < target) {
    const bulks = Math.min(STRETCH, Math.ceil((target - count) / BULK_SIZE));
    const { rate } = await arena.turn(contestant, Number.MAX_SAFE_INTEGER, bulks);
    count = await countOf(arena, ledger);
    console.error(`${ledger}: ${count} of ${target} transactions, ${Math.round(rate)}/s`);
  }
}

async function countOf(arena: Arena, ledger: string): Promise<number> {
  const { data } = JSON.parse(await arena.ask("GET", `/v2/${ledger}/stats`)) as {
    data: { transactions: number };
  };
  return data.transactions;
}
