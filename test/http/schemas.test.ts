/**
 * Schemas as a client sees them, with enforcement `audit`: inserted once and for ever, read,
 * listed, and what they do to writes that name them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

const CHART = {
  world: {},
  bank: { $bank: { ".pattern": "^[0-9]{3}$" } },
  users: {
    $user: {
      ".pattern": "^[0-9]{3}$",
      ".self": {},
      ".metadata": { foo: { default: "test" } },
      m: {},
    },
  },
};

/** A ledger of its own, with schemas in the order given. */
async function ledger(name: string, ...versions: readonly string[]): Promise<string> {
  expect(await api.post(`/v2/${name}`)).toMatchObject({ status: 204 });
  for (const version of versions) {
    const inserted = await api.post(`/v2/${name}/schemas/${version}`, { chart: CHART });
    expect(inserted).toMatchObject({ status: 204, text: "" });
  }
  return `/v2/${name}`;
}

interface Page {
  readonly cursor: {
    readonly pageSize: number;
    readonly hasMore: boolean;
    readonly next?: string;
    readonly data: readonly { readonly [member: string]: unknown }[];
  };
}

function page(answer: Answer): Page["cursor"] {
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as Page).cursor;
}

async function versions(path: string): Promise<readonly unknown[]> {
  return page(await api.get(path)).data.map(({ version }) => version);
}

const JSON_TYPE = { "Content-Type": "application/json" };

function pay(...destinations: readonly string[]): object {
  return {
    postings: destinations.map((destination) => {
      return { source: "world", destination, amount: 1, asset: "USD" };
    }),
  };
}

describe("inserting, reading, listing", () => {
  test("a ledger starts without schemas", async () => {
    const url = await ledger("bare");
    expect(page(await api.get(`${url}/schemas`))).toEqual({
      pageSize: 15,
      hasMore: false,
      data: [],
    });
    expect(await api.get(`${url}/schemas/v1`)).toMatchObject({
      status: 404,
      body: { errorCode: "NOT_FOUND", errorMessage: "not found" },
    });
  });

  test.each(["GET /schemas", "GET /schemas/v1", "POST /schemas/v1", "POST /queries/q/run"])(
    "%s of a ledger that is not there",
    async (route) => {
      const [method = "", path = ""] = route.split(" ");
      const answer = await api.call(
        method,
        `/v2/nowhere${path}`,
        method === "POST" ? {} : undefined,
      );
      expect(answer).toMatchObject({ status: 404, body: { errorCode: "LEDGER_NOT_FOUND" } });
    },
  );

  test("what was inserted is read, listed and logged alike", async () => {
    const url = await ledger("alike", "v1.0.0");
    const read = await api.get(`${url}/schemas/v1.0.0`);
    const { data } = read.body as { data: { createdAt: string } };
    expect(read).toMatchObject({ status: 200, type: "application/json" });
    expect(read.text).toContain(
      '{"data":{"chart":{"bank":{"$bank":{".pattern":"^[0-9]{3}$"}},"users":{"$user":' +
        '{".metadata":{"foo":{"default":"test"}},".pattern":"^[0-9]{3}$",".self":{},"m":{}}},' +
        '"world":{}},"version":"v1.0.0","createdAt":"20',
    );
    expect(page(await api.get(`${url}/schemas`)).data).toEqual([data]);
    const [log] = page(await api.get(`${url}/logs`)).data;
    expect(log).toMatchObject({ id: 1, type: "INSERTED_SCHEMA", data: { schema: data } });
    expect(log).not.toHaveProperty("schemaVersion");
    expect(await api.get(`${url}/stats`)).toMatchObject({
      body: { data: { transactions: 0, accounts: 0 } },
    });
  });

  test.each([
    ["missing chart", {}, "creating schema: invalid schema: missing chart of accounts"],
    ["bad chart", { chart: { $x: {} } }, "invalid key $x: root cannot have a variable segment"],
    ["bad query", { chart: {}, queries: { Q: {} } }, "unknown resource kind: "],
    ["no object", [], "the body must be an object, got array"],
    ["no body", undefined, "EOF"],
  ])("refused, and nothing is kept: %s", async (name, body, words) => {
    const url = await ledger(`refused-${name.replace(" ", "-")}`);
    const answer = await api.post(`${url}/schemas/v1`, body);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    expect(answer.text).toContain(words);
    expect(await api.get(`${url}/schemas/v1`)).toMatchObject({ status: 404 });
    expect(page(await api.get(`${url}/logs`)).data).toEqual([]);
  });

  test("a schema larger than the object could keep is told the limit", async () => {
    const url = await ledger("large");
    const accounts = Array.from({ length: 60_000 }, (_, i) => [`account-${i}`, {}] as const);
    const answer = await api.post(`${url}/schemas/v1`, { chart: Object.fromEntries(accounts) });
    expect(answer).toMatchObject({ status: 413, body: { errorCode: "VALIDATION" } });
    expect(answer.text).toContain("524288 bytes");
  });

  test("a version is any segment of a path, and is inserted once", async () => {
    const url = await ledger("once", "v1", "1", "x%20y", "%C3%A9", "a%2Fb", "_", "v".repeat(200));
    expect(await versions(`${url}/schemas?sort=version:asc`)).toEqual([
      "1",
      "_",
      "a/b",
      "v1",
      "v".repeat(200),
      "x y",
      "é",
    ]);
    expect(await api.post(`${url}/schemas/a%2Fb`, { chart: {} })).toMatchObject({
      status: 409,
      body: {
        errorCode: "SCHEMA_ALREADY_EXISTS",
        errorMessage: "unexpected error while forging log: schema version `a/b` already exists",
      },
    });
    expect(await api.post(`${url}/schemas/a%00`, { chart: {} })).toMatchObject({ status: 400 });
    expect(await api.post(`${url}/schemas/`, { chart: {} })).toMatchObject({ status: 404 });
    expect(await api.put(`${url}/schemas/v1`, { chart: {} })).toMatchObject({ status: 405 });
    expect(await api.delete(`${url}/schemas/v1`)).toMatchObject({ status: 405 });
  });

  test("the same key again is answered as before, another schema under it is not", async () => {
    const url = await ledger("keys");
    const insert = (version: string, chart: object) => {
      const headers = { "Idempotency-Key": "k" };
      return api.call("POST", `${url}/schemas/${version}`, { chart }, headers);
    };
    expect(await insert("v1", { b: {}, a: {} })).toMatchObject({ status: 204, isHit: false });
    expect(await insert("v1", { a: {}, b: { ".self": {} } })).toMatchObject({
      status: 204,
      isHit: true,
    });
    expect(await insert("v1", { a: {} })).toMatchObject({ status: 400, isHit: false });
    expect((await insert("v2", { a: {}, b: {} })).text).toContain("invalid idempotency hash");
    expect(await versions(`${url}/schemas`)).toEqual(["v1"]);
  });

  test("a dry run checks and keeps nothing", async () => {
    const url = await ledger("dry", "v1");
    const dry = `${url}/schemas/v2?dryRun=true`;
    expect(await api.post(dry, { chart: {} })).toMatchObject({ status: 204 });
    expect(await api.post(dry, { chart: { $x: {} } })).toMatchObject({ status: 400 });
    expect(await api.post(`${url}/schemas/v1?dryRun=1`, { chart: {} })).toMatchObject({
      status: 409,
    });
    expect(await versions(`${url}/schemas`)).toEqual(["v1"]);
  });

  test("an insertion stands under no version, whatever the request names", async () => {
    const url = await ledger("own", "v1");
    expect(await api.post(`${url}/schemas/v2?schemaVersion=nope`, { chart: {} })).toMatchObject({
      status: 204,
    });
    expect(page(await api.get(`${url}/logs`)).data[0]).not.toHaveProperty("schemaVersion");
  });
});

describe("lists", () => {
  let url: string;
  beforeAll(async () => {
    url = await ledger("lists", "v1", "v3", "v2");
  });

  test.each([
    ["", ["v2", "v3", "v1"]],
    ["?order=asc", ["v1", "v3", "v2"]],
    ["?order=other", ["v2", "v3", "v1"]],
    ["?sort=createdAt:asc", ["v1", "v3", "v2"]],
    ["?sort=version", ["v3", "v2", "v1"]],
    ["?sort=version:asc", ["v1", "v2", "v3"]],
    [`?query=${encodeURIComponent('{"$match":{"version":"v3"}}')}`, ["v3"]],
    [`?query=${encodeURIComponent('{"$in":{"version":["v1","v2","x"]}}')}`, ["v2", "v1"]],
    [
      `?query=${encodeURIComponent('{"$gt":{"created_at":"2020-01-01T00:00:00Z"}}')}`,
      ["v2", "v3", "v1"],
    ],
  ])("/schemas%s", async (query, expected) => {
    expect(await versions(`${url}/schemas${query}`)).toEqual(expected);
  });

  test.each(["", "&sort=version:asc"])("page by page%s", async (sort) => {
    const all = await versions(`${url}/schemas?pageSize=3${sort}`);
    const seen: unknown[] = [];
    for (let next: string | undefined = `?pageSize=1${sort}`; next !== undefined;) {
      const { data, next: cursor } = page(await api.get(`${url}/schemas${next}`));
      seen.push(...data.map(({ version }) => version));
      next = cursor === undefined ? undefined : `?cursor=${cursor}`;
    }
    expect(seen).toEqual(all);
  });

  test.each(["sort=chart", "sort=version:up", "expand=x", "pageSize=x", "cursor=x", "query=[]"])(
    "?%s is bad input",
    async (query) => {
      const answer = await api.get(`${url}/schemas?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    },
  );
});

describe("enforcement `audit`", () => {
  test("postings outside of the chart are let through, and no version is needed", async () => {
    const url = await ledger("lenient", "v1");
    for (const query of ["?schemaVersion=v1", "", "?schemaVersion="]) {
      expect(await api.post(`${url}/transactions${query}`, pay("nowhere:at:all"))).toMatchObject({
        status: 200,
      });
    }
    const logs = page(await api.get(`${url}/logs?sort=id:asc`)).data;
    expect(logs.map(({ schemaVersion }) => schemaVersion)).toEqual([
      undefined,
      "v1",
      undefined,
      undefined,
    ]);
  });

  test.each([
    [[], "this ledger doesn't have a schema"] as const,
    [["v1", "v2"], "latest available version is `v2`"] as const,
  ])("a version that is not there is refused by every write (%j)", async (known, hint) => {
    const url = await ledger(`unknown-${known.length}`, ...known);
    await api.post(`${url}/transactions`, pay("a"));
    const writes: readonly (readonly [string, string, unknown])[] = [
      ["POST", "/transactions", pay("a")],
      ["POST", "/transactions/1/metadata", { a: "b" }],
      ["DELETE", "/transactions/1/metadata/a", undefined],
      ["POST", "/accounts/a/metadata", { a: "b" }],
      ["DELETE", "/accounts/a/metadata/a", undefined],
      ["POST", "/transactions/1/revert", undefined],
    ];
    for (const [method, path, body] of writes) {
      expect(await api.call(method, `${url}${path}?schemaVersion=nope`, body)).toMatchObject({
        status: 404,
        body: {
          errorCode: "NOT_FOUND",
          errorMessage:
            "unexpected error while forging log: schema version `nope` not found, " + hint,
        },
      });
    }
    const elements = [{ action: "CREATE_TRANSACTION", data: pay("a") }];
    const bulk = await api.call("POST", `${url}/_bulk?schemaVersion=nope`, elements, JSON_TYPE);
    expect(bulk).toMatchObject({ status: 400, body: { data: [{ errorCode: "NOT_FOUND" }] } });
  });

  test("a used key is answered before the version is looked for", async () => {
    const url = await ledger("hits", "v1");
    const headers = { "Idempotency-Key": "k" };
    const create = (query: string): Promise<Answer> => {
      return api.call("POST", `${url}/transactions${query}`, pay("users:001"), headers);
    };
    expect(await create("?schemaVersion=v1")).toMatchObject({ status: 200, isHit: false });
    expect(await create("?schemaVersion=nope")).toMatchObject({ status: 200, isHit: true });
  });

  test("default metadata is given to accounts when they are made, and never after", async () => {
    const url = await ledger("defaults");
    await api.post(`${url}/accounts/users:009/metadata`, { foo: "before" });
    await api.post(`${url}/transactions`, pay("users:008"));
    await api.post(`${url}/schemas/v1`, { chart: CHART });
    const under = "?schemaVersion=v1";
    await api.post(`${url}/transactions${under}`, {
      ...pay("users:001", "users:008", "users:009", "users:abc", "bank:001"),
      accountMetadata: { "users:002": { bar: "x" }, "users:003": { foo: "own" }, "users:004": {} },
    });
    await api.post(`${url}/accounts/users:005/metadata${under}`, { a: "b" });
    await api.post(`${url}/accounts/users:006/metadata${under}`, {});
    await api.post(`${url}/transactions`, pay("users:010"));
    await api.post(`${url}/accounts/users:010/metadata${under}`, { k: "v" });
    await api.delete(`${url}/accounts/users:001/metadata/foo${under}`);
    await api.post(`${url}/transactions${under}`, pay("users:001"));
    const accounts = page(await api.get(`${url}/accounts?pageSize=50`)).data;
    expect(Object.fromEntries(accounts.map((it) => [it["address"], it["metadata"]]))).toEqual({
      "bank:001": {},
      "users:001": {},
      "users:002": { bar: "x", foo: "test" },
      "users:003": { foo: "own" },
      "users:004": { foo: "test" },
      "users:005": { a: "b", foo: "test" },
      "users:006": { foo: "test" },
      "users:008": {},
      "users:009": { foo: "before" },
      "users:010": { k: "v" },
      "users:abc": {},
      world: {},
    });
  });
});
