/**
 * What the tests of bulks have in common: sending them, and making their elements.
 */
import { expect } from "vitest";
import type { Server } from "../../scripts/server.ts";

export interface Result {
  readonly responseType: string;
  readonly logID: number;
  readonly errorCode?: string;
  readonly errorDescription?: string;
  readonly data?: Transaction;
}

export interface Transaction {
  readonly id: number;
  readonly insertedAt: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly postCommitVolumes: unknown;
  readonly postCommitEffectiveVolumes: unknown;
}

export interface Answer {
  readonly status: number;
  readonly data: readonly Result[];
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

let ledgers = 0;

export async function newLedger(server: Server): Promise<string> {
  ledgers += 1;
  const url = `${server.url}/v2/bulk-${ledgers}`;
  expect((await fetch(url, { method: "POST" })).status).toBe(204);
  return url;
}

export async function send(url: string, body: string, query = "", type?: string): Promise<Answer> {
  const headers = type === undefined ? {} : { "Content-Type": type };
  const init = { method: "POST", body: new TextEncoder().encode(body), headers };
  const response = await fetch(`${url}/_bulk${query}`, init);
  const answer = await response.json<Omit<Answer, "status">>();
  return { status: response.status, ...answer };
}

export function bulk(url: string, elements: readonly unknown[], query = ""): Promise<Answer> {
  return send(url, JSON.stringify(elements), query);
}

/** How each element fared: its action and log, or its error. */
export function fates(answer: Answer): readonly string[] {
  return answer.data.map(({ errorCode, errorDescription, responseType, logID }) => {
    return errorCode === undefined
      ? `${responseType} ${logID}`
      : errorDescription === "context canceled"
        ? "canceled"
        : errorCode;
  });
}

export async function logIds(url: string): Promise<readonly number[]> {
  const response = await fetch(`${url}/logs/export`, { method: "POST" });
  const lines = (await response.text()).trim().split("\n");
  return lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { id: number }).id);
}

export function pay(
  source: string,
  destination: string,
  amount: number,
  more: object = {},
): object {
  const posting = { source, destination, amount, asset: "USD/2" };
  return { action: "CREATE_TRANSACTION", data: { postings: [posting], ...more } };
}

export function tag(targetType: string, targetId: unknown, metadata: unknown = { k: "v" }): object {
  return { action: "ADD_METADATA", data: { targetType, targetId, metadata } };
}

export function untag(targetType: string, targetId: unknown, key = "k"): object {
  return { action: "DELETE_METADATA", data: { targetType, targetId, key } };
}

export function revert(id: unknown, more: object = {}): object {
  return { action: "REVERT_TRANSACTION", data: { id, ...more } };
}
