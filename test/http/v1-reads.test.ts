/**
 * What v1 reads: its lists with filters in the query string, counts, accounts that need not exist,
 * and the shapes it gives to v2's rows.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { payment, posting, useServer } from "./v1-client.ts";

const ask = useServer();

const DAYS = ["2023-01-01", "2023-01-02", "2023-01-03"].map((day) => `${day}T00:00:00Z`);

/** Three transactions, a day apart, and an account that was only described. */
beforeAll(async () => {
  const transactions = [
    [posting("world", "users:1", 100), { kind: "in" }, "first"],
    [posting("users:1", "users:2:main", 30), { kind: "move", "a b": "1" }, "second"],
    [posting("world", "bank", 5), { kind: "in" }, ""],
  ] as const;
  for (const [index, [entry, metadata, reference]] of transactions.entries()) {
    const body = { postings: [JSON.parse(entry)], metadata, reference, timestamp: DAYS[index] };
    await ask("POST", "/books/transactions", body);
  }
  await ask("POST", "/books/accounts/users:1/metadata", { tier: "gold" });
  await ask("POST", "/books/accounts/empty/metadata", { tier: "gold" });
});

interface Listed {
  readonly cursor: {
    readonly pageSize: number;
    readonly hasMore: boolean;
    readonly next?: string;
    readonly previous?: string;
    readonly data: readonly Readonly<Record<string, unknown>>[];
  };
}

async function list(path: string): Promise<Listed["cursor"]> {
  const answer = await ask("GET", path);
  expect(answer).toMatchObject({ status: 200, body: { cursor: { data: {} } } });
  return (answer.body as Listed).cursor;
}

describe("transactions", () => {
  async function ids(query: string): Promise<readonly unknown[]> {
    const { data } = await list(`/books/transactions?${query}`);
    const count = await ask("HEAD", `/books/transactions?${query}`);
    expect(count.status).toBe(204);
    expect(count.headers.get("Count")).toBe(String(data.length));
    return data.map(({ txid }) => txid);
  }

  test("are listed from the newest down, with volumes and both ids", async () => {
    const { data, ...page } = await list("/books/transactions");
    expect(page).toEqual({ pageSize: 15, hasMore: false });
    expect(data.map(({ id, txid }) => [id, txid])).toEqual([3, 2, 1].map((id) => [id, id]));
    expect(data[1]).toMatchObject({
      postCommitVolumes: { "users:1": { USD: { input: 100, output: 30, balance: 70 } } },
      preCommitVolumes: { "users:1": { USD: { input: 100, output: 0, balance: 100 } } },
    });
    expect(data[1]).not.toHaveProperty("postCommitEffectiveVolumes");
    const [first] = (await list("/books/transactions?expand=effectiveVolumes")).data;
    expect(first).toHaveProperty("postCommitEffectiveVolumes");
  });

  test.each([
    ["reference=second", [2]],
    ["reference=none", []],
    ["reference=", [3, 2, 1]],
    ["source=world", [3, 1]],
    ["destination=users:", [1]],
    ["account=users:1", [2, 1]],
    ["account=users::main", [2]],
    ["source=world&destination=bank", [3]],
    ["source=world&source=users:1", [3, 1]],
    ["metadata[kind]=in", [3, 1]],
    ["metadata%5Bkind%5D=move", [2]],
    ["metadata[a+b]=1", [2]],
    ["metadata=a%20b", [2]],
    ["metadata[kind]=in&metadata[kind]=move", [3, 1]],
    [`startTime=${DAYS[1]}`, [3, 2]],
    [`endTime=${DAYS[1]}`, [1]],
    [`start_time=${DAYS[1]}&end_time=${DAYS[2]}`, [2]],
    [`startTime=${DAYS[2]}&start_time=${DAYS[0]}`, [3]],
    [`startTime=&start_time=${DAYS[2]}`, [3]],
    [`pit=${DAYS[1]}`, [2, 1]],
    ["after=3", [2, 1]],
    ["after=2&source=world", [1]],
    ["after=1", []],
    ["sort=id:asc&page_size=1&pagination_token=x&order=effective", [3, 2, 1]],
  ])("?%s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test("filters of v2 are not looked at, neither in the query nor in the body", async () => {
    const query = encodeURIComponent('{"$match":{"reference":"none"}}');
    expect(await ids(`query=${query}`)).toEqual([3, 2, 1]);
  });

  test.each([
    "startTime=yesterday",
    "end_time=2023-01-01",
    "pit=x",
    "oot=x",
    "after=x",
    "after=99999999999999999999",
    "metadata[]=x",
    "metadatax=y",
    "pageSize=x",
    "pageSize=-1",
    "cursor=%21",
    "cursor=e30",
  ])("?%s is refused", async (query) => {
    const answer = await ask("GET", `/books/transactions?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });

  test.each(["pit=x", "startTime=x", "after=x"])("?%s cannot be counted", async (query) => {
    expect(await ask("HEAD", `/books/transactions?${query}`)).toMatchObject({ status: 400 });
  });

  test("pages have v1's sizes, and cursors keep filter and size", async () => {
    const first = await list("/books/transactions?pageSize=1&source=world");
    expect(first).toMatchObject({ pageSize: 1, hasMore: true, data: [{ txid: 3 }] });
    const second = await list(`/books/transactions?cursor=${first.next}&source=users:1&pageSize=0`);
    expect(second).toMatchObject({ pageSize: 1, hasMore: false, data: [{ txid: 1 }] });
    const back = await list(`/books/transactions?cursor=${second.previous}`);
    expect(back.data).toEqual(first.data);
    expect(await list("/books/transactions?pageSize=5000")).toMatchObject({ pageSize: 1000 });
    expect(await list("/books/transactions?pageSize=0")).toMatchObject({ pageSize: 15 });
  });

  test("are read one by one, now and as of a date", async () => {
    const one = await ask("GET", "/books/transactions/2");
    expect(one).toMatchObject({ status: 200, body: { data: { txid: 2, reference: "second" } } });
    expect(one.text).not.toContain("postCommitVolumes");
    const expanded = await ask("GET", "/books/transactions/2?expand=volumes");
    expect(expanded.text).toContain("postCommitVolumes");
    const before = await ask("GET", `/books/transactions/2?pit=${DAYS[0]}`);
    expect(before).toMatchObject({ status: 404, body: { errorCode: "NOT_FOUND" } });
  });

  test.each([
    ["9", 404],
    ["x", 400],
    ["-1", 400],
    ["1?pit=x", 400],
    ["1?oot=x", 400],
  ])("reading %s: %s", async (path, status) => {
    expect(await ask("GET", `/books/transactions/${path}`)).toMatchObject({ status });
  });
});

describe("accounts", () => {
  async function addresses(query: string): Promise<readonly unknown[]> {
    const { data } = await list(`/books/accounts?${query}`);
    const count = await ask("HEAD", `/books/accounts?${query}`);
    expect(count).toMatchObject({ status: 204 });
    expect(count.headers.get("Count")).toBe(String(data.length));
    const balances = await list(`/books/balances?${query}`);
    expect(balances.data.map((item) => Object.keys(item))).toEqual(
      data.map(({ address }) => [address]),
    );
    return data.map(({ address }) => address);
  }

  test.each([
    ["", ["bank", "empty", "users:1", "users:2:main", "world"]],
    ["address=users:1", ["users:1"]],
    ["address=users:...", ["users:1", "users:2:main"]],
    ["address=", ["bank", "empty", "users:1", "users:2:main", "world"]],
    ["address=bank&address=world", ["bank"]],
    ["metadata[tier]=gold", ["empty", "users:1"]],
    ["metadata=tier", ["empty", "users:1"]],
    ["balance=30&balanceOperator=e", ["users:2:main"]],
    ["balance=30&balanceOperator=gte", ["users:1", "users:2:main"]],
    ["balance=30&balanceOperator=ne", ["bank", "users:1", "world"]],
    ["balance=0&balanceOperator=lt", ["world"]],
    ["balance=&balanceOperator=nonsense", ["bank", "empty", "users:1", "users:2:main", "world"]],
    ["metadata[tier]=gold&balance=70&balanceOperator=e", ["users:1"]],
  ])("?%s", async (query, expected) => {
    expect(await addresses(query)).toEqual(expected);
  });

  test.each([
    "balance=30",
    "balance=30&balance_operator=gte",
    "balance=30&balanceOperator=GTE",
    "balance=x&balanceOperator=e",
    "balance=9223372036854775808&balanceOperator=e",
    "metadata[]=x",
    "pit=x",
    "pageSize=x",
    "cursor=e30",
  ])("?%s is refused by lists and counts", async (query) => {
    for (const path of ["accounts", "balances"]) {
      const answer = await ask("GET", `/books/${path}?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    }
    const isCounted = query.startsWith("pageSize") || query.startsWith("cursor");
    const count = await ask("HEAD", `/books/accounts?${query}`);
    expect(count.status).toBe(isCounted ? 204 : 400);
  });

  test("are shown with their volumes and balances, as they are now", async () => {
    const answer = await ask("GET", "/books/accounts/users:1?pit=x&oot=x&expand=nothing");
    expect(answer.body).toEqual({
      data: {
        address: "users:1",
        metadata: { tier: "gold" },
        firstUsage: DAYS[0],
        insertionDate: expect.any(String) as unknown,
        updatedAt: expect.any(String) as unknown,
        volumes: { USD: { input: 100, output: 30, balance: 70 } },
        balances: { USD: 70 },
      },
    });
  });

  test("that nobody has used are empty, and stay unused", async () => {
    const never = "0001-01-01T00:00:00Z";
    const dates = { firstUsage: never, insertionDate: never, updatedAt: never };
    const answer = await ask("GET", "/books/accounts/nobody%3A1");
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      data: { address: "nobody:1", metadata: {}, ...dates, balances: {} },
    });
    expect(await addresses("address=nobody:1")).toEqual([]);
  });

  test("balances are one member each, exact at any size", async () => {
    expect((await list("/books/balances")).data).toEqual([
      { bank: { USD: 5 } },
      { empty: {} },
      { "users:1": { USD: 70 } },
      { "users:2:main": { USD: 30 } },
      { world: { USD: -105 } },
    ]);
    const amount = "9".repeat(40);
    await ask("POST", "/large/transactions", payment("world", "a", amount));
    const balances = await ask("GET", "/large/balances");
    expect(balances.text).toContain(`{"a":{"USD":${amount}}},{"world":{"USD":-${amount}}}`);
    const account = await ask("GET", "/large/accounts/a");
    expect(account.text).toContain(`"balances":{"USD":${amount}}`);
  });

  test("pages of balances continue", async () => {
    const first = await list("/books/balances?pageSize=2");
    expect(first).toMatchObject({ pageSize: 2, hasMore: true });
    const second = await list(`/books/balances?cursor=${first.next}`);
    expect(second.data).toEqual([{ "users:1": { USD: 70 } }, { "users:2:main": { USD: 30 } }]);
  });
});

test.each([
  ["", { USD: 0 }],
  ["address=users:1", { USD: 70 }],
  ["address=users:...", { USD: 100 }],
  ["address=none", {}],
  ["address=users:1&pit=2035-01-01T00:00:00Z", { USD: 70 }],
  // By the date of insertion, which is today's, nothing was there then.
  [`address=users:1&pit=${DAYS[2]}`, {}],
])("aggregate balances ?%s", async (query, balances) => {
  const answer = await ask("GET", `/books/aggregate/balances?${query}`);
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.body).toEqual({ data: balances });
});

describe("logs", () => {
  test("are v2's, found by their dates", async () => {
    const logs = await list("/books/logs");
    const v2 = await list("/v2/books/logs");
    expect(logs).toEqual(v2);
    expect(logs.data.map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    const [from, until] = [logs.data[3]?.["date"], logs.data[1]?.["date"]];
    const window = await list(`/books/logs?start_time=${String(from)}&end_time=${String(until)}`);
    expect(window.data.map(({ id }) => id)).toEqual([3, 2]);
    const camel = await list("/books/logs?startTime=2040-01-01T00:00:00Z&endTime=x");
    expect(camel.data).toHaveLength(5);
    const after = await list("/books/logs?after=3&pageSize=1");
    expect(after).toMatchObject({ hasMore: true, data: [{ id: 2 }] });
  });

  test.each(["start_time=x", "end_time=x", "after=x", "expand=volumes", "pageSize=x"])(
    "?%s is refused",
    async (query) => {
      const answer = await ask("GET", `/books/logs?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    },
  );
});

test.each(["pit=x", "oot=x"])("aggregate balances ?%s is refused", async (query) => {
  const answer = await ask("GET", `/books/aggregate/balances?${query}`);
  expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
});

test("what a ledger says about itself", async () => {
  const info = await ask("GET", "/books/_info");
  expect(info.body).toMatchObject({ data: { name: "books", storage: { migrations: [{}] } } });
  const server = await ask("GET", "/_info");
  expect(server.body).toMatchObject({ data: { server: "ledger" } });
});

test.each([
  ["transactions", { cursor: { pageSize: 15, hasMore: false, data: [] } }],
  ["accounts", { cursor: { pageSize: 15, hasMore: false, data: [] } }],
  ["balances", { cursor: { pageSize: 15, hasMore: false, data: [] } }],
  ["logs", { cursor: { pageSize: 15, hasMore: false, data: [] } }],
  ["aggregate/balances", { data: {} }],
])("a ledger that nobody has named is made by asking for its %s", async (path, body) => {
  const ledger = `asked-${path.replace("/", "-")}`;
  const answer = await ask("GET", `/${ledger}/${path}`);
  expect(answer.body).toEqual(body);
  expect(await ask("GET", `/v2/${ledger}`)).toMatchObject({ status: 200 });
});

test.each([
  ["GET", "transactions/1", 404],
  ["GET", "transactions?after=x", 400],
  ["HEAD", "transactions?pit=x", 400],
  ["GET", "accounts?balance=1", 400],
  ["GET", "aggregate/balances?pit=x", 400],
  ["GET", "logs?start_time=x", 400],
  ["GET", "accounts/a%25zz", 400],
])("and is not by %s /%s, which fails", async (method, path, status) => {
  expect(await ask(method, `/unasked/${path}`)).toMatchObject({ status });
  expect(await ask("GET", "/v2/unasked")).toMatchObject({ status: 404 });
});

test("a ledger without history of moves: what needs it is refused, nothing fails", async () => {
  await ask("POST", "/v2/plain", {
    features: { MOVES_HISTORY: "OFF", MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED" },
  });
  await ask("POST", "/plain/transactions", payment("world", "a", 1));
  expect(await ask("GET", "/plain/accounts")).toMatchObject({ status: 200 });
  for (const path of ["accounts/a", "balances", "accounts?expand=volumes"]) {
    expect(await ask("GET", `/plain/${path}`)).toMatchObject({ status: 400 });
  }
  const pit = await ask("GET", "/plain/aggregate/balances?pit=2035-01-01T00:00:00Z");
  expect(pit).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
});
