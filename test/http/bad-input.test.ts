/**
 * Whatever a client sends, on every route: never a 5xx, never a hang, an error that says something,
 * and books that a refused request did not touch.
 */
import fc from "fast-check";
import { request as send } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await call("POST", "/v2/books");
  await call("POST", "/v2/books/transactions", {
    body: '{"postings":[{"source":"world","destination":"bank","amount":100,"asset":"USD/2"}]}',
  });
});
afterAll(() => server.stop());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

interface Options {
  readonly body?: string | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As given: no client library tidies the path, and GET may carry a body. */
function call(method: string, path: string, { body, headers = {} }: Options = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const length = bytes === undefined ? {} : { "Content-Length": String(bytes.length) };
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers: { ...headers, ...length } };
    const outgoing = send({ ...options, agent: false });
    outgoing.on("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      incoming.on("end", () => {
        const type = String(incoming.headers["content-type"]);
        resolve({ status: incoming.statusCode ?? 0, type, text });
      });
    });
    // A server that answers before it has read a large body may close the line on the rest of it.
    const onError = (error: NodeJS.ErrnoException): void => {
      const isCut = error.code === "ECONNRESET" || error.code === "EPIPE";
      return isCut && (bytes?.length ?? 0) > MEGABYTE
        ? resolve({ status: 413, type: "", text: "" })
        : reject(error);
    };
    outgoing.on("socket", (socket) => socket.on("error", onError));
    outgoing.on("error", onError);
    outgoing.end(bytes);
  });
}

/** Every route that writes or reads below a ledger, and those beside them. */
const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/v2/books"],
  ["POST", "/v2/other"],
  ["GET", "/v2"],
  ["GET", "/v2/books"],
  ["PUT", "/v2/books/metadata"],
  ["DELETE", "/v2/books/metadata/k"],
  ["POST", "/v2/books/transactions"],
  ["GET", "/v2/books/transactions"],
  ["HEAD", "/v2/books/transactions"],
  ["GET", "/v2/books/transactions/1"],
  ["POST", "/v2/books/transactions/1/revert"],
  ["POST", "/v2/books/transactions/1/metadata"],
  ["DELETE", "/v2/books/transactions/1/metadata/k"],
  ["GET", "/v2/books/accounts"],
  ["HEAD", "/v2/books/accounts"],
  ["GET", "/v2/books/accounts/bank"],
  ["POST", "/v2/books/accounts/bank/metadata"],
  ["DELETE", "/v2/books/accounts/bank/metadata/k"],
  ["GET", "/v2/books/volumes"],
  ["GET", "/v2/books/aggregate/balances"],
  ["GET", "/v2/books/logs"],
  ["GET", "/v2/books/stats"],
  ["POST", "/v2/books/_bulk"],
  ["POST", "/v2/books/logs/import"],
  ["POST", "/v2/books/schemas/v1"],
  ["GET", "/v2/books/schemas"],
  ["GET", "/v2/books/schemas/v1"],
  ["POST", "/v2/books/queries/q/run"],
  ["GET", "/v2/_/exporters"],
  ["POST", "/v2/_/exporters"],
  ["GET", "/v2/books/pipelines"],
  ["POST", "/v2/books/pipelines"],
  ["DELETE", "/v2/_/buckets/none"],
  ["GET", "/books/transactions"],
  ["HEAD", "/books/transactions"],
  ["POST", "/books/transactions"],
  ["POST", "/books/transactions/batch"],
  ["GET", "/books/transactions/1"],
  ["POST", "/books/transactions/1/revert"],
  ["POST", "/books/transactions/1/metadata"],
  ["DELETE", "/books/transactions/1/metadata/k"],
  ["POST", "/books/script"],
  ["GET", "/books/mapping"],
  ["PUT", "/books/mapping"],
  ["GET", "/books/accounts"],
  ["HEAD", "/books/accounts"],
  ["GET", "/books/accounts/bank"],
  ["POST", "/books/accounts/bank/metadata"],
  ["DELETE", "/books/accounts/bank/metadata/k"],
  ["GET", "/books/balances"],
  ["GET", "/books/aggregate/balances"],
  ["GET", "/books/logs"],
];

/** These never read a body, so none is malformed. */
const BODILESS = new Set(["/books/transactions/1/revert"]);

const MEGABYTE = 1024 * 1024;

/** What no route may take for a request. */
const MALFORMED: Readonly<Record<string, string | Uint8Array>> = {
  "an open brace": "{",
  "a bare word": "nonsense",
  "a list too deep": "[".repeat(10_001) + "]".repeat(10_001),
  "an object too deep": '{"a":'.repeat(10_001) + "1" + "}".repeat(10_001),
  "a byte order mark": '\u{feff}{"a":1}',
  "bytes that are not UTF-8": new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  "a NUL in a text": '{"reference":"a\\u0000b","k":"\\u0000"}',
  "more than the limit": `{"a":"${"x".repeat(9 * MEGABYTE)}"}`,
};

/** An answer that is no bug: below 500, and an error has a code and a message. */
function expectHandled(answer: Answer, what: string): void {
  expect(isHandled(answer), `${what}: ${answer.status} ${answer.text}`).toBe(true);
}

function isHandled({ status, type, text }: Answer): boolean {
  if (status < 400 || !type.startsWith("application/json") || text === "") {
    return status >= 200 && status < 500;
  }
  const error = JSON.parse(text) as { errorCode?: string; errorMessage?: string; data?: unknown };
  const isTold = /^[A-Z_]+$/.test(error.errorCode ?? "") && (error.errorMessage ?? "") !== "";
  return status < 500 && (isTold || error.data !== undefined);
}

async function exported(): Promise<string> {
  return (await call("POST", "/v2/books/logs/export")).text;
}

describe("bodies that are no JSON", () => {
  test.each(Object.entries(MALFORMED))("%s", { timeout: 120_000 }, async (name, body) => {
    const before = await exported();
    for (const [method, path] of ROUTES) {
      if ((method === "POST" || method === "PUT") && !BODILESS.has(path)) {
        const answer = await call(method, path, { body });
        expectHandled(answer, `${method} ${path} with ${name}`);
      }
    }
    expect(await exported()).toBe(before);
  });
});

test("a body over the limit is told the limit", async () => {
  const body = MALFORMED["more than the limit"];
  const answer = await call("POST", "/v2/books/transactions", { body });
  expect(answer.status).toBe(413);
  expect(answer.text).toContain("8388608");
});

const json = fc.jsonValue({ maxDepth: 4 });
const members = fc
  .constantFrom(
    "postings script plain template vars timestamp reference metadata"
      .split(" ")
      .concat("accountMetadata", "runtime", "force"),
    "source destination amount asset action data ik targetType targetId id key".split(" "),
    "chart transactions queries bucket features driver config exporterID params cursor".split(" "),
    "$and $or $not $match $lt $in $like $exists address account balance[USD] metadata[k]".split(
      " ",
    ),
  )
  .chain((names) => fc.dictionary(fc.constantFrom(...names), json, { maxKeys: 6 }));

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "true",
    "null",
    "2024-01-01T00:00:00Z",
    "%zz",
    "a:b",
    "...",
  ),
);
const parameter = fc.constantFrom(
  ..."query cursor pageSize pit oot sort order reverse expand dryRun force groupBy startTime".split(
    " ",
  ),
  ..."endTime insertionDate useInsertionDate schemaVersion after balance balanceOperator".split(
    " ",
  ),
  ..."metadata[k] atomic parallel continueOnFailure includeDeleted preview".split(" "),
);
const query = fc
  .array(fc.tuple(parameter, word), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encode(value)}`).join("&"));

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const RUNS = { numRuns: 400, seed: 20_261_125 };

test("values of every kind at every place", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      query,
      fc.oneof(json, members, fc.array(members, { maxLength: 3 })),
      async ([method, path], search, body) => {
        const target = `${path}?${search}`;
        const text = JSON.stringify(body);
        expectHandled(await call(method, target, { body: text }), `${method} ${target} ${text}`);
      },
    ),
    RUNS,
  );
});

test("segments of every kind in paths", { timeout: 120_000 }, async () => {
  const segment = fc.oneof(word.map(encode), fc.constantFrom("%00", "%ff", "%252F", "a%2Fb", "'"));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      fc.nat({ max: 8 }),
      segment,
      async ([method, path], place, replacement) => {
        const parts = path.split("/");
        const target = parts.with(1 + (place % (parts.length - 1)), replacement).join("/");
        // A path is never empty on the wire.
        const answer = await call(method, target.startsWith("/") ? target : `/${target}`);
        expectHandled(answer, `${method} ${target}`);
      },
    ),
    RUNS,
  );
});

test("headers of every kind", { timeout: 60_000 }, async () => {
  const before = await exported();
  const body = '{"postings":[{"source":"world","destination":"a","amount":1,"asset":"USD"}]}';
  const tooLong = await call("POST", "/v2/books/transactions", {
    body,
    headers: { "Idempotency-Key": "k".repeat(256) },
  });
  expect(tooLong.status).toBe(400);
  expect(tooLong.text).toContain("255");
  const backslash = await call("POST", "/v2/books/transactions", {
    body,
    headers: { "Idempotency-Key": "a\\b" },
  });
  expect(backslash.status).toBe(400);
  expect(await exported()).toBe(before);
});
