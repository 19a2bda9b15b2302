/** Schemas and their queries, as api_schema and api_queries_run have them. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import { type Account, type Book, type Log, posting } from "./book.ts";
import type { Page } from "./client.ts";
import { newBook } from "./servers.ts";

interface Schema {
  readonly version: string;
  readonly createdAt: string;
}

const CHART = {
  world: {},
  bank: { $bankID: { ".pattern": "^[0-9]{3}$" } },
  users: {
    $userID: { ".pattern": "^[0-9]{3}$", ".metadata": { foo: { default: "test" } } },
  },
};
const TRANSACTIONS = {
  WORLD_TO_BANK: {
    description: "Funds arrive.",
    script:
      "vars {\n  account $bank\n  monetary $amount\n}\n" +
      "send $amount (\n  source = @world\n  destination = $bank\n)",
  },
  A_TO_B: {
    description: "Funds move.",
    script:
      "vars {\n  account $a\n  account $b\n  monetary $amount\n}\n" +
      "send $amount (\n  source = $a allowing unbounded overdraft\n  destination = $b\n)",
  },
};
const UNDER_V1 = { query: { schemaVersion: "v1.0.0" } };
const UNDER_V2 = { query: { schemaVersion: "v2.0.0" } };
const UNDER_V3 = { query: { schemaVersion: "v3.0.0" } };
const TO_BANK = { postings: [posting("world", "bank:001", 100)] };

function move(a: string, b: string, metadata: Record<string, string> = {}): Writable {
  return { script: { template: "A_TO_B", vars: { a, b, amount: "USD 100" } }, metadata };
}

describe("api_schema", () => {
  let book: Book;
  beforeEach(async () => {
    book = await newBook();
    const versions = [
      ["v1.0.0", { chart: CHART }],
      ["v2.0.0", { chart: CHART, transactions: TRANSACTIONS }],
      ["v3.0.0", { chart: CHART, transactions: TRANSACTIONS }],
    ] as const;
    for (const [version, schema] of versions) {
      (await book.post(`/schemas/${version}`, schema)).expect(204);
    }
  });

  test("1: a ledger without schemas lists none", async () => {
    const page = await (await newBook()).list<Schema>("schemas");
    expect(page).toEqual({ data: [], hasMore: false, pageSize: 15 });
  });

  test("2: a version stays as it is", async () => {
    expect((await book.post("/schemas/v3.0.0", { chart: {} })).fate).toBe(
      "409 SCHEMA_ALREADY_EXISTS",
    );
  });

  test.each(["v1.0.0", "v2.0.0", "v3.0.0"])("3: %s is read", async (version) => {
    expect((await book.get(`/schemas/${version}`)).data()).toMatchObject({ version, chart: CHART });
  });

  test("4 and 16: they are listed, newest first, with their dates", async () => {
    const page = await book.list<Schema>("schemas");
    expect(page).toMatchObject({ hasMore: false, pageSize: 15 });
    expect(page.data.map(({ version }) => version)).toEqual(["v3.0.0", "v2.0.0", "v1.0.0"]);
    expect(Date.parse(page.data[0]?.createdAt ?? "")).toBeGreaterThan(0);
  });

  test("5: postings go where there are no templates", async () => {
    const { id } = await book.create(TO_BANK, UNDER_V1);
    expect((await book.transaction(id)).postings).toEqual([
      { source: "world", destination: "bank:001", amount: "100", asset: "USD" },
    ]);
  });

  test("6: a template is used, with metadata", async () => {
    const created = await book.create(move("world", "bank:001", { k: "v" }), UNDER_V2);
    expect(created).toMatchObject({ template: "A_TO_B", metadata: { k: "v" } });
  });

  test("7: a template of another version is used", async () => {
    const script = { template: "WORLD_TO_BANK", vars: { bank: "bank:001", amount: "USD 100" } };
    const created = await book.create({ script }, UNDER_V3);
    expect(created.postings).toMatchObject([{ source: "world", destination: "bank:001" }]);
  });

  test("8: accounts outside the chart are refused", async () => {
    expect((await book.attempt(move("bank", "bank:001"), UNDER_V2)).fate).toBe("400 VALIDATION");
  });

  test("9: accounts that come to be get the chart's metadata", async () => {
    await book.create(move("world", "users:001"), UNDER_V3);
    const body = {
      script: { template: "A_TO_B", vars: { a: "world", b: "users:002", amount: "USD 100" } },
      accountMetadata: { "users:002": { bar: "test2" } },
    };
    await book.create(body, UNDER_V3);
    expect((await book.account("users:001")).metadata).toEqual({ foo: "test" });
    expect((await book.account("users:002")).metadata).toEqual({ foo: "test", bar: "test2" });
  });

  test("10: metadata that is there stays", async () => {
    await book.describe("accounts/users:001", { foo: "preexisting_value" }, UNDER_V3);
    await book.create(move("world", "users:001"), UNDER_V3);
    expect((await book.account("users:001")).metadata).toEqual({ foo: "preexisting_value" });
  });

  test.each<[string, string, Writable, string, string]>([
    ["11", "no version", TO_BANK, "", "400 SCHEMA_NOT_SPECIFIED"],
    ["12", "an unknown version", TO_BANK, "v4", "404 NOT_FOUND"],
    ["13", "postings where there are templates", TO_BANK, "v2.0.0", "400 VALIDATION"],
    ["14", "a script there", { script: { plain: "send" } }, "v2.0.0", "400 VALIDATION"],
  ])("%s: %s is refused", async (_, __, body, schemaVersion, fate) => {
    expect((await book.attempt(body, { query: { schemaVersion } })).fate).toBe(fate);
    expect(await book.count("transactions")).toBe(0);
  });

  test("15: the log tells the version", async () => {
    await book.create(move("world", "bank:001"), UNDER_V2);
    const [log] = (await book.list<Log>("logs")).data;
    expect(log).toMatchObject({ type: "NEW_TRANSACTION", schemaVersion: "v2.0.0" });
  });
});

describe("api_queries_run", () => {
  test("1: a query of the schema is run with variables", async () => {
    const book = await newBook();
    const schema = {
      chart: {
        world: {},
        bank: { $bankID: { ".pattern": "^[0-9]{3}$" } },
        foo: { $fooID: {} },
        bar: { $barID: {} },
      },
      transactions: {
        DEPOSIT: {
          description: "Funds arrive.",
          script:
            "vars {\n  account $to\n  monetary $amount\n}\n" +
            "send $amount (\n  source = @world\n  destination = $to\n)",
        },
      },
      queries: {
        CUSTOMERS: {
          resource: "accounts",
          vars: { category: "string", hat_type: "string" },
          body: {
            $and: [
              { $match: { address: "$category:" } },
              { $match: { "metadata[hat_type]": "$hat_type" } },
            ],
          },
        },
      },
    };
    expect((await book.post("/schemas/v1.0.0", schema)).fate).toBe("204");
    await book.describe("accounts/foo:012", { hat_type: "cap" }, UNDER_V1);
    for (const to of ["foo:012", "foo:345", "bar:678"]) {
      await book.create(
        { script: { template: "DEPOSIT", vars: { to, amount: "USD 100" } } },
        UNDER_V1,
      );
    }
    const vars = { category: "foo", hat_type: "cap" };
    const answer = await book.post("/queries/CUSTOMERS/run", { vars }, UNDER_V1);
    expect(answer.fate).toBe("200");
    const { resource, cursor } = answer.json<{ resource: string; cursor: Page<Account> }>();
    expect(resource).toBe("accounts");
    expect(cursor.data).toMatchObject([{ address: "foo:012", metadata: { hat_type: "cap" } }]);
  });
});
