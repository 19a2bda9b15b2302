/**
 * What reads answer: members, their order and presence, exact amounts, volumes before and after,
 * amounts as strings, expansions and the features they need.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { column, cursorOf, dataOf, keepBook, money, refusal, useServer } from "./read-client.ts";
import type { Answer } from "./read-client.ts";

const ask = useServer();
const get = (path: string, headers = {}): Promise<Answer> => ask("GET", path, undefined, headers);

const HUGE = 2n ** 70n + 1n;
const BOOK = "reads";

beforeAll(async () => {
  await keepBook(ask, BOOK, [
    money([{ from: "world", to: "users:1", amount: HUGE }], {
      timestamp: "2023-03-01T00:00:00.5Z",
      reference: 'r<1>"',
      metadata: { b: "2", a: '<&> "é" ☃' },
      accountMetadata: { "users:1": { tier: "gold" } },
    }),
    money([
      { from: "users:1", to: "users:2", amount: 5 },
      { from: "users:2", to: "shop", amount: 2 },
    ]),
    money([{ from: "world", to: "users:1", amount: 7 }], { timestamp: "2023-01-01T00:00:00Z" }),
  ]);
});

describe("a transaction", () => {
  const first =
    `{"postings":[{"source":"world","destination":"users:1","amount":${HUGE},"asset":"USD"}],` +
    String.raw`"metadata":{"a":"\u003c\u0026\u003e \"é\" ☃","b":"2"},` +
    String.raw`"timestamp":"2023-03-01T00:00:00.5Z","reference":"r\u003c1\u003e\"",` +
    `"id":1,"insertedAt":"<date>","updatedAt":"<date>","reverted":false}`;

  test.each(["/transactions/1", "/transactions/1?pit=2100-01-01T00:00:00Z"])(
    "is shown by %s as it was created, without volumes",
    async (path) => {
      const { text } = await get(`/v2/${BOOK}${path}`);
      expect(withoutDates(text)).toBe(`{"data":${first}}\n`);
    },
  );

  test("is shown the same in a list", async () => {
    const list = await get(`/v2/${BOOK}/transactions?sort=id:asc&pageSize=1`);
    expect(withoutDates(list.text)).toContain(`"data":[${first}]}`);
  });

  test("that has no reference shows none, and never null", async () => {
    const { text } = await get(`/v2/${BOOK}/transactions`);
    expect(text).not.toContain("null");
    expect(column(await get(`/v2/${BOOK}/transactions`), "reference")).toEqual([
      undefined,
      undefined,
      'r<1>"',
    ]);
  });

  test("shows volumes as they were right after it, and before", async () => {
    const volumes = {
      postCommitVolumes: {
        shop: { USD: { input: 2, output: 0, balance: 2 } },
        "users:1": { USD: { output: 5 } },
        "users:2": { USD: { input: 5, output: 2, balance: 3 } },
      },
      preCommitVolumes: {
        shop: { USD: { input: 0, output: 0, balance: 0 } },
        "users:1": { USD: { output: 0 } },
        "users:2": { USD: { input: 0, output: 0, balance: 0 } },
      },
    };
    for (const path of ["2?", "2?pit=2100-01-01T00:00:00Z&"]) {
      const one = dataOf(await get(`/v2/${BOOK}/transactions/${path}expand=volumes`));
      expect(one).toMatchObject(volumes);
      expect(one).not.toHaveProperty("postCommitEffectiveVolumes");
    }
    const [listed] = cursorOf(
      await ask("GET", `/v2/${BOOK}/transactions?expand=volumes`, { $match: { id: 2 } }),
    ).data;
    expect(listed).toMatchObject(volumes);
  });

  test("shows effective volumes as later ones of earlier dates made them", async () => {
    const path = `/v2/${BOOK}/transactions/1?expand=effectiveVolumes`;
    const { text } = await get(path);
    const after = `"postCommitEffectiveVolumes":{"users:1":{"USD":{"input":${HUGE + 7n},`;
    expect(text).toContain(after);
    expect(text).toContain('"preCommitEffectiveVolumes":{"users:1":{"USD":{"input":7,');
    const list = await get(`/v2/${BOOK}/transactions?expand=volumes,effectiveVolumes`);
    expect(list.text).toContain(after);
    expect(list.text).toContain(`"postCommitVolumes":{"users:1":{"USD":{"input":${HUGE},`);
  });

  test.each([
    ["abc", '400 VALIDATION: strconv.ParseInt: parsing "abc": invalid syntax'],
    ["9223372036854775808", "400 VALIDATION: strconv.ParseInt: parsing"],
    ["-1", "404 NOT_FOUND: not found"],
    ["4", "404 NOT_FOUND: not found"],
    ["9007199254740993", "404 NOT_FOUND: not found"],
  ])("%s is not found or no id", async (id, words) => {
    expect(refusal(await get(`/v2/${BOOK}/transactions/${id}`))).toContain(words);
  });

  test("is not there before its date, nor reverted before its revert", async () => {
    const early = await get(`/v2/${BOOK}/transactions/1?pit=2023-02-28T00:00:00Z`);
    expect(refusal(early)).toBe("404 NOT_FOUND: not found");
    await keepBook(ask, "reverted", [money([{ from: "world", to: "a", amount: 1 }])]);
    const before = dataOf(await get("/v2/reverted/transactions/1"))["updatedAt"];
    await ask("POST", "/v2/reverted/transactions/1/revert");
    expect(dataOf(await get("/v2/reverted/transactions/1"))).toMatchObject({ reverted: true });
    const past = dataOf(await get(`/v2/reverted/transactions/1?pit=${String(before)}`));
    expect(past).toMatchObject({ reverted: false });
    expect(past).not.toHaveProperty("revertedAt");
  });
});

describe("an account", () => {
  test("is shown with the volumes that are asked for, and without what it has not", async () => {
    const plain = dataOf(await get(`/v2/${BOOK}/accounts/users:1`));
    expect(Object.keys(plain)).toEqual([
      "address",
      "metadata",
      "firstUsage",
      "insertionDate",
      "updatedAt",
    ]);
    expect(plain).toMatchObject({ metadata: { tier: "gold" }, firstUsage: "2023-01-01T00:00:00Z" });
    const { text } = await get(`/v2/${BOOK}/accounts/users:1?expand=volumes,effective_volumes`);
    const volumes = `{"USD":{"input":${HUGE + 7n},"output":5,"balance":${HUGE + 2n}}}`;
    expect(text).toContain(`"volumes":${volumes},"effectiveVolumes":${volumes}`);
  });

  test("of the past is the read model's", async () => {
    const path = `/v2/${BOOK}/accounts/users:1?expand=effectiveVolumes&pit=2023-02-01T00:00:00Z`;
    expect(dataOf(await get(path))).toMatchObject({
      metadata: {},
      effectiveVolumes: { USD: { input: 7, output: 0, balance: 7 } },
    });
  });

  test("is found by its address, decoded, or by a pattern", async () => {
    expect(dataOf(await get(`/v2/${BOOK}/accounts/users%3A2`))["address"]).toBe("users:2");
    expect(dataOf(await get(`/v2/${BOOK}/accounts/users%253A2`))["address"]).toBe("users:2");
    expect(dataOf(await get(`/v2/${BOOK}/accounts/users:`))["address"]).toBe("users:1");
    expect(refusal(await get(`/v2/${BOOK}/accounts/nobody`))).toBe("404 NOT_FOUND: not found");
    expect(refusal(await get(`/v2/${BOOK}/accounts/nobody:`))).toBe("404 NOT_FOUND: not found");
    const broken = await get(`/v2/${BOOK}/accounts/a%25zz`);
    expect(refusal(broken)).toMatch(/^400 VALIDATION: invalid URL escape/);
    expect(broken.body).toHaveProperty("details");
  });

  test("that gets metadata is not used by it", async () => {
    const ahead = money([{ from: "world", to: "late", amount: 1 }], {
      timestamp: "2100-01-01T00:00:00Z",
    });
    await keepBook(ask, "unused", [ahead]);
    await ask("POST", "/v2/unused/accounts/late/metadata", { k: "v" });
    const { firstUsage } = dataOf(await get("/v2/unused/accounts/late"));
    expect(firstUsage).toBe("2100-01-01T00:00:00Z");
  });
});

test("past metadata is of the last revision, even where the first lies ahead", async () => {
  const ahead = money([{ from: "world", to: "a", amount: 1 }], {
    timestamp: "2100-01-01T00:00:00Z",
    metadata: { k: "created" },
  });
  await keepBook(ask, "ahead", [ahead]);
  await ask("POST", "/v2/ahead/transactions/1/metadata", { k: "changed" });
  const { metadata } = dataOf(await get("/v2/ahead/transactions/1?pit=2101-01-01T00:00:00Z"));
  expect(metadata).toEqual({ k: "changed" });
});

describe("volumes, balances, logs, stats", () => {
  test("volumes come by account, then asset", async () => {
    const { text } = await get(`/v2/${BOOK}/volumes?pageSize=2`);
    expect(text).toContain(
      '"data":[{"account":"shop","asset":"USD","input":2,"output":0,"balance":2},' +
        `{"account":"users:1","asset":"USD","input":${HUGE + 7n},"output":5,` +
        `"balance":${HUGE + 2n}}]`,
    );
    const grouped = await get(`/v2/${BOOK}/volumes?groupBy=1&endTime=2023-02-01T00:00:00Z`);
    expect(cursorOf(grouped).data).toEqual([
      { account: "users", asset: "USD", input: 7, output: 0, balance: 7 },
      { account: "world", asset: "USD", input: 0, output: 7, balance: -7 },
    ]);
  });

  test("balances are sums, an asset each", async () => {
    const all = await get(`/v2/${BOOK}/aggregate/balances`);
    expect(all.text).toBe('{"data":{"USD":0}}\n');
    const users = JSON.stringify({ $match: { address: "users:" } });
    const path = `/v2/${BOOK}/aggregate/balances?query=${encodeURIComponent(users)}`;
    expect((await get(path)).text).toBe(`{"data":{"USD":${HUGE + 5n}}}\n`);
    expect((await get(`${path}&pit=2023-02-01T00:00:00Z`)).text).toBe('{"data":{"USD":7}}\n');
    const none = await ask("GET", `/v2/${BOOK}/aggregate/balances`, { $match: { address: "x" } });
    expect(none.text).toBe('{"data":{}}\n');
  });

  test("logs are shown as they are exported", async () => {
    const exported = await ask("POST", `/v2/${BOOK}/logs/export`);
    const listed = await get(`/v2/${BOOK}/logs?sort=id:asc`);
    const lines = exported.text.trimEnd().split("\n");
    expect(listed.text).toContain(`"data":[${lines.join(",")}]}`);
  });

  test("stats count all there is", async () => {
    expect((await get(`/v2/${BOOK}/stats`)).text).toBe(
      '{"data":{"transactions":3,"accounts":4}}\n',
    );
  });
});

describe("amounts as strings", () => {
  const AS_STRINGS = { "Formance-Bigint-As-String": " Yes " };

  test.each([
    ["transactions/2?expand=volumes", '"amount":"5"'],
    ["transactions/2?expand=volumes", '"input":"5","output":"2","balance":"3"'],
    ["transactions?expand=effectiveVolumes", '"postCommitEffectiveVolumes":{"users:1":{"USD":{"i'],
    ["accounts/users:1?expand=volumes", `"balance":"${HUGE + 2n}"`],
    ["accounts?expand=volumes", '"output":"5"'],
    ["volumes", '"input":"2","output":"0","balance":"2"'],
    ["aggregate/balances", '{"data":{"USD":"0"}}'],
    ["logs", `"amount":"${HUGE}"`],
  ])("are given by %s", async (path, text) => {
    const answer = await get(`/v2/${BOOK}/${path}`, AS_STRINGS);
    expect(answer.text).toContain(text);
    expect(answer.text).not.toMatch(/"(amount|input|output|balance)":-?\d/);
    expect(answer.text).not.toMatch(/"(id|pageSize)":"/);
  });
});

describe("features that are off", () => {
  beforeAll(async () => {
    const body = money([{ from: "world", to: "a", amount: 1 }], { metadata: { k: "v" } });
    const features = {
      MOVES_HISTORY: "OFF",
      MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "DISABLED",
      ACCOUNT_METADATA_HISTORY: "DISABLED",
      TRANSACTION_METADATA_HISTORY: "DISABLED",
    };
    await keepBook(ask, "bare", [body], { features });
  });

  const volumes = "expanding results: feature MOVES_HISTORY must be 'ON' to use volumes";
  const name = "MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES";
  const effective = `expanding results: feature ${name} must be 'SYNC' to use effectiveVolumes`;
  const moves = 'building filtered dataset: missing feature "MOVES_HISTORY"';
  const balance = encodeURIComponent('{"$gt":{"balance[USD]":0}}');
  const pit = "pit=2100-01-01T00:00:00Z";

  test.each([
    ["accounts?expand=volumes", volumes],
    ["accounts/a?expand=volumes", volumes],
    ["accounts/a?expand=effectiveVolumes", effective],
    [`accounts?expand=effectiveVolumes&${pit}`, effective],
    [`accounts/a?expand=effectiveVolumes&${pit}`, effective],
    [`accounts?${pit}&query=${balance}`, moves],
    [`volumes?${pit}`, moves],
    ["volumes?startTime=2023-01-01T00:00:00Z", moves],
    [`aggregate/balances?${pit}`, `missing feature "${name}"`],
    [`aggregate/balances?${pit}&useInsertionDate=true`, 'missing feature "MOVES_HISTORY"'],
  ])("are refused where %s needs them", async (path, message) => {
    expect(refusal(await get(`/v2/bare/${path}`))).toBe(`400 VALIDATION: ${message}`);
  });

  test.each([
    [`accounts?query=${balance}`, "a"],
    [`accounts/a?${pit}`, '"metadata":{}'],
    [`transactions/1?${pit}&expand=volumes&expand=effectiveVolumes`, '"metadata":{"k":"v"}'],
    ["transactions?expand=effectiveVolumes", '"id":1'],
    [`transactions?query=${encodeURIComponent('{"$match":{"source":"world"}}')}`, '"id":1'],
    ["volumes?groupBy=1", '"account":"a"'],
  ])("do not matter to %s", async (path, text) => {
    const answer = await get(`/v2/bare/${path}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(text);
    expect(answer.text).not.toContain("EffectiveVolumes");
  });
});

function withoutDates(text: string): string {
  return text.replaceAll(/"(insertedAt|updatedAt)":"[^"]+"/g, '"$1":"<date>"');
}
