/**
 * Which v1 requests create the ledger they name: those that succeed in it, and no others.
 */
import { describe, expect, test } from "vitest";
import { payment, useServer } from "./v1-client.ts";

const ask = useServer();

async function exists(ledger: string): Promise<boolean> {
  return (await ask("GET", `/v2/${ledger}`)).status === 200;
}

test("the ledger gets its own bucket and the default features", async () => {
  await ask("POST", "/fresh/transactions", payment("world", "a", 1));
  const ledger = await ask("GET", "/v2/fresh");
  expect(ledger.body).toMatchObject({
    data: { name: "fresh", bucket: "fresh", metadata: {}, features: { HASH_LOGS: "SYNC" } },
  });
});

test("a ledger of v2 stays as it is", async () => {
  await ask("POST", "/v2/made", { bucket: "other", metadata: { k: "v" } });
  await ask("POST", "/made/transactions", payment("world", "a", 1));
  const ledger = await ask("GET", "/v2/made");
  expect(ledger.body).toMatchObject({ data: { bucket: "other", metadata: { k: "v" } } });
});

test("the gateway's prefix names the same ledger", async () => {
  await ask("POST", "/api/ledger/prefixed/transactions", payment("world", "a", 1));
  const stats = await ask("GET", "/prefixed/stats");
  expect(stats.body).toEqual({ data: { transactions: 1, accounts: 2 } });
});

test("readers who take what the read model has find the ledger they made", async () => {
  const headers = { "Daybook-Consistency": "eventual" };
  const answer = await ask("GET", "/eventual/accounts", undefined, headers);
  expect(answer).toMatchObject({ status: 200, body: { cursor: { data: [] } } });
});

test("many at once create it once", async () => {
  const body = payment("world", "a", 1);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => ask("POST", "/crowd/transactions", body)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const stats = await ask("GET", "/crowd/stats");
  expect(stats.body).toEqual({ data: { transactions: 8, accounts: 2 } });
});

describe("a request that succeeds creates", () => {
  test.each([
    ["POST", "transactions", payment("world", "a", 1)],
    ["POST", "transactions?preview=true", payment("world", "a", 1)],
    ["POST", "accounts/a/metadata", "{}"],
    ["DELETE", "accounts/a/metadata/k", undefined],
    ["GET", "stats", undefined],
    ["GET", "_info", undefined],
  ])("%s /%s", async (method, path, body) => {
    const ledger = `new-${method}-${path.replaceAll(/[^a-z]/g, "-")}`;
    expect(await exists(ledger)).toBe(false);
    expect((await ask(method, `/${ledger}/${path}`, body)).status).toBeLessThan(300);
    expect(await exists(ledger)).toBe(true);
  });
});

describe("a request that fails does not", () => {
  test.each([
    ["POST", "transactions", "{", 400],
    ["POST", "transactions", payment("a", "b", 1), 400],
    ["POST", "transactions/1/revert", undefined, 404],
    ["POST", "transactions/1/metadata", "{}", 404],
    ["DELETE", "transactions/1/metadata/k", undefined, 404],
    ["POST", "accounts/a/metadata", "[]", 400],
    ["POST", "accounts/a%20b/metadata", "{}", 400],
    ["PUT", "stats", undefined, 405],
    ["GET", "nothing/here", undefined, 404],
    ["GET", "", undefined, 404],
  ])("%s /%s with %s", async (method, path, body, status) => {
    expect(await ask(method, `/never/${path}`, body)).toMatchObject({ status });
    expect(await exists("never")).toBe(false);
  });
});

test.each(["a%20b", "_", "favicon.ico", "x".repeat(64)])("no ledger is called %s", async (name) => {
  const answer = await ask("POST", `/${name}/transactions`, payment("world", "a", 1));
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

test("a deleted ledger is neither made anew nor used", async () => {
  await ask("POST", "/gone/transactions", payment("world", "a", 1));
  expect(await ask("DELETE", "/v2/_/buckets/gone")).toMatchObject({ status: 204 });
  const write = await ask("POST", "/gone/transactions", payment("world", "a", 1));
  expect(write).toMatchObject({ status: 404, body: { errorCode: "NOT_FOUND" } });
  expect(await ask("GET", "/gone/stats")).toMatchObject({ status: 404 });
  expect(await ask("POST", "/v2/_/buckets/gone/restore")).toMatchObject({ status: 204 });
  const stats = await ask("GET", "/gone/stats");
  expect(stats.body).toEqual({ data: { transactions: 1, accounts: 2 } });
});
