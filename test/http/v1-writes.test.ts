/**
 * What v1 writes: transactions, reverts and metadata, in its own words and on v2's books.
 */
import { describe, expect, test } from "vitest";
import { payment, posting, send, useServer, vars } from "./v1-client.ts";

const ask = useServer();

describe("creating a transaction", () => {
  test("answers a list of one, with the id under both names", async () => {
    const answer = await ask("POST", "/create/transactions", {
      postings: [{ source: "world", destination: "bank", amount: 100, asset: "USD/2" }],
      reference: "r-1",
      metadata: { k: "v" },
      timestamp: "2023-05-06T07:08:09.1234565+02:00",
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      data: [
        {
          id: 1,
          txid: 1,
          reference: "r-1",
          metadata: { k: "v" },
          timestamp: "2023-05-06T05:08:09.123457Z",
          reverted: false,
          preCommitVolumes: { bank: { "USD/2": { input: 0, output: 0, balance: 0 } } },
          postCommitVolumes: { bank: { "USD/2": { input: 100, output: 0, balance: 100 } } },
        },
      ],
    });
  });

  test("the id in the answer is the transaction's, whatever its metadata say", async () => {
    const metadata = { id: "7", x: '"id":8' };
    const body = { postings: [JSON.parse(posting("world", "bank", 1))], metadata };
    const answer = await ask("POST", "/metadata-id/transactions", body);
    expect(answer.body).toMatchObject({ data: [{ id: 1, txid: 1, metadata }] });
  });

  test("amounts of any size keep every digit", async () => {
    const amount = "123456789012345678901234567890";
    const answer = await ask("POST", "/large/transactions", payment("world", "bank", amount));
    expect(answer.text).toContain(`"amount":${amount},`);
  });

  test("what v2 added to the body is not looked at, of whatever type it is", async () => {
    const body =
      `{"postings":[${posting("world", "bank", 1)}],"force":"yes","accountMetadata":7,` +
      `"runtime":[],"schemaVersion":{},"script":{"template":3}}`;
    expect(await ask("POST", "/extras/transactions", body)).toMatchObject({ status: 200 });
  });

  const FORMAT = /^invalid transaction format: /;
  test.each([
    ["no JSON", "{", FORMAT],
    ["an empty body", "", FORMAT],
    ["a list", "[]", FORMAT],
    ["postings of the wrong type", '{"postings":"x"}', FORMAT],
    ["a fraction", payment("world", "bank", 1.5), FORMAT],
    ["an unreadable date", '{"timestamp":"yesterday"}', FORMAT],
    ["metadata that are no texts", '{"metadata":{"k":1}}', /metadata\["k"\] must be a string/],
    [
      "a variable that is a number",
      '{"script":{"plain":"x","vars":{"v":1}}}',
      / vars\["v"\] must be a string/,
    ],
    ["a variable that is null", '{"script":{"plain":"x","vars":{"v":null}}}', /got null/],
    ["an amount without asset", '{"script":{"plain":"x","vars":{"v":{"amount":1}}}}', /got object/],
    ["nothing at all", "null", /^invalid payload: should contain either postings or script$/],
    ["no postings", '{"postings":[]}', /^invalid payload/],
    [
      "postings and a script",
      `{"postings":[${posting("world", "a", 1)}],"script":{"plain":"x"}}`,
      /^invalid payload/,
    ],
    ["a negative amount", payment("world", "bank", -1), /^negative amount$/],
    ["no amount", payment("world", "bank", "null"), /^no amount defined$/],
    ["a bad source", payment("wo rld", "bank", 1), /^invalid source address$/],
    ["a bad destination", payment("world", "bank:", 1), /^invalid destination address$/],
  ])("%s is refused and changes nothing", async (_, body, message) => {
    await ask("POST", "/v2/refusals");
    const answer = await ask("POST", "/refusals/transactions", body);
    const words: unknown = expect.stringMatching(message);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ errorCode: "VALIDATION", errorMessage: words });
    const stats = await ask("GET", "/refusals/stats");
    expect(stats.body).toEqual({ data: { transactions: 0, accounts: 0 } });
  });

  test("what the books refuse keeps its code", async () => {
    await ask(
      "POST",
      "/codes/transactions",
      `${payment("world", "a", 1).slice(0, -1)},"reference":"r"}`,
    );
    const poor = await ask("POST", "/codes/transactions", payment("a", "b", 2));
    expect(poor).toMatchObject({ status: 400, body: { errorCode: "INSUFFICIENT_FUND" } });
    const body = `${payment("world", "b", 2).slice(0, -1)},"reference":"r"}`;
    const taken = await ask("POST", "/codes/transactions", body);
    expect(taken).toMatchObject({ status: 409, body: { errorCode: "CONFLICT" } });
  });

  test.each([
    ["preview=true", true],
    ["preview=YES", true],
    ["preview=1", true],
    ["preview=yes&preview=no", true],
    ["preview=no&preview=yes", false],
    ["preview=on", false],
    ["preview", false],
    ["Preview=true", false],
    ["dryRun=true", false],
  ])("?%s", async (query, isPreview) => {
    const ledger = query.replaceAll(/[^A-Za-z0-9]/g, "_");
    const answer = await ask("POST", `/${ledger}/transactions?${query}`, payment("world", "a", 1));
    expect(answer).toMatchObject({ status: 200, body: { data: [{ txid: 1 }] } });
    const stats = await ask("GET", `/${ledger}/stats`);
    expect(stats.body).toMatchObject({ data: { transactions: isPreview ? 0 : 1 } });
  });

  test("a key that was used answers what it answered, in both dialects", async () => {
    const key = { "Idempotency-Key": "k" };
    const body = payment("world", "a", 1);
    const first = await ask("POST", "/keys/transactions", body, key);
    const again = await ask("POST", "/keys/transactions", body, key);
    expect(again.text).toBe(first.text);
    expect(again.headers.get("Idempotency-Hit")).toBe("true");
    const v2 = await ask("POST", "/v2/keys/transactions", body, key);
    expect(v2.headers.get("Idempotency-Hit")).toBe("true");
    const other = await ask("POST", "/keys/transactions", payment("world", "a", 2), key);
    expect(other).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });
});

/** Sends as much as the variable says, from a source, to a destination. */
const SEND =
  vars("monetary $m", "account $d") + send("$m", "@world", "$d") + 'set_tx_meta("kind", "script")';

describe("creating a transaction by a script", () => {
  test("variables are texts, and monetaries objects with every digit", async () => {
    const amount = "123456789012345678901234567890";
    const body =
      `{"script":{"plain":${JSON.stringify(SEND)},` +
      `"vars":{"m":{"asset":"USD","amount":${amount}},"d":"bank"}},"metadata":{"by":"us"}}`;
    const answer = await ask("POST", "/script/transactions", body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        data: [
          {
            txid: 1,
            postings: [{ source: "world", destination: "bank" }],
            metadata: { by: "us", kind: "script" },
          },
        ],
      },
    });
    expect(answer.text).toContain(`"amount":${amount},`);
  });

  test("an amount that is null is none", async () => {
    const script = { plain: SEND, vars: { m: { asset: "USD", amount: null }, d: "bank" } };
    const answer = await ask("POST", "/null/transactions", { script });
    expect(answer).toMatchObject({ status: 200, body: { data: [{ postings: [{ amount: 0 }] }] } });
  });

  const VARS = { m: "USD 1", d: "bank" };
  test.each([
    ["does not compile", { script: { plain: "send" } }, 400, "VALIDATION"],
    ["lacks a variable", { script: { plain: SEND, vars: { d: "bank" } } }, 400, "VALIDATION"],
    [
      "has its metadata overridden",
      { script: { plain: SEND, vars: VARS }, metadata: { kind: "mine" } },
      400,
      "VALIDATION",
    ],
    ["makes no posting", { script: { plain: 'set_tx_meta("k", "v")' } }, 400, "VALIDATION"],
    ["lacks funds", { script: { plain: send("[USD 1]", "@a", "@b") } }, 400, "INSUFFICIENT_FUND"],
    [
      "asks for metadata of nobody",
      {
        script: {
          plain: vars('account $a = meta(@nobody, "k")') + send("[USD 1]", "@world", "$a"),
        },
      },
      404,
      "NOT_FOUND",
    ],
  ])("that %s: refused", async (_, body, status, errorCode) => {
    await ask("POST", "/v2/scripts");
    const answer = await ask("POST", "/scripts/transactions", body);
    expect(answer).toMatchObject({ status, body: { errorCode } });
    const stats = await ask("GET", "/scripts/stats");
    expect(stats.body).toEqual({ data: { transactions: 0, accounts: 0 } });
  });
});

describe("reverting", () => {
  test("answers the reverting transaction; once", async () => {
    await ask("POST", "/revert/transactions", payment("world", "a", 5));
    const answer = await ask("POST", "/revert/transactions/1/revert");
    expect(answer).toMatchObject({
      status: 201,
      body: {
        data: {
          id: 2,
          txid: 2,
          postings: [{ source: "a", destination: "world", amount: 5, asset: "USD" }],
          metadata: { "com.formance.spec/state/reverts": "1" },
        },
      },
    });
    const again = await ask("POST", "/revert/transactions/1/revert");
    expect(again).toMatchObject({ status: 400, body: { errorCode: "ALREADY_REVERT" } });
  });

  test("only disableChecks lets an account go below zero, and the body is not read", async () => {
    await ask("POST", "/spent/transactions", payment("world", "a", 5));
    await ask("POST", "/spent/transactions", payment("a", "b", 5));
    for (const query of ["", "?force=true", "?disableChecks=yes", "?disableChecks="]) {
      const answer = await ask("POST", `/spent/transactions/1/revert${query}`, "nonsense");
      expect(answer).toMatchObject({ status: 400, body: { errorCode: "INSUFFICIENT_FUND" } });
    }
    const preview = await ask("POST", "/spent/transactions/1/revert?disableChecks=1&preview=true");
    expect(preview).toMatchObject({ status: 201, body: { data: { txid: 3 } } });
    const answer = await ask("POST", "/spent/transactions/1/revert?disableChecks=TRUE");
    expect(answer).toMatchObject({ status: 201, body: { data: { txid: 4 } } });
  });

  test("ids that are none, and ids of nothing", async () => {
    await ask("POST", "/v2/no-revert");
    const bad = await ask("POST", "/no-revert/transactions/x/revert");
    expect(bad).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    const unknown = await ask("POST", "/no-revert/transactions/9/revert");
    expect(unknown).toMatchObject({ status: 404, body: { errorCode: "NOT_FOUND" } });
  });

  test("a key that has served for something else is bad input", async () => {
    const key = { "Idempotency-Key": "k" };
    await ask("POST", "/revert-keys/transactions", payment("world", "a", 5), key);
    const answer = await ask("POST", "/revert-keys/transactions/1/revert", undefined, key);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });
});

describe("metadata", () => {
  /** The log's entries without what surrounds them. */
  async function entries(ledger: string): Promise<readonly unknown[]> {
    const { text } = await ask("POST", `/v2/${ledger}/logs/export`);
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line): unknown => JSON.parse(line));
  }

  test("of an account: set and deleted, as v2 logs it", async () => {
    const path = "/metadata/accounts/users:1/metadata";
    expect(await ask("POST", path, { k: "v", n: null })).toMatchObject({ status: 204, text: "" });
    expect(await ask("DELETE", `${path}/k`)).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `${path}/unknown`)).toMatchObject({ status: 204 });
    const target = { targetType: "ACCOUNT", targetId: "users:1" };
    expect(await entries("metadata")).toMatchObject([
      { type: "SET_METADATA", data: { ...target, metadata: { k: "v", n: "" } } },
      { type: "DELETE_METADATA", data: { ...target, key: "k" } },
      { type: "DELETE_METADATA", data: { ...target, key: "unknown" } },
    ]);
  });

  test("previews change nothing", async () => {
    const path = "/previews/accounts/a/metadata";
    await ask("POST", path, { k: "v" });
    expect(await ask("POST", `${path}?preview=yes`, { k: "w" })).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `${path}/k?preview=yes`)).toMatchObject({ status: 204 });
    expect(await entries("previews")).toHaveLength(1);
  });

  test.each([
    ["an address that is none", "accounts/a%20b", "{}", 400, "invalid account address format"],
    ["a bad address before a bad body", "accounts/:", "{", 400, "invalid account address format"],
    ["a bad body of an account", "accounts/a", "[]", 400, /^invalid metadata format: /],
    ["a bad body of a transaction", "transactions/1", '{"k":1}', 400, /^invalid metadata format: /],
    ["a bad body before a bad id", "transactions/x", "{", 400, /^invalid metadata format: /],
    ["an id that is none", "transactions/x", "{}", 404, "invalid transaction ID"],
    ["an id of nothing", "transactions/9", "{}", 404, /not found$/],
  ])("%s is refused", async (_, target, body, status, message) => {
    await ask("POST", "/bad-metadata/transactions", payment("world", "a", 1));
    const answer = await ask("POST", `/bad-metadata/${target}/metadata`, body);
    const words: unknown = expect.stringMatching(message);
    expect(answer).toMatchObject({ status, body: { errorMessage: words } });
  });

  test("of a transaction: set, null as a whole, deleted", async () => {
    await ask("POST", "/tx-metadata/transactions", payment("world", "a", 1));
    const path = "/tx-metadata/transactions/1/metadata";
    expect(await ask("POST", path, { "k/l": "v" })).toMatchObject({ status: 204 });
    expect(await ask("POST", path, "null")).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `${path}/k%2Fl`)).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `${path}/k%2Fl`)).toMatchObject({ status: 404 });
    const bad = await ask("DELETE", "/tx-metadata/transactions/x/metadata/k");
    expect(bad).toMatchObject({
      status: 400,
      body: { errorCode: "VALIDATION", errorMessage: "invalid transaction ID" },
    });
  });
});
