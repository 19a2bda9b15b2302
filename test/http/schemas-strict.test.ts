/**
 * Enforcement `strict`: once a ledger has a schema, every write names a version, and new
 * transactions stay inside its chart.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

let api: Api;
beforeAll(async () => {
  api = await Api.start({ SCHEMA_ENFORCEMENT_MODE: "strict" });
});
afterAll(() => api.stop());

const CHART = { world: {}, users: { $user: { ".pattern": "^[0-9]{3}$", m: {}, ".self": {} } } };

async function ledger(name: string, ...versions: readonly string[]): Promise<string> {
  expect(await api.post(`/v2/${name}`)).toMatchObject({ status: 204 });
  for (const version of versions) {
    const inserted = await api.post(`/v2/${name}/schemas/${version}`, { chart: CHART });
    expect(inserted).toMatchObject({ status: 204 });
  }
  return `/v2/${name}`;
}

function pay(destination: string): object {
  return { postings: [{ source: "world", destination, amount: 1, asset: "USD" }] };
}

/** Every kind of write, in an order in which each can succeed. */
const WRITES: readonly (readonly [method: string, path: string, body: unknown, status: number])[] =
  [
    ["POST", "/transactions", pay("users:001"), 200],
    ["POST", "/transactions/1/metadata", { a: "b" }, 204],
    ["DELETE", "/transactions/1/metadata/a", undefined, 204],
    ["POST", "/accounts/outside:the:chart/metadata", { a: "b" }, 204],
    ["DELETE", "/accounts/outside:the:chart/metadata/a", undefined, 204],
    ["POST", "/transactions/1/revert", undefined, 201],
  ];

test("the mode is told", async () => {
  expect(await api.get("/v2/_info")).toMatchObject({
    body: { data: { config: { schemaEnforcementMode: "strict" } } },
  });
});

test("without a schema, nothing is required", async () => {
  const url = await ledger("free");
  for (const [method, path, body, status] of WRITES) {
    expect(await api.call(method, url + path, body), path).toMatchObject({ status });
  }
});

test("with a schema, every write names a version; the latest is the hint", async () => {
  const url = await ledger("named", "v1", "v3", "v2");
  const refused = async (path: string, answer: Answer): Promise<void> => {
    expect(answer, path).toMatchObject({
      status: 400,
      body: {
        errorCode: "SCHEMA_NOT_SPECIFIED",
        errorMessage:
          "unexpected error while forging log: a schema version must be specified for this " +
          "ledger, latest available version is v2",
      },
    });
  };
  for (const [method, path, body, status] of WRITES) {
    await refused(path, await api.call(method, url + path, body));
    await refused(path, await api.call(method, `${url}${path}?schemaVersion=`, body));
    const unknown = await api.call(method, `${url}${path}?schemaVersion=v9`, body);
    expect(unknown, path).toMatchObject({ status: 404, body: { errorCode: "NOT_FOUND" } });
    const known = await api.call(method, `${url}${path}?schemaVersion=v1`, body);
    expect(known, path).toMatchObject({ status });
  }
  expect(await api.post(`${url}/schemas/v4`, { chart: {} })).toMatchObject({ status: 204 });
});

test.each([
  ["nowhere", "account `nowhere` is not defined in the chart of accounts"],
  ["nowhere:x", "account starting with `nowhere` is not defined in the chart of accounts"],
  ["users", "account `users` is not defined in the chart of accounts"],
  ["users:1", "segment `1` defined by the chart of accounts at `users` does not match the pattern"],
  ["users:001:x", "segment `x` is not allowed by the chart of accounts at `users:001`"],
])("a posting to %s is refused", async (address, problem) => {
  const url = await ledger(`outside-${address.replaceAll(":", "-")}`, "v1");
  const errorMessage = `unexpected error while forging log: schema version [v1]: ${problem}`;
  const refused = await api.post(`${url}/transactions?schemaVersion=v1`, pay(address));
  expect(refused).toMatchObject({ status: 400, body: { errorCode: "VALIDATION", errorMessage } });
  const elements = [
    { action: "CREATE_TRANSACTION", data: pay("users:002") },
    { action: "CREATE_TRANSACTION", data: pay(address) },
  ];
  const type = { "Content-Type": "application/json" };
  const bulk = await api.call("POST", `${url}/_bulk?schemaVersion=v1`, elements, type);
  expect(bulk).toMatchObject({
    status: 400,
    // The refused transaction before it used up an id.
    body: { data: [{ data: { id: 2 } }, { errorDescription: errorMessage }] },
  });
  const { body } = await api.get(`${url}/accounts`);
  expect(body).toMatchObject({
    cursor: { data: [{ address: "users:002" }, { address: "world" }] },
  });
});

describe("what is not held to the chart", () => {
  test("the keys of accountMetadata", async () => {
    const url = await ledger("keys", "v1");
    const body = { ...pay("users:001"), accountMetadata: { bonk: { a: "b" }, "": {} } };
    expect(await api.post(`${url}/transactions?schemaVersion=v1`, body)).toMatchObject({
      status: 200,
    });
  });

  test("reverts, also of what an earlier version allowed", async () => {
    const url = await ledger("reverts", "v1");
    await api.post(`${url}/transactions?schemaVersion=v1`, pay("users:001"));
    await api.post(`${url}/schemas/v2`, { chart: {} });
    expect(await api.post(`${url}/transactions/1/revert?schemaVersion=v2`)).toMatchObject({
      status: 201,
    });
  });
});

test("a used key is answered before the version is asked for", async () => {
  const url = await ledger("hits", "v1");
  const create = (query: string): Promise<Answer> => {
    const headers = { "Idempotency-Key": "k" };
    return api.call("POST", `${url}/transactions${query}`, pay("users:001"), headers);
  };
  expect(await create("?schemaVersion=v1")).toMatchObject({ status: 200, isHit: false });
  expect(await create("")).toMatchObject({ status: 200, isHit: true });
  expect(await create("?schemaVersion=v9")).toMatchObject({ status: 200, isHit: true });
});

test("a dry run is held to the chart like any other", async () => {
  const url = await ledger("dry", "v1");
  const path = `${url}/transactions?schemaVersion=v1&dryRun=true`;
  expect(await api.post(path, pay("nowhere"))).toMatchObject({ status: 400 });
  expect(await api.post(path, pay("users:001"))).toMatchObject({ status: 200 });
  expect(await api.get(`${url}/stats`)).toMatchObject({ body: { data: { transactions: 0 } } });
});
