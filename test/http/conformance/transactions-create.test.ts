/** Transactions created by both runtimes, as api_transactions_create has them. */
import { describe, expect, test } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import { type Book, instant, posting, type Transaction, volume } from "./book.ts";
import { createLedger, newBook } from "./servers.ts";

const SEND_100 = "send [COIN 100] (\n  source = @world\n  destination = @alice\n)";

/** What each runtime calls a script it cannot read, and one that asks for what cannot be. */
const MACHINE = { unread: "400 COMPILATION_FAILED", unfit: "400 COMPILATION_FAILED" };
const INTERPRETER = { unread: "400 INTERPRETER_PARSE", unfit: "400 INTERPRETER_RUNTIME" };

describe.each([
  ["machine", {}, MACHINE],
  ["interpreter", { EXPERIMENTAL_NUMSCRIPT_INTERPRETER: "true" }, INTERPRETER],
])("api_transactions_create by the %s", (_, flags, faults) => {
  async function fate(body: Writable): Promise<string> {
    const book = await newBook(flags);
    const { fate: found } = await book.attempt(body);
    expect(await book.count("transactions")).toBe(found.startsWith("200") ? 1 : 0);
    return found;
  }

  async function metadata(book: Book, address: string): Promise<unknown> {
    return (await book.account(address)).metadata;
  }

  test("1: a script sets metadata of accounts, also of those it moves nothing to", async () => {
    const book = await newBook(flags);
    await book.describe("accounts/alice", { clientType: "gold" });
    const plain =
      `${SEND_100}\nset_account_meta(@alice, "clientType", "silver")\n` +
      `set_account_meta(@foo, "status", "pending")`;
    await book.create({ script: { plain } });
    expect(await metadata(book, "alice")).toEqual({ clientType: "silver" });
    expect(await metadata(book, "foo")).toEqual({ status: "pending" });
  });

  test("2: a request sets metadata of accounts", async () => {
    const book = await newBook(flags);
    await book.create({
      postings: [posting("world", "alice", 100)],
      accountMetadata: { world: { foo: "bar" }, alice: { foo: "baz" } },
    });
    expect(await metadata(book, "world")).toEqual({ foo: "bar" });
    expect(await metadata(book, "alice")).toEqual({ foo: "baz" });
  });

  test("3: what is created is what is read", async () => {
    const book = await newBook(flags);
    const timestamp = `${instant(0).slice(0, 19)}Z`;
    const request = {
      metadata: { 'has "quotes"': `"a" and 'b'`, umlaut: "äöü €" },
      timestamp,
      reference: "foo",
    };
    const created = await book.create({ postings: [posting("world", "alice", 100)], ...request });
    const { insertedAt } = created;
    const core = {
      ...request,
      id: 1,
      postings: [{ source: "world", destination: "alice", amount: "100", asset: "USD" }],
      insertedAt,
      updatedAt: insertedAt,
      reverted: false,
      preCommitVolumes: { alice: { USD: volume(0, 0) }, world: { USD: volume(0, 0) } },
      postCommitVolumes: { alice: { USD: volume(100, 0) }, world: { USD: volume(0, 100) } },
    };
    expect(created).toMatchObject(core);
    expect(await book.transaction(1, { expand: "volumes" })).toEqual(core);
    expect(await book.account("alice", { expand: "volumes" })).toEqual({
      address: "alice",
      metadata: {},
      firstUsage: timestamp,
      insertionDate: insertedAt,
      updatedAt: insertedAt,
      volumes: { USD: volume(100, 0) },
    });
  });

  test("4 and 5: a reference is given once", async () => {
    const book = await newBook(flags);
    const body = { postings: [posting("world", "alice", 100)], reference: "foo" };
    expect((await book.attempt(body)).fate).toBe("200");
    expect((await book.attempt(body)).fate).toBe("409 CONFLICT");
    expect(await book.count("transactions")).toBe(1);
  });

  test("6: a request names the interpreter", async () => {
    const book = await newBook(flags);
    const plain = "send [COIN 100] (source = @world destination = @alice)";
    const created = await book.create(
      { script: { plain }, runtime: "experimental-interpreter" },
      { key: "k" },
    );
    expect(created.postCommitVolumes).toEqual({
      alice: { COIN: volume(100, 0) },
      world: { COIN: volume(0, 100) },
    });
  });

  const sent = (source: string, destination: string, rest: object = {}) => ({
    postings: [{ ...posting(source, destination, 100), ...rest }],
  });
  const MONETARY =
    "vars {\n  monetary $amount\n}\nsend $amount (\n  source = @world\n  destination = @alice\n)";

  test.each<[string, string, Writable, string]>([
    ["7", "no funds", sent("bob", "alice"), "400 INSUFFICIENT_FUND"],
    ["8", "no amount", sent("world", "alice", { amount: null }), "400 VALIDATION"],
    ["9", "an amount below zero", sent("world", "alice", { amount: -100 }), "400 VALIDATION"],
    ["10", "a source that is no address", sent("bob;test", "alice"), "400 VALIDATION"],
    ["11", "a destination that is none", sent("world", "alice;test"), "400 VALIDATION"],
    ["12", "an asset that is none", sent("world", "alice", { asset: "USD//2" }), "400 VALIDATION"],
    [
      "15",
      "a script that sends less than nothing",
      { script: { plain: SEND_100.replace("100", "-100") } },
      faults.unfit,
    ],
    [
      "16",
      "a variable that is less than nothing",
      { script: { plain: MONETARY, vars: { amount: "USD -100" } } },
      faults.unfit,
    ],
    ["17", "a script that is none", { script: { plain: "GIBBERISH" } }, faults.unread],
    [
      "18",
      "a script that moves nothing",
      {
        script: {
          plain: 'vars {\n  monetary $amount\n}\nset_tx_meta("foo", "bar")',
          vars: { amount: "USD 100" },
        },
      },
      "400 NO_POSTINGS",
    ],
    [
      "19",
      "metadata from both sides",
      { script: { plain: `${SEND_100}\nset_tx_meta("foo", "bar")` }, metadata: { foo: "baz" } },
      "400 METADATA_OVERRIDE",
    ],
  ])("%s: %s is refused", async (__, ___, body, expected) => {
    expect(await fate(body)).toBe(expected);
  });

  test("13 and 14: keys and references of another ledger are other ones", async () => {
    const book = await newBook(flags);
    const other = await createLedger(book.client);
    const body = { postings: [posting("world", "alice", 100)], reference: "foo" };
    expect((await book.create(body, { key: "foo" })).id).toBe(1);
    expect((await other.create(body, { key: "foo" })).id).toBe(1);
  });

  test("20: a rehearsal succeeds and leaves nothing", async () => {
    const book = await newBook(flags);
    const query = { dryRun: true };
    await book.create({ postings: [posting("world", "alice", 100)] }, { query });
    expect(await book.count("transactions")).toBe(0);
  });

  test("21: v1 takes an amount of 52 digits in a variable", async () => {
    const book = await newBook(flags);
    const amount = BigInt("1".repeat(52));
    const body = {
      script: { plain: MONETARY, vars: { amount: { asset: "EUR/12", amount } } },
    };
    const answer = await book.client.call("POST", `/${book.name}/transactions`, { body });
    expect(answer.data<readonly (Transaction & { txid: number })[]>()).toMatchObject([{ txid: 1 }]);
    const { volumes } = await book.account("alice", { expand: "volumes" });
    expect(volumes).toEqual({ "EUR/12": volume(amount, 0) });
  });
});
