/**
 * Bulks that are wrong: what refuses the whole request before anything runs, and what fails in its
 * place.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import { bulk, fates, logIds, newLedger, pay, revert, send, tag, untag } from "./bulk-client.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer({ vars: { BULK_MAX_SIZE: "5" } });
});
afterAll(() => server.stop());

describe("what cannot be read refuses the whole bulk", () => {
  const good = pay("world", "a", 1);
  const broken: readonly (readonly [name: string, element: unknown])[] = [
    ["null", null],
    ["an empty object", {}],
    ["a number", 1],
    ["a list", []],
    ["an unknown action", { action: "CREATE", data: {} }],
    ["no action", { data: {} }],
    ["an action that is no text", { action: 1, data: {} }],
    ["no data", { action: "ADD_METADATA" }],
    ["data that is a text", { action: "CREATE_TRANSACTION", data: "x" }],
    ["data that is a list", { action: "REVERT_TRANSACTION", data: [] }],
    ["a key that is no text", { ...good, ik: 1 }],
    ["an amount that is a text", pay("world", "a", "1" as unknown as number)],
    ["a fractional amount", pay("world", "a", 1.5)],
    ["a bad date", pay("world", "a", 1, { timestamp: "yesterday" })],
    ["postings that are none", { action: "CREATE_TRANSACTION", data: { postings: {} } }],
    ["a script that is none", { action: "CREATE_TRANSACTION", data: { script: "x" } }],
    ["metadata that is no text", tag("ACCOUNT", "a", { k: 1 })],
    ["metadata that is no map", tag("ACCOUNT", "a", "x")],
    ["a target type that is no text", tag(1 as unknown as string, "a")],
    ["a key to delete that is no text", untag("ACCOUNT", "a", 1 as unknown as string)],
    ["an id to revert that is a text", revert("1")],
    ["a negative id to revert", revert(-1)],
    ["a fractional id to revert", revert(1.5)],
    ["an id beyond 64 bits", revert(1e20)],
    ["a force that is no boolean", revert(1, { force: "yes" })],
  ];

  test.each(broken)("%s", async (_name, element) => {
    const url = await newLedger(server);
    const answer = await bulk(url, [good, element], "?continueOnFailure=true");
    expect(answer).toMatchObject({ status: 400, errorCode: "VALIDATION" });
    expect(answer.errorMessage).toContain("error parsing element: ");
    expect(await logIds(url)).toEqual([]);
  });

  test.each(["", " ", "{", "[", "{}", "true", "not json", "[1"])("the body %j", async (body) => {
    const url = await newLedger(server);
    expect(await send(url, body)).toMatchObject({ status: 400, errorCode: "VALIDATION" });
  });

  test("too many elements", async () => {
    const url = await newLedger(server);
    expect(await bulk(url, [good, good, good, good, good, good])).toEqual({
      status: 413,
      errorCode: "BULK_SIZE_EXCEEDED",
      errorMessage: "bulk size exceeded, max size is 5",
    });
    expect(await logIds(url)).toEqual([]);
  });

  test("atomic and parallel together, once the body was read", async () => {
    const url = await newLedger(server);
    expect(await bulk(url, [good], "?atomic=true&parallel=true")).toMatchObject({
      status: 412,
      errorCode: "VALIDATION",
    });
    expect((await send(url, "not json", "?atomic=true&parallel=true")).status).toBe(400);
    expect(await logIds(url)).toEqual([]);
  });
});

describe("what can be read and is wrong fails in its place", () => {
  const wrong: readonly (readonly [name: string, element: unknown, code: string])[] = [
    ["a negative amount", pay("world", "a", -1), "INTERNAL"],
    ["an address that is none", pay("world", "a b", 1), "INTERNAL"],
    [
      "a posting that is null",
      { action: "CREATE_TRANSACTION", data: { postings: [null] } },
      "INTERNAL",
    ],
    ["nothing to create", { action: "CREATE_TRANSACTION", data: null }, "COMPILATION_FAILED"],
    ["no target type", { action: "ADD_METADATA", data: {} }, "INTERNAL"],
    ["an unknown target type", tag("account", "a"), "INTERNAL"],
    ["no target", { action: "ADD_METADATA", data: { targetType: "ACCOUNT" } }, "INTERNAL"],
    ["an account that is null", tag("ACCOUNT", null), "VALIDATION"],
    ["an account that is a number", untag("ACCOUNT", 1), "VALIDATION"],
    ["a transaction that is a text", tag("TRANSACTION", "1"), "VALIDATION"],
    ["a transaction below zero", untag("TRANSACTION", -1), "VALIDATION"],
    ["a transaction with a fraction", tag("TRANSACTION", 1.5), "VALIDATION"],
    ["a transaction that does not exist", tag("TRANSACTION", 77), "NOT_FOUND"],
    ["a revert of nothing", revert(null), "NOT_FOUND"],
    ["a revert of transaction 0", revert(0), "NOT_FOUND"],
    ["a revert beyond every id", revert(2 ** 63), "NOT_FOUND"],
  ];

  test.each(wrong)("%s", async (_name, element, code) => {
    const url = await newLedger(server);
    const answer = await bulk(url, [pay("world", "a", 1), element, pay("world", "a", 1)]);
    expect(answer.status).toBe(400);
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1", code, "canceled"]);
    expect(answer.data[1]).toMatchObject({ responseType: "ERROR", logID: 0 });
    expect(await logIds(url)).toEqual([1]);
  });

  test("and undoes an atomic bulk", async () => {
    const url = await newLedger(server);
    const query = "?atomic=true&continueOnFailure=true";
    const answer = await bulk(
      url,
      [pay("world", "a", 1), tag("x", "a"), pay("world", "a", 1)],
      query,
    );
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1", "INTERNAL", "CREATE_TRANSACTION 2"]);
    expect(await logIds(url)).toEqual([]);
  });
});
