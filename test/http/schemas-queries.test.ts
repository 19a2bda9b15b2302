/**
 * Running query templates: what comes out is what the lists themselves answer, asked with the
 * parameters of template and call and with the variables filled in.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

const BIG = "123456789012345678901234567890";

const QUERIES = {
  accounts: { resource: "accounts" },
  transactions: { resource: "transactions" },
  logs: { resource: "logs" },
  volumes: { resource: "volumes" },
  "with space": { resource: "accounts" },
  FEW: {
    resource: "accounts",
    params: { pageSize: 2, sort: "address:desc", expand: ["volumes"] },
  },
  PAST: { resource: "volumes", params: { endTime: "2023-01-02T00:00:00Z", groupBy: 1 } },
  BY_HAT: {
    resource: "accounts",
    vars: { category: "string", hat: { type: "string", default: "cap" } },
    body: {
      $and: [{ $match: { address: "$category:" } }, { $match: { "metadata[hat]": "${hat}" } }],
    },
  },
  RICH: {
    resource: "accounts",
    vars: { least: "int" },
    body: { $gte: { "balance[USD/2]": "${least}" } },
  },
  SOME: {
    resource: "transactions",
    vars: {
      n: { type: "int", default: 2 },
      d: { type: "date", default: "2023-01-01T00:00:00Z" },
      b: { type: "boolean", default: false },
      s: { type: "string", default: "users:2" },
    },
    body: {
      $and: [
        { $gte: { id: "${n}" } },
        { $gte: { timestamp: "${d}" } },
        { $match: { reverted: "${b}" } },
        { $match: { account: "${s}" } },
      ],
    },
  },
};

let api: Api;
beforeAll(async () => {
  api = await Api.start();
  await keepBooks();
});
afterAll(() => api.stop());

async function keepBooks(): Promise<void> {
  await api.post("/v2/books");
  const payments: readonly (readonly [string, string, string])[] = [
    ["bank:001", "100", "USD/2"],
    ["users:1", "50", "USD/2"],
    ["users:2", "70", "EUR"],
    ["users:1:main", BIG, "USD/2"],
  ];
  for (const [day, [destination, amount, asset]] of payments.entries()) {
    const posting = `"source":"world","destination":"${destination}"`;
    const body =
      `{"postings":[{${posting},"amount":${amount},"asset":"${asset}"}],` +
      `"timestamp":"2023-01-0${day + 1}T00:00:00Z"}`;
    expect(await api.post("/v2/books/transactions", body)).toMatchObject({ status: 200 });
  }
  await api.post("/v2/books/accounts/users:1/metadata", { hat: "cap" });
  await api.post("/v2/books/accounts/users:2/metadata", { hat: "beret" });
  await api.post("/v2/books/transactions/1/revert");
  const inserted = await api.post("/v2/books/schemas/v1", { chart: {}, queries: QUERIES });
  expect(inserted, inserted.text).toMatchObject({ status: 204 });
}

function run(id: string, body: unknown = {}, headers = {}): Promise<Answer> {
  const path = `/v2/books/queries/${id}/run?schemaVersion=v1`;
  return api.call("POST", path, body, headers);
}

interface Page {
  readonly pageSize: number;
  readonly hasMore: boolean;
  readonly next?: string;
  readonly previous?: string;
  readonly data: readonly { readonly [member: string]: unknown }[];
}

function page(answer: Answer): Page {
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { cursor: Page }).cursor;
}

async function idsOf(answer: Promise<Answer>): Promise<readonly unknown[]> {
  return page(await answer).data.map(({ id, address }) => id ?? address);
}

test.each(["accounts", "transactions", "logs", "volumes"])(
  "the list of %s, to the letter, with either kind of amounts",
  async (resource) => {
    for (const headers of [{}, { "Formance-Bigint-As-String": "true" }]) {
      const listed = await api.call("GET", `/v2/books/${resource}`, undefined, headers);
      const ran = await run(resource, {}, headers);
      expect(ran).toMatchObject({ status: 200, type: "application/json" });
      expect(ran.text).toBe(listed.text.replace("{", `{"resource":"${resource}",`));
    }
  },
);

describe("parameters", () => {
  test.each([
    ["the template's", undefined, "sort=address:desc&pageSize=2&expand=volumes"],
    ["an empty set resets all but the sort", {}, "sort=address:desc"],
    ["null is no set", null, "sort=address:desc&pageSize=2&expand=volumes"],
    ["the call's page size", { pageSize: 3 }, "sort=address:desc&pageSize=3"],
    ["the call's sort, in the template's order", { sort: "firstUsage" }, "sort=first_usage:desc"],
    ["the call's order", { sort: "address:asc", pageSize: 1 }, "sort=address:asc&pageSize=1"],
    ["too large a page", { pageSize: 1_000_000 }, "sort=address:desc&pageSize=100"],
    ["a date", { endTime: "2023-01-02T00:00:00Z" }, "sort=address:desc&pit=2023-01-02T00:00:00Z"],
    ["what is not known", { foo: 1, groupBy: "x" }, "sort=address:desc"],
  ])("%s", async (_, params, query) => {
    const listed = await api.get(`/v2/books/accounts?${query}`);
    const ran = await run("FEW", params === undefined ? {} : { params });
    expect(ran.text).toBe(listed.text.replace("{", '{"resource":"accounts",'));
  });

  test.each([
    [{}, "endTime=2023-01-02T00:00:00Z&groupBy=1"],
    [{ params: { pageSize: 9 } }, "groupBy=1&pageSize=9"],
    [
      { params: { startTime: "2023-01-02T00:00:00Z", insertionDate: true, groupBy: 2 } },
      "startTime=2023-01-02T00:00:00Z&insertionDate=true&groupBy=2",
    ],
    [{ params: { groupBy: 0, sort: "account:desc" } }, "sort=account:desc"],
  ])("of volumes: %j", async (call, query) => {
    const listed = await api.get(`/v2/books/volumes?${query}`);
    expect((await run("PAST", call)).text).toBe(listed.text.replace("{", '{"resource":"volumes",'));
  });

  test("below one segment, everything is one group", async () => {
    const { data } = page(await run("volumes", { params: { groupBy: -1 } }));
    expect(data.map(({ account, asset, balance }) => [account, asset, balance])).toEqual([
      ["", "EUR", 0],
      ["", "USD/2", 0],
    ]);
  });

  test.each([
    [{ pageSize: "x" }, "pageSize must be"],
    [{ pageSize: -1 }, "pageSize must be"],
    [{ sort: "address:sideways" }, "invalid order: sideways"],
    [{ sort: "metadata" }, "field metadata is not paginated"],
    [{ sort: "nope" }, "nope"],
    [{ expand: "volumes" }, "expand must be"],
    [{ endTime: "yesterday" }, "endTime must be"],
    [[], "params must be"],
    ["x", "params must be"],
  ])("that are wrong: %j", async (params, words) => {
    const answer = await run("accounts", { params });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    expect(answer.text).toContain(words);
  });
});

describe("variables", () => {
  test.each([
    ["BY_HAT", { category: "users" }, ["users:1"]],
    ["BY_HAT", { category: "users", hat: "beret", more: 1 }, ["users:2"]],
    ["BY_HAT", { category: "$hat" }, []],
    ["SOME", {}, [3]],
    ["SOME", { s: "world" }, [5, 4, 3, 2]],
    ["SOME", { s: "world", n: 4 }, [5, 4]],
    ["SOME", { s: "world", n: 1, b: true }, [1]],
    ["SOME", { s: "world", d: "2023-01-03T01:00:00+02:00" }, [5, 4, 3]],
  ])("%s with %j", async (id, vars, expected) => {
    expect(await idsOf(run(id, { vars }))).toEqual(expected);
  });

  test.each([
    [BIG, ["users:1:main"]],
    ["123456789012345678901234567891", []],
    ["-123456789012345678901234567890", ["bank:001", "users:1", "users:1:main"]],
  ])("an integer of any size is exact: %s", async (least, expected) => {
    expect(await idsOf(run("RICH", `{"vars":{"least":${least}}}`))).toEqual(expected);
  });

  test.each([
    ["BY_HAT", {}, "invalid filter on key address: missing variable: category"],
    [
      "BY_HAT",
      { category: null },
      "invalid filter on key address: unexpected variable type: <nil>",
    ],
    ["BY_HAT", { category: 1 }, "invalid value `1` for type `string`"],
    ["RICH", { least: "1" }, "for type `int`"],
    ["RICH", { least: 1.5 }, "for type `int`"],
    ["SOME", { b: "true" }, "for type `boolean`"],
    ["SOME", { d: "soon" }, "for type `date`"],
  ])("%s with %j is bad input", async (id, vars, words) => {
    const answer = await run(id, { vars });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    const { errorMessage } = answer.body as { errorMessage: string };
    expect(errorMessage).toContain(words);
    expect(errorMessage).toMatch(/^failed to resolve query template: /);
  });
});

describe("cursors", () => {
  test.each(["accounts", "transactions", "logs", "volumes"])(
    "lead through %s and back, whatever stands beside them",
    async (id) => {
      const whole = page(await run(id, { params: { pageSize: 100 } })).data;
      const seen: unknown[] = [];
      let current = page(await run(id, { params: { pageSize: 2 } }));
      seen.push(...current.data);
      while (current.next !== undefined) {
        const beside = { params: [], vars: { x: null } };
        current = page(await run(id, { ...beside, cursor: current.next }));
        seen.push(...current.data);
      }
      expect(seen).toEqual(whole);
      const back = page(await run(id, { cursor: current.previous }));
      expect(seen.slice(-2 - current.data.length, -current.data.length)).toEqual(back.data);
    },
  );

  test("keep the filter that was filled in", async () => {
    const vars = { s: "world" };
    const first = page(await run("SOME", { vars, params: { pageSize: 3 } }));
    expect(await idsOf(run("SOME", { cursor: first.next }))).toEqual([2]);
  });

  test.each([[""], ["x"], ["e30"], [1]])("%j is no cursor", async (cursor) => {
    const answer = await run("accounts", { cursor });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });

  test("of another list are refused", async () => {
    const { next } = page(await run("transactions", { params: { pageSize: 1 } }));
    expect(await run("accounts", { cursor: next })).toMatchObject({ status: 400 });
  });
});

describe("what cannot be run", () => {
  test.each([
    ["NOPE/run?schemaVersion=v1", "schema version [v1]: unknown query template: NOPE"],
    ["Accounts/run?schemaVersion=v1", "schema version [v1]: unknown query template: Accounts"],
    ["accounts/run?schemaVersion=v9", "schema version [v9]: failed to find schema: not found"],
    ["accounts/run?schemaVersion=", "schema version []: failed to find schema: not found"],
    ["accounts/run", "schema version []: failed to find schema: not found"],
  ])("%s", async (path, errorMessage) => {
    expect(await api.post(`/v2/books/queries/${path}`, {})).toMatchObject({
      status: 400,
      body: { errorCode: "VALIDATION", errorMessage },
    });
  });

  test.each([
    [undefined, "EOF"],
    ["x", "invalid JSON"],
    [[], "must be an object"],
    [{ vars: [] }, "vars must be an object"],
    [{ vars: 1 }, "vars must be an object"],
  ])("the body %j", async (body, words) => {
    const answer = await run("accounts", body ?? "");
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    expect(answer.text).toContain(words);
  });

  test("other ways to ask", async () => {
    expect(await api.get("/v2/books/queries/accounts/run?schemaVersion=v1")).toMatchObject({
      status: 405,
    });
    expect(await api.get("/v2/books/queries")).toMatchObject({ status: 404 });
    expect(await api.post("/v2/books/queries/accounts?schemaVersion=v1")).toMatchObject({
      status: 404,
    });
  });

  test("what the ledger does not keep", async () => {
    await api.post("/v2/lean", { features: { MOVES_HISTORY: "OFF" } });
    await api.post("/v2/lean/schemas/v1", { chart: {}, queries: QUERIES });
    const answer = await api.post("/v2/lean/queries/PAST/run?schemaVersion=v1", {});
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    expect(answer.text).toContain("MOVES_HISTORY");
  });
});

test("null and nothing are the same, and names may hold anything", async () => {
  const all = (await run("accounts", {})).text;
  expect((await run("accounts", "null")).text).toBe(all);
  expect((await run("accounts", { params: null, vars: null, cursor: null })).text).toBe(all);
  expect((await run("with%20space", {})).text).toBe(all);
});
