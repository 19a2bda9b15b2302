/**
 * What the load generator can ask: each workload makes whole HTTP requests as text, one after the
 * other, at random within its bounds. Plain data in, so that a job crosses to another process.
 */
import type { Runtime } from "../../src/numscript/script.ts";

export type Workload =
  /** An empty Worker. */
  | { readonly kind: "no-op" }
  /** A Durable Object that stores nothing: a body there and back, or nothing at all. */
  | { readonly kind: "echo"; readonly ledgers: readonly string[]; readonly body: boolean }
  | Write
  | Scripted
  | { readonly kind: "bulk"; readonly ledger: string; readonly size: number; readonly money: Money }
  /** The same request again and again. */
  | { readonly kind: "get"; readonly path: string }
  /** The bare D1 query of one page. */
  | { readonly kind: "bare-page"; readonly ledger: string }
  | { readonly kind: "page"; readonly ledger: string }
  | { readonly kind: "account"; readonly ledger: string; readonly accounts: number }
  | { readonly kind: "transaction"; readonly ledger: string; readonly transactions: number };

/** Single transactions, picked at random between the ledgers. */
interface Write {
  readonly kind: "write";
  readonly ledgers: readonly string[];
  readonly money: Money;
}

/** Single payments from world by a script. */
interface Scripted {
  readonly kind: "scripted";
  readonly ledger: string;
  readonly accounts: number;
  readonly runtime: Runtime;
}

/** One posting from world to one of so many accounts, or between two of them. */
export interface Money {
  readonly from: "world" | "account";
  readonly accounts: number;
}

export interface Requests {
  readonly next: () => string;
  readonly expects: number;
  /** How many things an answer stands for. */
  readonly units: number;
  /** Asked at the end, inside the measured time. */
  readonly after: readonly string[];
}

export const PAGE_SIZE = 15;
export const ASSET = "USD/2";

export function requestsOf(workload: Workload, host: string): Requests {
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const post = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  const drain = (ledger: string): string => get(`/_bench/drain/${ledger}`);
  const reads = (next: () => string): Requests => ({ next, expects: 200, units: 1, after: [] });
  const fixed = (path: string): Requests => {
    const request = get(path);
    return reads(() => request);
  };
  switch (workload.kind) {
    case "no-op":
      return fixed("/_bench/no-op");
    case "get":
      return fixed(workload.path);
    case "bare-page":
      return fixed(`/_bench/page/${workload.ledger}`);
    case "page":
      return fixed(`/v2/${workload.ledger}/transactions?pageSize=${PAGE_SIZE}`);
    case "account": {
      const { ledger, accounts } = workload;
      return reads(() => get(`/v2/${ledger}/accounts/${someAccount(accounts)}?expand=volumes`));
    }
    case "transaction": {
      const { ledger, transactions } = workload;
      return reads(() => get(`/v2/${ledger}/transactions/${1 + below(transactions)}`));
    }
    case "echo": {
      const path = (): string => `/_bench/echo/${pick(workload.ledgers)}`;
      return reads(workload.body ? () => post(path(), creation(A_PAYMENT)) : () => get(path()));
    }
    case "write": {
      const { ledgers, money } = workload;
      const next = (): string => post(`/v2/${pick(ledgers)}/transactions`, creation(money));
      return { next, expects: 200, units: 1, after: ledgers.map(drain) };
    }
    case "scripted": {
      const { ledger, accounts, runtime } = workload;
      const next = (): string => post(`/v2/${ledger}/transactions`, scripted(runtime, accounts));
      return { next, expects: 200, units: 1, after: [drain(ledger)] };
    }
    case "bulk": {
      const { ledger, size, money } = workload;
      const next = (): string => post(`/v2/${ledger}/_bulk`, bulk(size, money));
      return { next, expects: 200, units: size, after: [drain(ledger)] };
    }
  }
}

const A_PAYMENT: Money = { from: "world", accounts: 10_000 };

/** The body of one transaction with one posting. */
function creation({ from, accounts }: Money): string {
  const destination = someAccount(accounts);
  const source = from === "world" ? "world" : otherThan(destination, accounts);
  const amount = from === "world" ? 100 : 1;
  return (
    `{"postings":[{"source":"${source}","destination":"${destination}",` +
    `"amount":${amount},"asset":"${ASSET}"}],"metadata":{}}`
  );
}

const PAYMENT =
  "vars {\n  account $to\n  monetary $money\n}\n" +
  "send $money (\n  source = @world\n  destination = $to\n)\n";

/** The same as a payment from world, said by a script, always the same one. */
function scripted(runtime: Runtime, accounts: number): string {
  const vars = { to: someAccount(accounts), money: `${ASSET} 100` };
  return JSON.stringify({ script: { plain: PAYMENT, vars }, runtime, metadata: {} });
}

function bulk(size: number, money: Money): string {
  const elements = Array.from({ length: size }, () => {
    return `{"action":"CREATE_TRANSACTION","data":${creation(money)}}`;
  });
  return `[${elements.join(",")}]`;
}

/** Names of one length, so that a body has as many bytes as characters and all are alike. */
export function accountName(index: number): string {
  return `users:${String(index).padStart(9, "0")}`;
}

function someAccount(accounts: number): string {
  return accountName(below(accounts));
}

function otherThan(account: string, accounts: number): string {
  for (;;) {
    const other = someAccount(accounts);
    if (other !== account) {
      return other;
    }
  }
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function pick(list: readonly string[]): string {
  return list[below(list.length)] ?? "";
}
