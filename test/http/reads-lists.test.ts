/**
 * How lists are asked: filters in the query or the body, also of GET and HEAD; order, page size and
 * cursors; and what is said when any of it is wrong.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  column,
  cursorOf,
  keepBook,
  makeToken,
  money,
  readToken,
  refusal,
  useServer,
  type Answer,
} from "./read-client.ts";

const ask = useServer();
const get = (path: string): Promise<Answer> => ask("GET", path);

const BOOK = "/v2/lists";

beforeAll(async () => {
  const days = ["2023-01-03", "2023-01-01", "2023-01-02", "2023-01-02"];
  const bodies = days.map((day, index) =>
    money([{ from: "world", to: `users:${index + 1}`, amount: index + 1 }], {
      timestamp: `${day}T00:00:00Z`,
      ...(index === 1 && { reference: "second" }),
    }),
  );
  await keepBook(ask, "lists", bodies);
  await ask("POST", `${BOOK}/transactions/2/revert`);
});

function query(filter: object): string {
  return `query=${encodeURIComponent(JSON.stringify(filter))}`;
}

const TO_USER_2 = { $match: { destination: "users:2" } };
const TO_USER_3 = { $match: { destination: "users:3" } };

describe("a filter", () => {
  test("stands in the query or in the body, and the query wins", async () => {
    const path = `${BOOK}/transactions`;
    expect(column(await ask("GET", path, TO_USER_2), "id")).toEqual([2]);
    expect(column(await get(`${path}?${query(TO_USER_2)}`), "id")).toEqual([2]);
    expect(column(await ask("GET", `${path}?${query(TO_USER_2)}`, TO_USER_3), "id")).toEqual([2]);
    expect(column(await ask("GET", `${path}?query=null`, TO_USER_3), "id")).toHaveLength(5);
  });

  test.each(["", "null", "{}", '{"$and":[]}'])("%j keeps everything", async (body) => {
    expect(column(await ask("GET", `${BOOK}/transactions`, body), "id")).toHaveLength(5);
  });

  test.each([
    ["transactions", " ", "extracting paginated query: EOF"],
    ["transactions", "[]", "extracting paginated query: unexpected type []interface {}"],
    ["accounts", '{"$foo":{}}', "extracting paginated query: unexpected operator $foo"],
    [
      "volumes",
      '{"$match":{"nothing":1}}',
      "building filtered dataset: unknown key 'nothing' when building query",
    ],
    [
      "logs",
      '{"$match":{"id":"1"}}',
      "building filtered dataset: invalid value '1' for property 'id': expected numeric value, " +
        "got string",
    ],
    [
      "aggregate/balances",
      '{"$match":{"balance[USD]":1}}',
      "unknown key 'balance[USD]' when building query",
    ],
    [
      "accounts",
      '{"$in":{"address":["users:"]}}',
      "building filtered dataset: invalid value '[users:]' for property 'address': IN operator " +
        "only supports full addresses",
    ],
  ])("of %s that is %s is refused", async (list, body, message) => {
    const answer = await ask("GET", `${BOOK}/${list}`, body);
    expect(refusal(answer)).toBe(`400 VALIDATION: ${message}`);
  });

  test("that makes no statement of SQL is refused with its size", async () => {
    const conditions = Array.from({ length: 900 }, (_, i) => ({ $match: { source: `a:${i}:` } }));
    const answer = await ask("GET", `${BOOK}/transactions`, { $and: conditions });
    expect(refusal(answer)).toMatch(/^400 VALIDATION: building .* bytes of SQL, at most \d+ are/);
  });

  test("finds accounts by balance, now and at a date", async () => {
    const rich = { $gte: { "balance[USD]": 2 } };
    expect(column(await ask("GET", `${BOOK}/accounts`, rich), "address")).toEqual([
      "users:3",
      "users:4",
    ]);
    const past = `${BOOK}/accounts?pit=2023-01-01T12:00:00Z`;
    expect(column(await ask("GET", past, rich), "address")).toEqual(["users:2"]);
    expect(column(await ask("GET", past, { $not: rich }), "address")).toEqual(["world"]);
  });

  test("finds volumes by the sums of a window", async () => {
    const path = `${BOOK}/volumes?startTime=2023-01-02T00:00:00Z&endTime=2023-01-02T00:00:00Z`;
    const poor = { $lt: { balance: 0 } };
    expect(cursorOf(await ask("GET", path, poor)).data).toEqual([
      { account: "world", asset: "USD", input: 0, output: 7, balance: -7 },
    ]);
  });
});

describe("HEAD counts", () => {
  test.each([
    ["transactions", undefined, "5"],
    ["accounts", undefined, "5"],
    ["transactions?pit=2023-01-02T00:00:00Z", undefined, "3"],
    ["accounts?pit=2023-01-01T00:00:00Z", undefined, "2"],
    ["transactions", TO_USER_2, "1"],
    [`accounts?${query({ $match: { address: "users:" } })}`, undefined, "4"],
    ["transactions?pageSize=x&cursor=x&sort=x:y&expand=volumes", undefined, "5"],
  ])("%s with the filter %j", async (path, body, count) => {
    const answer = await ask("HEAD", `${BOOK}/${path}`, body);
    expect([answer.status, answer.header("Count"), answer.text]).toEqual([204, count, ""]);
  });

  test.each(["transactions?pit=x", "transactions?oot=x", `accounts?${query({ $foo: 1 })}`])(
    "refuses %s",
    async (path) => {
      expect((await ask("HEAD", `${BOOK}/${path}`)).status).toBe(400);
    },
  );
});

describe("order", () => {
  test.each([
    ["", [5, 4, 3, 2, 1]],
    ["reverse=true", [1, 2, 3, 4, 5]],
    ["order=effective", [5, 1, 4, 3, 2]],
    ["order=effective&reverse=1", [2, 3, 4, 1, 5]],
    ["sort=timestamp:asc", [2, 3, 4, 1, 5]],
    ["sort=:asc", [1, 2, 3, 4, 5]],
    ["sort=id&reverse=true", [1, 2, 3, 4, 5]],
    ["sort=id:DESC&reverse=true", [5, 4, 3, 2, 1]],
    ["sort=insertedAt:asc", [1, 2, 3, 4, 5]],
    ["sort=revertedAt:desc", [2, 5, 4, 3, 1]],
    ["sort=updated_at:desc", [5, 2, 4, 3, 1]],
  ])("of transactions by %j", async (parameters, ids) => {
    expect(column(await get(`${BOOK}/transactions?${parameters}`), "id")).toEqual(ids);
  });

  test("of accounts and volumes goes by bytes", async () => {
    const addresses = column(await get(`${BOOK}/accounts?sort=address:desc`), "address");
    expect(addresses).toEqual(["world", "users:4", "users:3", "users:2", "users:1"]);
    for (const sort of ["account", "address"]) {
      const list = await get(`${BOOK}/volumes?sort=${sort}:desc&pageSize=2`);
      expect(column(list, "account")).toEqual(["world", "users:4"]);
    }
  });

  test.each([
    ["transactions?sort=reference", "field reference is not paginated"],
    ["accounts?sort=balance", "field balance is not paginated"],
    ["accounts?sort=nothing", "field nothing is unknown"],
    ["accounts?sort=address:", "extracting paginated query: invalid order: "],
    ["logs?sort=id:up", "extracting paginated query: invalid order: up"],
    ["logs?expand=volumes", "expand is not possible on logs"],
    ["volumes?groupBy=x", "extracting paginated query: invalid 'groupBy' query param: x is no"],
    ["transactions?pageSize=-1", "extracting paginated query: invalid 'pageSize' query param"],
    ["transactions?pageSize=4294967296", "extracting paginated query: invalid 'pageSize'"],
    ["accounts?pit=yesterday", "extracting paginated query: invalid 'pit' query param: "],
    ["volumes?endTime=2023-01-01", "extracting paginated query: invalid 'endTime' query param: "],
    ["aggregate/balances?pit=x", "invalid 'pit' query param: "],
  ])("%s is refused", async (path, message) => {
    expect(refusal(await get(`${BOOK}/${path}`))).toContain(`400 VALIDATION: ${message}`);
  });
});

describe("pages", () => {
  test.each([
    ["", 15],
    ["pageSize=0", 15],
    ["pageSize=010", 10],
    ["pageSize=100", 100],
    ["pageSize=101", 100],
  ])("asked for with %j", async (parameters, size) => {
    expect(cursorOf(await get(`${BOOK}/accounts?${parameters}`)).pageSize).toBe(size);
  });

  test("go on by their cursors, which keep the question and may change the size", async () => {
    const below = query({ $match: { address: ":" } });
    const asked = `${BOOK}/accounts?pageSize=2&expand=volumes&${below}`;
    const first = cursorOf(await get(asked));
    expect(first).toMatchObject({ pageSize: 2, hasMore: true });
    expect(first).not.toHaveProperty("previous");
    const next = await ask("GET", `${BOOK}/accounts?cursor=${first.next}&sort=x&query={`, "{");
    expect(column(next, "address")).toEqual(["users:3", "users:4"]);
    expect(cursorOf(next)).toMatchObject({ hasMore: false });
    expect(cursorOf(next).data[0]).toHaveProperty("volumes");
    const wider = cursorOf(await get(`${BOOK}/accounts?cursor=${first.next}&pageSize=7`));
    expect(wider.pageSize).toBe(7);
    const back = await get(`${BOOK}/accounts?cursor=${cursorOf(next).previous}`);
    expect(cursorOf(back)).toEqual(first);
  });

  test("of transactions stay where they are while others write", async () => {
    await keepBook(
      ask,
      "growing",
      Array.from({ length: 4 }, () => money([{ from: "world", to: "a", amount: 1 }])),
    );
    const first = await get("/v2/growing/transactions?pageSize=2");
    await ask("POST", "/v2/growing/transactions", money([{ from: "world", to: "a", amount: 1 }]));
    const next = await get(`/v2/growing/transactions?cursor=${cursorOf(first).next}`);
    expect(column(next, "id")).toEqual([2, 1]);
    const back = await get(`/v2/growing/transactions?cursor=${cursorOf(next).previous}`);
    expect(column(back, "id")).toEqual([4, 3]);
    const newer = await get(`/v2/growing/transactions?cursor=${cursorOf(back).previous}`);
    expect(column(newer, "id")).toEqual([5]);
  });

  test("hold what the original's clients decode from a cursor", async () => {
    const path = `${BOOK}/transactions?pageSize=2&${query({ $match: { source: "world" } })}`;
    const { next } = cursorOf(await get(`${path}&pit=2100-01-01T00:00:00Z`));
    expect(readToken(next)).toEqual({
      column: "id",
      order: 1,
      pageSize: 2,
      filters: {
        pit: "2100-01-01T00:00:00Z",
        oot: null,
        qb: { $match: { source: "world" } },
        opts: null,
      },
      bottom: 4,
      paginationID: 2,
      reverse: false,
    });
    const volumes = cursorOf(await get(`${BOOK}/volumes?pageSize=2&groupBy=2`)).next;
    expect(readToken(volumes)).toMatchObject({
      column: "account",
      offset: 2,
      filters: { opts: { insertionDate: false, groupBy: 2 } },
    });
  });
});

describe("a cursor", () => {
  const filters = { pit: null, oot: null, qb: null, opts: null };
  const good = { column: "id", order: 1, pageSize: 2, filters, paginationID: 3, reverse: false };

  test("may be made by hand, but not for more than 1,000 items", async () => {
    const page = cursorOf(await get(`${BOOK}/transactions?cursor=${makeToken(good)}`));
    expect(page.data.map(({ id }) => id)).toEqual([3, 2]);
    const large = makeToken({ ...good, pageSize: 1_000_000 });
    expect(cursorOf(await get(`${BOOK}/transactions?cursor=${large}`)).pageSize).toBe(1_000);
  });

  test.each([
    "x",
    "****",
    `${makeToken(good)}=`,
    makeToken(null),
    makeToken([]),
    makeToken({}),
    makeToken({ ...good, column: "reference" }),
    makeToken({ ...good, column: undefined }),
    makeToken({ ...good, order: 2 }),
    makeToken({ ...good, pageSize: 0 }),
    makeToken({ ...good, pageSize: "2" }),
    makeToken({ ...good, reverse: 1 }),
    makeToken({ ...good, offset: 2 }),
    makeToken({ ...good, paginationID: "3" }),
    makeToken({ ...good, tie: {} }),
    makeToken({ ...good, column: "timestamp", paginationID: 2 ** 63 }),
    makeToken({ ...good, filters: [] }),
    makeToken({ ...good, filters: { ...filters, pit: "x" } }),
    makeToken({ ...good, filters: { ...filters, qb: [] } }),
    makeToken({ ...good, filters: { ...filters, qb: { $foo: {} } } }),
    makeToken({ ...good, filters: { ...filters, expand: [1] } }),
  ])("%s is refused", async (cursor) => {
    const answer = await get(`${BOOK}/transactions?cursor=${cursor}`);
    expect(refusal(answer)).toMatch(/^400 VALIDATION: ./);
  });

  test.each([
    { ...good, column: "account" },
    { ...good, column: "account", offset: 2 ** 31 },
    { ...good, column: "account", offset: -1 },
    { ...good, column: "account", offset: 1, filters: { ...filters, opts: { groupBy: "1" } } },
  ])("of volumes, %j, is refused", async (cursor) => {
    const answer = await get(`${BOOK}/volumes?cursor=${makeToken(cursor)}`);
    expect(refusal(answer)).toMatch(/^400 VALIDATION: ./);
  });

  test("of volumes does not excuse bad parameters beside it", async () => {
    const { next } = cursorOf(await get(`${BOOK}/volumes?pageSize=2`));
    expect((await get(`${BOOK}/volumes?cursor=${next}&pit=x`)).status).toBe(200);
    for (const bad of ["groupBy=x", "startTime=x", "endTime=x", "pageSize=x"]) {
      expect((await get(`${BOOK}/volumes?cursor=${next}&${bad}`)).status).toBe(400);
    }
  });
});

describe("ledgers", () => {
  beforeAll(async () => {
    for (const [name, bucket] of [
      ["list-a", "one"],
      ["list-b", "one"],
      ["list-c", "two"],
    ]) {
      await ask("POST", `/v2/${name}`, { bucket, metadata: { of: bucket } });
    }
    await ask("DELETE", "/v2/_/buckets/two");
  });

  const named = (filter: object): object => ({ $and: [{ $like: { name: "list-_" } }, filter] });

  test.each([
    [{ $match: { bucket: "one" } }, "", ["list-a", "list-b"]],
    [{ $match: { "metadata[of]": "two" } }, "", []],
    [{ $match: { "metadata[of]": "two" } }, "includeDeleted=true", ["list-c"]],
    [{ $in: { name: ["list-b", "x"] } }, "", ["list-b"]],
    [{ $exists: { metadata: "of" } }, "includeDeleted=1&pageSize=2", ["list-a", "list-b"]],
    [{ $match: { "features[MOVES_HISTORY]": "ON" } }, "sort=id:desc", ["list-b", "list-a"]],
  ])("by %j and %j", async (filter, parameters, names) => {
    for (const root of ["/v2", "/v2/", "/api/ledger/v2"]) {
      const list = await ask("GET", `${root}?${parameters}`, named(filter));
      expect(column(list, "name")).toEqual(names);
    }
  });

  test("are listed as they are read, and deleted ones say when", async () => {
    const read = await get("/v2/list-a");
    const listed = await ask("GET", "/v2", { $match: { name: "list-a" } });
    expect(cursorOf(listed).data).toEqual([(read.body as { data: object }).data]);
    const deleted = await ask("GET", "/v2?includeDeleted=true", { $match: { name: "list-c" } });
    expect(cursorOf(deleted).data[0]).toHaveProperty("deletedAt");
    const { next } = cursorOf(await get("/v2?pageSize=1&includeDeleted=true"));
    expect(readToken(next)).toMatchObject({
      filters: { opts: { Bucket: "", Features: null, IncludeDeleted: true } },
    });
  });

  test.each([
    ["sort=name", "field name is not paginated"],
    ["pit=x", "extracting paginated query: invalid 'pit'"],
    ["expand=x", "expand is not possible on ledgers"],
    [query({ $match: { id: 1 } }), "building filtered dataset: invalid filter property id"],
  ])("refuse %s", async (parameters, message) => {
    expect(refusal(await get(`/v2?${parameters}`))).toContain(`400 VALIDATION: ${message}`);
  });
});

describe("a ledger that does not exist", () => {
  test.each([
    "transactions?pageSize=x",
    "transactions/x",
    "transactions/1?pit=x",
    "accounts?cursor=x",
    "accounts/%25zz",
    "accounts/a?expand=volumes",
    "volumes?groupBy=x",
    "aggregate/balances?query={",
    "logs?sort=x:y",
    "stats",
  ])("comes before everything else that is wrong with %s", async (path) => {
    expect(refusal(await get(`/v2/nowhere/${path}`))).toBe("404 LEDGER_NOT_FOUND: not found");
  });

  test("nor does HEAD count it", async () => {
    expect((await ask("HEAD", "/v2/nowhere/accounts?pit=x")).status).toBe(404);
  });
});
