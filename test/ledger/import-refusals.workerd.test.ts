/**
 * Logs that are refused on import: which line it was and why, and that those before it stay.
 */
import { describe, expect, test } from "vitest";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import { Subject } from "../support/subject.ts";
import {
  book,
  date,
  ids,
  importInto,
  linesOf,
  LogWriter,
  payment,
  transactionJson,
} from "./import-support.ts";

const UNHASHED = { ...DEFAULT_FEATURES, HASH_LOGS: "DISABLED" } as const;

describe("what is wrong with a log is told, with its line; what came before it stays", () => {
  const bare = {
    type: "NEW_TRANSACTION",
    data: { transaction: transactionJson(payment(4)), accountMetadata: {} },
    date: date(4),
    idempotencyKey: "",
    id: 4,
    hash: null,
  };
  const transaction = bare.data.transaction;
  const with_ = (more: object): string => {
    return JSON.stringify({ ...bare, data: { transaction: { ...transaction, ...more } } });
  };
  const posting = (more: object): string => {
    const postings = [{ source: "world", destination: "a", amount: 1, asset: "USD", ...more }];
    return with_({ postings });
  };
  const log = (more: object): string => JSON.stringify({ ...bare, ...more });
  const cases: readonly (readonly [name: string, line: string, message: string | RegExp])[] = [
    ["no JSON", "{", /invalid JSON/],
    ["a text", '"x"', "a log must be an object"],
    ["NUL", log({ idempotencyKey: "\0" }), "the character NUL is not allowed"],
    ["no id", log({ id: undefined }), "id must be an unsigned integer, got nothing"],
    ["an id below zero", log({ id: -1 }), "id must be an unsigned integer, got number"],
    ["no type", log({ type: undefined }), 'type "" is unknown'],
    ["an unknown type", log({ type: "NEW" }), 'type "NEW" is unknown'],
    ["no data", log({ data: null }), "data must be an object, got null"],
    ["a bad date", log({ date: "today" }), "date must be an RFC 3339 date"],
    [
      "a date ahead",
      log({ date: "9000-01-01T00:00:00Z" }),
      "importing log 4: its date lies in the future",
    ],
    ["an insertion ahead", with_({ insertedAt: "9000-01-01T00:00:00Z" }), /inserted in the future/],
    ["a hash that is none", log({ hash: "abc" }), "hash must be the base64 of 32 bytes"],
    ["a fingerprint that is none", log({ idempotencyHash: '"' }), "idempotencyHash must be base64"],
    ["no transaction", log({ data: {} }), "transaction must be an object, got nothing"],
    ["no transaction id", with_({ id: undefined }), /^id must be/],
    ["no postings", with_({ postings: [] }), "a transaction must have postings"],
    ["no amount", posting({ amount: undefined }), "amount must be an integer, got nothing"],
    ["an amount below zero", posting({ amount: -1 }), "an amount is negative"],
    ["an address that is none", posting({ source: "a b" }), '"a b" is no account address'],
    ["an asset that is none", posting({ asset: "usd" }), '"usd" is no asset'],
    ["metadata that is none", with_({ metadata: { k: 1 } }), /metadata\["k"\] must be a string/],
    [
      "volumes that disagree",
      with_({ postCommitVolumes: { a: { "USD/2": { input: 1, output: 0 } } } }),
      "importing log 4: its postCommitVolumes are not what its postings lead to",
    ],
    ["a transaction twice", with_({ id: 2 }), "importing log 4: transaction 2 already exists"],
    [
      "a reference twice",
      with_({ reference: "r" }),
      'importing log 4: reference "r" is already used',
    ],
    [
      "a key twice",
      log({ idempotencyKey: "k" }),
      'importing log 4: idempotency key "k" is already used',
    ],
    ["a log twice", log({ id: 3 }), "log 3 already exists"],
    [
      "an unknown schema version",
      log({ schemaVersion: "v9" }),
      'importing log 4: schema version "v9" not found',
    ],
    [
      "metadata of an unknown transaction",
      log({
        type: "SET_METADATA",
        data: { targetType: "TRANSACTION", targetId: 9, metadata: {} },
      }),
      "importing log 4: transaction 9 not found",
    ],
    [
      "a key of an unknown transaction",
      log({ type: "DELETE_METADATA", data: { targetType: "TRANSACTION", targetId: 9, key: "k" } }),
      "importing log 4: transaction 9 not found",
    ],
    [
      "an unknown target type",
      log({ type: "SET_METADATA", data: { targetType: "account", targetId: "a", metadata: {} } }),
      'targetType "account" is unknown',
    ],
    [
      "an account that is a number",
      log({ type: "SET_METADATA", data: { targetType: "ACCOUNT", targetId: 1, metadata: {} } }),
      "targetId of an ACCOUNT must be a string",
    ],
    [
      "a revert of nothing",
      log({
        type: "REVERTED_TRANSACTION",
        data: { revertedTransactionID: 9, transaction },
      }),
      "importing log 4: transaction 9 not found",
    ],
    [
      "a revert without its date",
      log({
        type: "REVERTED_TRANSACTION",
        data: { revertedTransaction: transactionJson(payment(1)), transaction },
      }),
      "revertedTransaction.revertedAt is missing",
    ],
    [
      "a schema that is none",
      log({ type: "INSERTED_SCHEMA", data: { schema: { version: "v1", chart: { "a b": {} } } } }),
      /invalid/,
    ],
  ];

  test.each(cases)("%s", async (_name, line, message) => {
    const subject = await Subject.open(UNHASHED);
    const writer = new LogWriter()
      .created(date(1), payment(1, { reference: "r" }), { idempotencyKey: "k" })
      .created(date(2), payment(2))
      .created(date(3), payment(3));
    const text = `${writer.text}\n${line}\n${log({ id: 5 })}`;
    const error = await importInto(subject, linesOf(text));
    expect(error?.code).toBe("IMPORT");
    const [, told = "", at] =
      /^importing logs: (.*) \(line (\d+)\)$/.exec(error?.message ?? "") ?? [];
    expect(at).toBe("4");
    expect(told).toMatch(message);
    expect(await ids(subject)).toEqual([1, 2, 3]);
    expect(await subject.stub.stats()).toEqual({
      ok: true,
      value: { transactions: 3, accounts: 2 },
    });
    expect(await importInto(subject, linesOf(log({})))).toBe(undefined);
    expect(await ids(subject)).toEqual([1, 2, 3, 4]);
  });

  test("a revert twice", async () => {
    const subject = await Subject.open();
    const back = payment(4, { postings: [["a", "world", 10]] });
    const writer = book().reverted(date(4), payment(1), back);
    writer.reverted(date(5), payment(1), {
      ...back,
      id: 5,
      timestamp: date(5),
      insertedAt: date(5),
    });
    const error = await importInto(subject, linesOf(writer.text));
    expect(error?.message).toContain("importing log 5: transaction 1 is already reverted (line 5)");
    expect(await ids(subject)).toEqual([1, 2, 3, 4]);
  });
});

describe("the chain of hashes", () => {
  test.each([1, 2, 3])("shows that log %d was changed", async (changed) => {
    const subject = await Subject.open();
    const lines = book().lines.map((line, index) => {
      return index + 1 === changed ? line.replace('"amount":10', '"amount":11') : line;
    });
    const error = await importInto(subject, linesOf(lines.join("\n")));
    expect(error?.message).toMatch(
      new RegExp(`importing log ${changed}: invalid hash, expected .* \\(line ${changed}\\)$`),
    );
    expect(await ids(subject)).toEqual([1, 2, 3].slice(0, changed - 1));
  });

  test("shows that one is missing, or stands elsewhere", async () => {
    const subject = await Subject.open();
    const [first = "", second = "", third = ""] = book().lines;
    expect((await importInto(subject, linesOf(`${first}\n${third}`)))?.message).toContain("log 3");
    expect((await importInto(subject, linesOf(third)))?.message).toContain("invalid hash");
    expect(await importInto(subject, linesOf(`${second}\n${third}`))).toBe(undefined);
    expect(await ids(subject)).toEqual([1, 2, 3]);
  });

  test("is not asked for where logs are not hashed, and what was given is kept", async () => {
    const subject = await Subject.open(UNHASHED);
    const text = book().text.replaceAll('"amount":10', '"amount":11');
    expect(await importInto(subject, linesOf(text))).toBe(undefined);
    expect(await subject.exported()).toBe(`${text}\n`);
    expect(JSON.parse((await subject.exported()).split("\n")[2] ?? "")).toHaveProperty("hash");
  });
});
