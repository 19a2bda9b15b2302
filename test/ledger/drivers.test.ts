/**
 * The drivers word by word: what each sends to its receiver, what it takes for a yes, and how it
 * says what went wrong.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Destination } from "../../src/ledger/destination.ts";
import { createDriver, planBatches } from "../../src/ledger/drivers/drivers.ts";

const REST = '"idempotencyKey":"","idempotencyHash":"h"';
const TRANSACTION =
  '{"postings":[{"source":"world","destination":"a",' +
  '"amount":123456789012345678901234567890,"asset":"USD"}],"metadata":{"k":"é\\"}"},"id":1}';
const METADATA = '{"targetType":"ACCOUNT","targetId":"a","metadata":{"10":"x","9":"y"}}';
const LINES = [
  `{"type":"NEW_TRANSACTION","data":{"transaction":${TRANSACTION},"accountMetadata":{}},` +
    `"date":"2024-01-01T00:00:00.1Z",${REST},"id":1,"hash":null}`,
  `{"type":"SET_METADATA","data":${METADATA},` +
    `"date":"2024-01-02T00:00:00Z",${REST},"id":2,"hash":"aGFzaA=="}`,
];
const BATCH = LINES.map((line, index) => ({ id: index + 1, line }));
const NO_BATCHING = { maxItems: 0, flushMs: 0 };

interface Sent {
  readonly how: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

let sent: Sent[];
let answer: () => Response;

beforeEach(() => {
  sent = [];
  answer = () => new Response("{}");
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const { method, redirect, headers } = request;
    sent.push({
      how: `${method} ${redirect}`,
      url: new URL(request.url),
      headers,
      body: await request.text(),
    });
    return answer();
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Target = Destination extends infer D
  ? D extends Destination
    ? Omit<D, "batching">
    : never
  : never;

function send(target: Target) {
  const destination = { ...target, batching: NO_BATCHING } as Destination;
  return createDriver(destination, "main")(BATCH, new AbortController().signal);
}

function failure(result: Awaited<ReturnType<typeof send>>): string {
  return result.ok ? "none" : result.error;
}

describe("http", () => {
  test("an array of logs with their ledger, and a line feed", async () => {
    expect(await send({ driver: "http", url: "http://h.example:81/x?a=b" })).toMatchObject({
      ok: true,
    });
    const items = LINES.map((line) => `${line.slice(0, -1)},"ledger":"main"}`);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.how).toBe("POST manual");
    expect(sent[0]?.url.href).toBe("http://h.example:81/x?a=b");
    expect(sent[0]?.body).toBe(`[${items.join(",")}]\n`);
    expect(sent[0]?.headers.get("Content-Type")).toBe("application/json");
  });

  test("credentials in the URL go into a header", async () => {
    await send({ driver: "http", url: "http://us%40er:p%C3%A4ss@h.example/" });
    expect(sent[0]?.url.href).toBe("http://h.example/");
    const { headers } = sent[0] ?? { headers: new Headers() };
    expect(headers.get("Authorization")).toBe("Basic dXNAZXI6cMOkc3M=");
  });

  test.each(["ftp://h.example/", "//h.example/", "http://", "http://h:99999/"])(
    "%s is told to be no URL that can be reached",
    async (url) => {
      expect(failure(await send({ driver: "http", url }))).toContain("is not a URL");
      expect(sent).toEqual([]);
    },
  );

  test.each([301, 307, 400, 404, 500])("%s is no yes", async (status) => {
    answer = () => new Response(" not\nnow ", { status });
    const result = await send({ driver: "http", url: "http://h.example/" });
    expect(failure(result)).toBe(`http://h.example answered ${status}: not\nnow`);
  });

  test("what a receiver says is shown in part", async () => {
    answer = () => new Response("x".repeat(10_000), { status: 500 });
    const result = await send({ driver: "http", url: "http://h.example/" });
    expect(failure(result)).toHaveLength("http://h.example answered 500: ".length + 200);
  });

  test("an answer without an end is read in part", async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(100_000).fill(120));
      },
    });
    answer = () => new Response(endless);
    expect(await send({ driver: "http", url: "http://h.example/" })).toMatchObject({ ok: true });
    expect(chunks).toBeLessThan(20);
  });

  test("credentials are never shown", async () => {
    answer = () => new Response("", { status: 500 });
    const result = await send({ driver: "http", url: "http://user:secret@h.example/" });
    expect(failure(result)).toBe("http://h.example answered 500");
  });
});

describe("elasticsearch", () => {
  const target = {
    driver: "elasticsearch",
    endpoint: "http://es.example:9200",
    index: "unified-stack-data",
    username: "",
    password: "",
    awsEnabled: false,
  } as const;

  test("one bulk request, a document a log, its id a function of ledger and log", async () => {
    answer = () => new Response('{"took":1,"errors":false,"items":[]}');
    expect(await send(target)).toMatchObject({ ok: true });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url.href).toBe("http://es.example:9200/_bulk?refresh=true");
    expect(sent[0]?.headers.get("Content-Type")).toBe("application/x-ndjson");
    expect(sent[0]?.headers.has("Authorization")).toBe(false);
    // base64url of {"logID":1,"ledger":"main"}, and of the second.
    const [id, other] = [
      "eyJsb2dJRCI6MSwibGVkZ2VyIjoibWFpbiJ9",
      "eyJsb2dJRCI6MiwibGVkZ2VyIjoibWFpbiJ9",
    ];
    expect(sent[0]?.body.split("\n")).toEqual([
      `{"index":{"_index":"unified-stack-data","_id":"${id}"}}`,
      `{"id":"${id}","payload":${dataOf(LINES[0])},"module":"main"}`,
      `{"index":{"_index":"unified-stack-data","_id":"${other}"}}`,
      `{"id":"${other}","payload":${dataOf(LINES[1])},"module":"main"}`,
      "",
    ]);
  });

  test("a path before the API, and credentials", async () => {
    const endpoint = "https://es.example/search/";
    await send({ ...target, endpoint, username: "u", password: "p" });
    expect(sent[0]?.url.pathname).toBe("/search/_bulk");
    expect(sent[0]?.headers.get("Authorization")).toBe("Basic dTpw");
  });

  test("a document that is refused is no yes, although the answer is 200", async () => {
    const items = [{ index: { status: 201 } }, { index: { error: { reason: "mapping" } } }];
    answer = () => new Response(JSON.stringify({ errors: true, items }));
    expect(failure(await send(target))).toBe("documents were refused: mapping");
  });

  test.each(["<html>", "null", "[]", ""])("an answer of %j is no yes", async (text) => {
    answer = () => new Response(text);
    expect(failure(await send(target))).toBe("the answer is not that of a bulk API");
  });

  test("requests signed for AWS are told to be impossible", async () => {
    expect(failure(await send({ ...target, awsEnabled: true }))).toContain("AWS");
    expect(sent).toEqual([]);
  });
});

describe("clickhouse", () => {
  test("the table once, then rows by the HTTP interface", async () => {
    const driver = createDriver(
      { driver: "clickhouse", dsn: "http://u:p@ch.example:8123/db?x=y", batching: NO_BATCHING },
      "main",
    );
    const { signal } = new AbortController();
    expect(await driver(BATCH, signal)).toMatchObject({ ok: true });
    expect(await driver(BATCH.slice(1), signal)).toMatchObject({ ok: true });

    const queries = sent.map(({ url }) => url.searchParams.get("query") ?? "");
    expect(queries.map((query) => query.split(" ").slice(0, 3).join(" "))).toEqual([
      "CREATE TABLE IF",
      "INSERT INTO logs",
      "INSERT INTO logs",
    ]);
    expect(queries[0]).toContain("ReplacingMergeTree");
    expect(queries[0]).toContain("PRIMARY KEY (ledger, id)");
    for (const { url, headers } of sent) {
      expect(url.origin + url.pathname).toBe("http://ch.example:8123/");
      expect(url.searchParams.get("date_time_input_format")).toBe("best_effort");
      expect(headers.get("X-ClickHouse-User")).toBe("u");
      expect(headers.get("X-ClickHouse-Key")).toBe("p");
      expect(headers.get("X-ClickHouse-Database")).toBe("db");
    }
    const rows = (sent[1]?.body ?? "").trimEnd().split("\n");
    const quoted = TRANSACTION.replace(/(\d{30})/, '"$1"');
    expect(rows).toEqual([
      '{"ledger":"main","id":1,"type":"NEW_TRANSACTION","date":"2024-01-01T00:00:00.1Z",' +
        `"data":{"transaction":${quoted},"accountMetadata":{}}}`,
      '{"ledger":"main","id":2,"type":"SET_METADATA","date":"2024-01-02T00:00:00Z",' +
        '"data":{"targetType":"ACCOUNT","targetId":"a","metadata":{"9":"y","10":"x"}}}',
    ]);
  });

  test("credentials and database may stand in the query", async () => {
    const dsn = "https://ch.example/?username=u&password=p&database=db";
    await send({ driver: "clickhouse", dsn });
    expect(sent[1]?.headers.get("X-ClickHouse-User")).toBe("u");
    expect(sent[1]?.headers.get("X-ClickHouse-Database")).toBe("db");
    expect(sent[1]?.url.searchParams.has("password")).toBe(false);
  });

  test("after a failure the table is made sure of again", async () => {
    const driver = createDriver(
      { driver: "clickhouse", dsn: "http://ch.example/", batching: NO_BATCHING },
      "main",
    );
    const { signal } = new AbortController();
    await driver(BATCH, signal);
    answer = () => new Response("Code: 60. Table does not exist", { status: 404 });
    expect(failure(await driver(BATCH, signal))).toContain("Code: 60");
    answer = () => new Response("");
    expect(await driver(BATCH, signal)).toMatchObject({ ok: true });
    const words = sent.map(({ url }) => url.searchParams.get("query")?.slice(0, 6));
    expect(words.join(" ")).toBe("CREATE INSERT INSERT CREATE INSERT");
  });

  test.each(["clickhouse://srv1:8123", "tcp://srv1:9000?username=u"])(
    "%s, the native protocol, is told to be out of reach",
    async (dsn) => {
      expect(failure(await send({ driver: "clickhouse", dsn }))).toContain("native protocol");
      expect(sent).toEqual([]);
    },
  );
});

test("stdout writes a line a log; noop takes everything", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  expect(await send({ driver: "stdout" })).toMatchObject({ ok: true });
  expect(log.mock.calls).toEqual(LINES.map((line) => [`${line.slice(0, -1)},"ledger":"main"}`]));
  expect(await send({ driver: "noop" })).toMatchObject({ ok: true });
  expect(sent).toEqual([]);
});

describe("how many logs go together", () => {
  const http = { driver: "http", url: "http://h.example/" } as const;
  const clickhouse = { driver: "clickhouse", dsn: "http://ch.example/" } as const;

  test.each([
    [http, { maxItems: 0, flushMs: 0 }, 1, { logs: 1, waitMs: 0 }],
    [http, { maxItems: 1, flushMs: 0 }, 1, { logs: 1, waitMs: 1_000 }],
    [http, { maxItems: 10, flushMs: 0 }, 10, { logs: 10, waitMs: 1_000 }],
    [http, { maxItems: 10, flushMs: 250 }, 10, { logs: 10, waitMs: 250 }],
    [http, { maxItems: 0, flushMs: 250 }, 100, { logs: 100, waitMs: 250 }],
    [http, { maxItems: 5_000, flushMs: 250 }, 100, { logs: 100, waitMs: 250 }],
    [clickhouse, { maxItems: 0, flushMs: 0 }, 100, { logs: 1, waitMs: 0 }],
    [clickhouse, { maxItems: 10, flushMs: 250 }, 10, { logs: 10, waitMs: 250 }],
  ] as const)("%o with %o", (target, batching, batchLogs, gather) => {
    expect(planBatches({ ...target, batching }, 100)).toEqual({ batchLogs, gather });
  });
});

function dataOf(line = ""): string {
  const start = line.indexOf('"data":') + 7;
  return line.slice(start, line.indexOf(',"date":'));
}
