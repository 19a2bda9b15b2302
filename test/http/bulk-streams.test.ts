/**
 * Bulks as streams: elements that are executed while others are still to come, streams that break,
 * and answers that outgrow memory.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import { fates, logIds, newLedger, pay, send, tag, type Answer } from "./bulk-client.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const JSON_STREAM = "application/vnd.formance.ledger.api.v2.bulk+json-stream";
const SCRIPT_STREAM = "application/vnd.formance.ledger.api.v2.bulk+script-stream";

function elements(url: string, body: string, query = ""): Promise<Answer> {
  return send(url, body, query, `${JSON_STREAM}; charset=utf-8`);
}

function scripts(url: string, body: string, query = ""): Promise<Answer> {
  return send(url, body, query, SCRIPT_STREAM);
}

describe("content types", () => {
  const body = JSON.stringify([pay("world", "a", 1)]);

  test.each(["application/json", "application/json; charset=utf-8", "application/json;", ""])(
    "%j is an array",
    async (type) => {
      expect((await send(await newLedger(server), body, "", type)).status).toBe(200);
    },
  );

  test.each([
    ["text/plain", "text/plain"],
    ["APPLICATION/JSON", "APPLICATION/JSON"],
    ["application/json ;x=y", "application/json "],
    [";application/json", ";application/json"],
    ["application/x-ndjson; charset=utf-8", "application/x-ndjson"],
  ])("%j is refused", async (type, name) => {
    const url = await newLedger(server);
    expect(await send(url, body, "", type)).toEqual({
      status: 400,
      errorCode: "VALIDATION",
      errorMessage: `unsupported content type: ${name}`,
    });
    expect(await logIds(url)).toEqual([]);
  });
});

describe("a stream of JSON elements", () => {
  const one = JSON.stringify(pay("world", "a", 1));

  test("may be lines, pretty-printed, or run together, and tells its end", async () => {
    const pretty = JSON.stringify(tag("ACCOUNT", "a"), undefined, 2);
    const answer = await elements(await newLedger(server), `\n${one}\n${pretty}\r\n\n${one}${one}`);
    expect(answer).toMatchObject({ status: 200, errorCode: "VALIDATION", errorMessage: "EOF" });
    expect(fates(answer)).toEqual([
      "CREATE_TRANSACTION 1",
      "ADD_METADATA 2",
      "CREATE_TRANSACTION 3",
      "CREATE_TRANSACTION 4",
    ]);
  });

  test("may be empty, but not of a ledger that is not there", async () => {
    const url = await newLedger(server);
    expect(await elements(url, "")).toMatchObject({ status: 200, data: [], errorMessage: "EOF" });
    expect(await elements(`${server.url}/v2/nowhere`, "")).toMatchObject({
      status: 404,
      errorCode: "LEDGER_NOT_FOUND",
    });
    expect((await elements(`${server.url}/v2/nowhere`, one)).status).toBe(404);
  });

  test("stops at a failing element unless it is to go on", async () => {
    const body = `${one}${JSON.stringify(pay("poor", "a", 1))}${one}`;
    const url = await newLedger(server);
    const stopped = await elements(url, body);
    expect(stopped.status).toBe(400);
    expect(fates(stopped)).toEqual(["CREATE_TRANSACTION 1", "INSUFFICIENT_FUND", "canceled"]);
    const gone = await elements(url, body, "?continueOnFailure=true");
    expect(fates(gone)).toEqual([
      "CREATE_TRANSACTION 2",
      "INSUFFICIENT_FUND",
      "CREATE_TRANSACTION 3",
    ]);
  });

  test.each(["{", "[]", "nonsense", "}", "null", '{"action":"CREATE_TRANSACTION"}', "\0", '"\\'])(
    "ends at %j; what ran before stays",
    async (broken) => {
      const url = await newLedger(server);
      const answer = await elements(url, `${one}\n${broken}\n${one}`);
      expect(answer).toMatchObject({ status: 200, errorCode: "VALIDATION" });
      expect(answer.errorMessage).not.toBe("EOF");
      expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1"]);
      expect(await logIds(url)).toEqual([1]);
    },
  );

  test("that is not UTF-8 ends there", async () => {
    const url = await newLedger(server);
    const response = await fetch(`${url}/_bulk`, {
      method: "POST",
      body: new Uint8Array([...new TextEncoder().encode(one), 0xff]),
      headers: { "Content-Type": JSON_STREAM },
    });
    const answer = await response.json<Answer>();
    expect(answer).toMatchObject({ errorMessage: "the body is not valid UTF-8" });
    expect(answer.data).toHaveLength(1);
  });

  test("all or nothing when it is atomic, also when its end cannot be read", async () => {
    const url = await newLedger(server);
    const failed = await elements(url, `${one}${JSON.stringify(pay("poor", "a", 1))}`, "?atomic=1");
    expect(fates(failed)).toEqual(["CREATE_TRANSACTION 1", "INSUFFICIENT_FUND"]);
    const broken = await elements(url, `${one}{"action":`, "?atomic=1");
    expect(broken).toMatchObject({ status: 400, errorCode: "VALIDATION" });
    expect(await logIds(url)).toEqual([]);
    const whole = await elements(url, `${one}${one}`, "?atomic=1");
    expect(whole).toMatchObject({ status: 200, errorMessage: "EOF" });
    expect(await logIds(url)).toEqual([2, 3]);
  });

  test("that is atomic has a size it must not pass", async () => {
    const url = await newLedger(server);
    const large = `${JSON.stringify(tag("ACCOUNT", "a", { k: "x".repeat(9_000_000) }))}`;
    expect(await elements(url, `${one}${large}`, "?atomic=1")).toMatchObject({
      status: 413,
      errorCode: "VALIDATION",
    });
    expect(await logIds(url)).toEqual([]);
    const answer = await elements(url, `${one}${large}`);
    expect(answer).toMatchObject({ status: 200, errorCode: "VALIDATION" });
    expect(answer.errorMessage).toContain("too large");
    expect(await logIds(url)).toEqual([1]);
  });

  test("cannot be atomic and parallel", async () => {
    const url = await newLedger(server);
    expect((await elements(url, one, "?atomic=1&parallel=1")).status).toBe(412);
    expect(await logIds(url)).toEqual([]);
  });

  test("is executed while it arrives", async () => {
    const url = await newLedger(server);
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (more = controller),
    });
    const encoder = new TextEncoder();
    const init = { method: "POST", body, duplex: "half", headers: { "Content-Type": JSON_STREAM } };
    const answer = fetch(`${url}/_bulk`, init);
    more?.enqueue(encoder.encode(one));
    while ((await logIds(url)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    more?.enqueue(encoder.encode(one));
    more?.close();
    const { data } = await (await answer).json<Answer>();
    expect(data).toHaveLength(2);
  });

  test("may be so long that its answer is kept compressed", async () => {
    const url = await newLedger(server);
    const count = 8_000;
    const body = Array.from({ length: count }, (_, i) => JSON.stringify(pay("world", "a", i)));
    const answer = await elements(url, body.join("\n"));
    expect(answer.status).toBe(200);
    expect(answer.data.map(({ logID }) => logID)).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    );
    expect(answer.data[count - 1]?.data).toMatchObject({
      id: count,
      postings: [{ source: "world", destination: "a", amount: count - 1, asset: "USD/2" }],
    });
  }, 60_000);
});

describe("a stream of scripts", () => {
  const script = "send [USD/2 100] (\n\tsource = @world\n\tdestination = @alice\n)";

  test("creates a transaction a block, and stops at a failing one", async () => {
    const url = await newLedger(server);
    const body = `//script\n${script}\n//end\n\n//script\nnonsense\n//end\n//script\n${script}`;
    const answer = await scripts(url, body);
    expect(answer.status).toBe(400);
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1", "COMPILATION_FAILED", "canceled"]);
    expect(answer).not.toHaveProperty("errorCode");
  });

  test("shares its keys with single requests", async () => {
    const url = await newLedger(server);
    const answer = await scripts(
      url,
      `//script ik=k\r\n${script.replaceAll("\n", "\r\n")}\r\n//end`,
    );
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1"]);
    const single = await fetch(`${url}/transactions`, {
      method: "POST",
      body: JSON.stringify({ script: { plain: script } }),
      headers: { "Idempotency-Key": "k" },
    });
    expect(single.headers.get("Idempotency-Hit")).toBe("true");
  });

  test.each(["", "\n\n", "  \r\n"])("may be empty: %j", async (body) => {
    expect(await scripts(await newLedger(server), body)).toEqual({ status: 200, data: [] });
  });

  test.each([
    ["trailing", "invalid header"],
    ["//script key=x\nx\n//end", "invalid header, key 'key' not recognized"],
    ["//script ik=a,ik=b\nx\n//end", "invalid header, idempotency key already set"],
    ["//script\n//end", "invalid script, there is nothing in it"],
    ["//script\na\0\n//end", "the character NUL is not allowed in a script"],
    ["//script", "invalid script, there is nothing in it"],
  ])("ends at %j", async (broken, message) => {
    const url = await newLedger(server);
    const query = "?continueOnFailure=true";
    const answer = await scripts(url, `//script\n${script}\n//end\n${broken}\n`, query);
    expect(fates(answer)).toEqual(["CREATE_TRANSACTION 1"]);
    expect(answer).toMatchObject({ status: 200, errorCode: "VALIDATION", errorMessage: message });
  });
});
