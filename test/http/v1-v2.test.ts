/**
 * One book, two dialects: whatever either writes, both read the same, and it does not matter which
 * of them wrote it.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { send, useServer } from "./v1-client.ts";

const ask = useServer();

/** What a client does, in whichever dialect. */
type Step =
  | { readonly kind: "pay"; readonly from: string; readonly to: string; readonly amount: number }
  | { readonly kind: "script"; readonly from: string; readonly to: string; readonly amount: number }
  | { readonly kind: "revert"; readonly id: number; readonly force: boolean }
  | { readonly kind: "describe-account"; readonly address: string; readonly value: string }
  | { readonly kind: "describe-transaction"; readonly id: number; readonly value: string }
  | { readonly kind: "forget"; readonly target: string };

const account = fc.constantFrom("world", "a", "b", "c:d");
const id = fc.integer({ min: 1, max: 6 });
const value = fc.constantFrom("", "x", '"quoted"', "é");
const movement = { from: account, to: account, amount: fc.nat({ max: 20 }) };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pay" as const), ...movement }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("script" as const), ...movement }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("revert" as const), id, force: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("describe-account" as const),
      address: account,
      value,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("describe-transaction" as const), id, value }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("forget" as const),
      target: fc.constantFrom("accounts/a", "accounts/c:d", "transactions/1", "transactions/5"),
    }),
  },
);

/** Takes a step; the answer is its status. */
async function take(ledger: string, isV1: boolean, step: Step, index: number): Promise<number> {
  const base = isV1 ? `/${ledger}` : `/v2/${ledger}`;
  const answer = await request(base, isV1, step, index);
  return answer.status;
}

function request(base: string, isV1: boolean, step: Step, index: number): ReturnType<typeof ask> {
  switch (step.kind) {
    case "pay": {
      const { from: source, to: destination, amount } = step;
      const postings = [{ source, destination, amount, asset: "USD" }];
      return ask("POST", `${base}/transactions`, { postings, reference: `r${index}` });
    }
    case "script": {
      const { from, to, amount } = step;
      const plain = send(`[USD ${amount}]`, `@${from}`, `@${to}`);
      return ask("POST", `${base}/transactions`, { script: { plain }, metadata: { by: "script" } });
    }
    case "revert": {
      const parameter = isV1 ? "disableChecks" : "force";
      return ask("POST", `${base}/transactions/${step.id}/revert?${parameter}=${step.force}`);
    }
    case "describe-account":
      return ask("POST", `${base}/accounts/${step.address}/metadata`, { k: step.value });
    case "describe-transaction":
      return ask("POST", `${base}/transactions/${step.id}/metadata`, { k: step.value });
    case "forget":
      return ask("DELETE", `${base}/${step.target}/metadata/k`);
  }
}

interface Cursor<T> {
  readonly cursor: { readonly data: readonly T[] };
}

async function listed<T>(path: string): Promise<readonly T[]> {
  const answer = await ask("GET", path);
  expect(answer.status, path).toBe(200);
  return (answer.body as Cursor<T>).cursor.data;
}

interface Transaction {
  readonly id: number;
  readonly txid?: number;
}

interface Account {
  readonly address: string;
  readonly volumes?: Readonly<Record<string, { readonly balance: number }>>;
}

function balancesOf({ volumes = {} }: Account): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(volumes).map(([asset, { balance }]) => [asset, balance]),
  );
}

/** That both dialects show the same; the answer is what they show. */
async function readBoth(ledger: string): Promise<readonly unknown[]> {
  const transactions = await listed<Transaction>(`/v2/${ledger}/transactions?expand=volumes`);
  expect(await listed<Transaction>(`/${ledger}/transactions`)).toEqual(
    transactions.map((transaction) => ({ ...transaction, txid: transaction.id })),
  );
  const accounts = await listed<Account>(`/v2/${ledger}/accounts?expand=volumes`);
  expect(await listed(`/${ledger}/accounts?expand=volumes`)).toEqual(accounts);
  expect(await listed(`/${ledger}/balances`)).toEqual(
    accounts.map((account) => ({ [account.address]: balancesOf(account) })),
  );
  for (const account of accounts) {
    const one = await ask("GET", `/${ledger}/accounts/${account.address}`);
    expect(one.body).toEqual({ data: { ...account, balances: balancesOf(account) } });
  }
  const logs = await listed(`/v2/${ledger}/logs`);
  expect(await listed(`/${ledger}/logs`)).toEqual(logs);
  for (const path of ["stats", "aggregate/balances"]) {
    const v2 = await ask("GET", `/v2/${ledger}/${path}`);
    expect((await ask("GET", `/${ledger}/${path}`)).body).toEqual(v2.body);
  }
  return [transactions, accounts, logs];
}

/** Without what depends on when it happened. */
function timeless(shown: readonly unknown[]): unknown {
  const text = JSON.stringify(shown);
  return text
    .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"then"')
    .replaceAll(/"hash":"[^"]*"/g, '"hash":"…"');
}

let ledgers = 0;

test("v1 and v2 read each other's writes", { timeout: 300_000 }, async () => {
  const turns = fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(turns, async (turns) => {
      const [one, other] = [`one-${++ledgers}`, `other-${ledgers}`];
      await ask("POST", `/v2/${one}`);
      await ask("POST", `/v2/${other}`);
      for (const [index, [step, isV1]] of turns.entries()) {
        const status = await take(one, isV1, step, index);
        expect(await take(other, !isV1, step, index)).toBe(status);
      }
      expect(timeless(await readBoth(one))).toBe(timeless(await readBoth(other)));
    }),
    { numRuns: 25 },
  );
});
