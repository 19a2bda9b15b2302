/**
 * The routes that Formance v2 has dropped: batches, scripts with their own answer, and mappings
 * with the contracts they hold.
 */
import { describe, expect, test } from "vitest";
import { payment, posting, send, useServer, vars } from "./v1-client.ts";

const ask = useServer({ BULK_MAX_SIZE: "3" });

async function stats(ledger: string): Promise<unknown> {
  return (await ask("GET", `/${ledger}/stats`)).body;
}

function batch(...transactions: readonly string[]): string {
  return `{"transactions":[${transactions.join(",")}]}`;
}

describe("a batch", () => {
  test("is answered with its transactions, each on top of those before", async () => {
    const body = batch(
      payment("world", "a", 10),
      `{"postings":[${posting("a", "b", 7)}],"reference":"r","metadata":{"k":"v"}}`,
    );
    const answer = await ask("POST", "/batch/transactions/batch", body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        data: [
          { txid: 1, postings: [{ destination: "a" }] },
          {
            txid: 2,
            reference: "r",
            metadata: { k: "v" },
            postCommitVolumes: { a: { USD: { input: 10, output: 7, balance: 3 } } },
          },
        ],
      },
    });
    expect(await stats("batch")).toEqual({ data: { transactions: 2, accounts: 3 } });
  });

  test.each([
    ["too little money", payment("b", "a", 1), 400, "INSUFFICIENT_FUND"],
    [
      "a reference that is taken",
      `${payment("world", "b", 1).slice(0, -1)},"reference":"r"}`,
      409,
      "CONFLICT",
    ],
    ["no postings", "{}", 400, "VALIDATION"],
    ["a bad posting", payment("world", ":", 1), 400, "VALIDATION"],
    ["no object", "7", 400, "VALIDATION"],
  ])("fails as a whole: %s", async (_, bad, status, errorCode) => {
    await ask(
      "POST",
      "/whole/transactions",
      `${payment("world", "a", 1).slice(0, -1)},"reference":"r"}`,
    );
    const before = await stats("whole");
    const body = batch(payment("world", "c", 1), bad, payment("world", "d", 1));
    const answer = await ask("POST", "/whole/transactions/batch", body);
    expect(answer).toMatchObject({ status, body: { errorCode } });
    expect(answer.text).toContain("transactions[1]: ");
    expect(await stats("whole")).toEqual(before);
  });

  test.each([
    ["no JSON", "{", 400],
    ["nothing", "{}", 400],
    ["an empty list", batch(), 400],
    ["more than the limit", batch(...Array<string>(4).fill(payment("world", "a", 1))), 413],
  ])("is refused: %s", async (_, body, status) => {
    const answer = await ask("POST", "/refused/transactions/batch", body);
    expect(answer).toMatchObject({ status, body: { errorCode: "VALIDATION" } });
    expect(await ask("GET", "/v2/refused")).toMatchObject({ status: 404 });
  });

  test("takes neither preview nor idempotency key, and says so", async () => {
    const body = batch(payment("world", "a", 1));
    const preview = await ask("POST", "/options/transactions/batch?preview=true", body);
    expect(preview).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    const headers = { "Idempotency-Key": "k" };
    const key = await ask("POST", "/options/transactions/batch", body, headers);
    expect(key).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  });

  test("creates its ledger only if all of it succeeds", async () => {
    const bad = batch(payment("world", "a", 1), payment("b", "a", 1));
    expect(await ask("POST", "/made/transactions/batch", bad)).toMatchObject({ status: 400 });
    expect(await ask("GET", "/v2/made")).toMatchObject({ status: 404 });
    const good = batch(payment("world", "a", 1), payment("a", "b", 1));
    expect(await ask("POST", "/made/transactions/batch", good)).toMatchObject({ status: 200 });
    expect(await ask("GET", "/v2/made")).toMatchObject({ body: { data: { bucket: "made" } } });
  });
});

describe("a script", () => {
  const PLAIN =
    vars("number $n", "account $d") + send("[USD 10]", "@world", "$d") + 'set_tx_meta("n", $n)';

  test("is answered with its transaction", async () => {
    const body = { plain: PLAIN, vars: { n: 42, d: "bank" }, reference: "r", metadata: { k: "v" } };
    const answer = await ask("POST", "/script/script", body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        transaction: {
          txid: 1,
          reference: "r",
          postings: [{ source: "world", destination: "bank", amount: 10, asset: "USD" }],
          metadata: { k: "v", n: "42" },
          postCommitVolumes: { bank: { USD: { balance: 10 } } },
        },
      },
    });
    expect(await stats("script")).toEqual({ data: { transactions: 1, accounts: 2 } });
  });

  test("can be previewed, and retried under a key", async () => {
    const body = { plain: PLAIN, vars: { n: 1, d: "bank" } };
    const preview = await ask("POST", "/script-once/script?preview=true", body);
    expect(preview).toMatchObject({ status: 200, body: { transaction: { txid: 1 } } });
    const headers = { "Idempotency-Key": "k" };
    const first = await ask("POST", "/script-once/script", body, headers);
    const again = await ask("POST", "/script-once/script", body, headers);
    expect(again.text).toBe(first.text);
    expect(await stats("script-once")).toEqual({ data: { transactions: 1, accounts: 2 } });
  });

  const transfer = send("[USD 1]", "@a", "@b");
  const gift = send("[USD 1]", "@world", "@b");
  test.each([
    ["no script", {}, "NO_SCRIPT"],
    ["an empty one", { plain: "" }, "NO_SCRIPT"],
    ["no JSON", "{", "VALIDATION"],
    ["a script of the wrong type", { plain: 7 }, "VALIDATION"],
    ["a variable that is a list", { plain: PLAIN, vars: { d: [] } }, "VALIDATION"],
    ["a script that does not compile", { plain: "send" }, "COMPILATION_FAILED"],
    ["a variable too few", { plain: PLAIN, vars: { n: 1 } }, "COMPILATION_FAILED"],
    [
      "metadata of nobody",
      { plain: vars('account $a = meta(@nobody, "k")') + transfer },
      "COMPILATION_FAILED",
    ],
    ["no postings", { plain: 'set_tx_meta("k", "v")' }, "VALIDATION"],
    ["too little money", { plain: transfer }, "INSUFFICIENT_FUND"],
    [
      "metadata that the script sets",
      { plain: `${gift}set_tx_meta("k", "v")`, metadata: { k: "w" } },
      "METADATA_OVERRIDE",
    ],
  ])("fails with 200 all the same: %s", async (_, body, code) => {
    const answer = await ask("POST", "/script-fails/script", body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ errorCode: code, error_code: code });
    const { details, errorMessage } = answer.body as { details: string; errorMessage: string };
    const [, payload = ""] = details.split("https://play.numscript.org/?payload=");
    const told = new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0)));
    expect(JSON.parse(told)).toEqual({ error: errorMessage });
    expect(await ask("GET", "/v2/script-fails")).toMatchObject({ status: 404 });
  });

  test("a reference that is taken", async () => {
    const body = { plain: gift, reference: "r" };
    await ask("POST", "/script-ref/script", body);
    const answer = await ask("POST", "/script-ref/script", body);
    expect(answer).toMatchObject({ status: 200, body: { errorCode: "CONFLICT" } });
  });

  test("is not bound by contracts: it says itself who may owe", async () => {
    const contracts = [{ account: "a", expr: { $gte: ["$balance", 100] } }];
    await ask("PUT", "/script-free/mapping", { contracts });
    const owe = send("[USD 1]", "@a allowing unbounded overdraft", "@b");
    const answer = await ask("POST", "/script-free/script", { plain: owe });
    expect(answer.body).toHaveProperty("transaction");
  });
});

describe("a mapping", () => {
  const CREDIT = {
    contracts: [
      { account: "credit:*", expr: { $gte: ["$balance", -100] }, name: "credit" },
      { account: "vault", expr: { $eq: [{ $meta: "open" }, "yes"] }, name: "" },
      { account: "other", expr: { $unheard: "of" }, name: "kept, binds nobody" },
    ],
  };

  test("is null until it is put, and then as it was put", async () => {
    expect(await ask("GET", "/map/mapping")).toMatchObject({ status: 200, body: { data: null } });
    expect(await ask("PUT", "/map/mapping", CREDIT)).toMatchObject({
      status: 200,
      body: { data: CREDIT },
    });
    expect((await ask("GET", "/map/mapping")).body).toEqual({ data: CREDIT });
    expect((await ask("PUT", "/map/mapping", "null")).body).toEqual({ data: { contracts: [] } });
    expect((await ask("GET", "/map/mapping")).body).toEqual({ data: { contracts: [] } });
  });

  test("numbers in it keep every digit", async () => {
    const text = `{"contracts":[{"expr":{"$gte":["$balance",-${"9".repeat(40)}]},"account":"a"}]}`;
    await ask("PUT", "/digits/mapping", text);
    expect((await ask("GET", "/digits/mapping")).text).toContain(`-${"9".repeat(40)}`);
  });

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["contracts that are no list", { contracts: {} }],
    ["a contract that is none", { contracts: ["x"] }],
    ["an account that is no text", { contracts: [{ account: 7 }] }],
    ["an expression that is a text", { contracts: [{ account: "a", expr: "x" }] }],
    ["too many", { contracts: Array<unknown>(101).fill({ account: "a", expr: {} }) }],
    ["too deep", `{"contracts":[{"expr":${'{"$and":['.repeat(30)}${"]}".repeat(30)}}]}`],
    ["too long", { contracts: [{ account: "a".repeat(70_000), expr: {} }] }],
  ])("is refused: %s", async (_, body) => {
    const answer = await ask("PUT", "/no-map/mapping", body);
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
    expect(await ask("GET", "/v2/no-map")).toMatchObject({ status: 404 });
  });

  const POOR = { status: 400, body: { errorCode: "INSUFFICIENT_FUND" } };

  test("lets accounts go as far below zero as their contract says, in both dialects", async () => {
    await ask("PUT", "/credit/mapping", CREDIT);
    const pay = (amount: number) => payment("credit:1", "shop", amount);
    expect(await ask("POST", "/credit/transactions", pay(60))).toMatchObject({ status: 200 });
    expect(await ask("POST", "/credit/transactions", pay(41))).toMatchObject(POOR);
    expect(await ask("POST", "/v2/credit/transactions", pay(41))).toMatchObject(POOR);
    expect(await ask("POST", "/v2/credit/transactions", pay(40))).toMatchObject({ status: 200 });
    expect(await ask("POST", "/credit/transactions", pay(1))).toMatchObject(POOR);
    const forced = await ask("POST", "/v2/credit/transactions?force=true", pay(1));
    expect(forced).toMatchObject({ status: 200 });
  });

  test("binds postings whichever runtime they go through", async () => {
    await ask("PUT", "/runtimes/mapping", CREDIT);
    const pay = (amount: number) => {
      const runtime = '"runtime":"experimental-interpreter"';
      return `${payment("credit:1", "shop", amount).slice(0, -1)},${runtime}}`;
    };
    expect(await ask("POST", "/v2/runtimes/transactions", pay(101))).toMatchObject(POOR);
    expect(await ask("POST", "/v2/runtimes/transactions", pay(100))).toMatchObject({ status: 200 });
  });

  test("changes nothing for accounts without a contract that binds", async () => {
    await ask("PUT", "/usual/mapping", CREDIT);
    for (const account of ["other", "xcredit:1", "debit"]) {
      const answer = await ask("POST", "/usual/transactions", payment(account, "shop", 1));
      expect(answer).toMatchObject(POOR);
    }
  });

  test("is about receivers, too, and about their metadata before the transaction", async () => {
    await ask("PUT", "/vault/mapping", CREDIT);
    const pay = payment("world", "vault", 1);
    expect(await ask("POST", "/vault/transactions", pay)).toMatchObject(POOR);
    await ask("POST", "/vault/accounts/vault/metadata", { open: "yes" });
    expect(await ask("POST", "/vault/transactions", pay)).toMatchObject({ status: 200 });
  });

  test("judges what a whole transaction leaves, posting by posting it may be broken", async () => {
    await ask("PUT", "/whole-tx/mapping", CREDIT);
    const postings = [posting("credit:1", "a", 500), posting("world", "credit:1", 450)];
    const body = `{"postings":[${postings.join(",")}]}`;
    expect(await ask("POST", "/whole-tx/transactions", body)).toMatchObject({ status: 200 });
  });

  test("is about reverts, unless the checks are disabled", async () => {
    await ask("PUT", "/reverts/mapping", CREDIT);
    await ask("POST", "/reverts/transactions", payment("world", "credit:1", 150));
    await ask("POST", "/reverts/transactions", payment("credit:1", "shop", 101));
    expect(await ask("POST", "/reverts/transactions/1/revert")).toMatchObject(POOR);
    const forced = await ask("POST", "/reverts/transactions/1/revert?disableChecks=true");
    expect(forced).toMatchObject({ status: 201 });
    await ask("POST", "/reverts/transactions", payment("world", "credit:2", 100));
    await ask("POST", "/reverts/transactions", payment("credit:2", "shop", 100));
    const within = await ask("POST", "/reverts/transactions/4/revert");
    expect(within).toMatchObject({ status: 201 });
  });

  test("binds the transactions of a batch one after the other", async () => {
    await ask("PUT", "/map-batch/mapping", CREDIT);
    const pay = payment("credit:1", "shop", 60);
    const both = await ask("POST", "/map-batch/transactions/batch", batch(pay, pay));
    expect(both).toMatchObject(POOR);
    expect(await stats("map-batch")).toEqual({ data: { transactions: 0, accounts: 0 } });
  });
});
