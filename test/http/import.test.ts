/**
 * Export and import over HTTP: what goes out comes in again, in whatever form the stream has, and
 * the hashes are worked out once more, from the contract (§10.2).
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";
import { bulk, pay, revert, tag, untag } from "./bulk-client.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer({ vars: { BULK_MAX_SIZE: "0" } });
});
afterAll(() => server.stop());

let ledgers = 0;

async function newLedger(features: object = {}): Promise<string> {
  ledgers += 1;
  const url = `${server.url}/v2/import-${ledgers}`;
  const init = { method: "POST", body: JSON.stringify({ features }) };
  expect((await fetch(url, init)).status).toBe(204);
  return url;
}

async function exported(url: string): Promise<string> {
  const response = await fetch(`${url}/logs/export`, { method: "POST" });
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("application/octet-stream");
  return response.text();
}

async function imported(
  url: string,
  body: string | Uint8Array,
): Promise<{
  readonly status: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const init = { method: "POST", body: bytes };
  const response = await fetch(`${url}/logs/import`, init);
  const text = await response.text();
  return { status: response.status, ...(text === "" ? {} : (JSON.parse(text) as object)) };
}

/** A book with every kind of log, odd texts in it, and a hole in its ids. */
async function writtenLedger(): Promise<string> {
  const url = await newLedger();
  const odd = { metadata: { "<&>": 'a<b>&c\u2028"\\', é: "日本", "10": "x", "9": "y" } };
  const schema = { chart: { world: {}, bank: {}, shop: {} } };
  await fetch(`${url}/schemas/v1`, { method: "POST", body: JSON.stringify(schema) });
  await bulk(url, [pay("poor", "bank", 1), pay("world", "bank", 7)], "?atomic=true");
  const answer = await bulk(url, [
    { ...pay("world", "bank", 100, odd), ik: "k 'é'" },
    pay("bank", "shop", 30, { timestamp: "2023-01-01T00:00:00.5Z", reference: "r" }),
    pay("world", "bank", 5, {
      timestamp: "2090-01-01T00:00:00Z",
      accountMetadata: { x: { a: "b" } },
    }),
    tag("ACCOUNT", "not an address!", { k: "v" }),
    tag("ACCOUNT", "bank", null),
    tag("TRANSACTION", 1, { k: "v" }),
    untag("TRANSACTION", 1),
    untag("ACCOUNT", "x", "a"),
    revert(2, { force: true, atEffectiveDate: true, metadata: { why: "test" } }),
  ]);
  expect(answer.status).toBe(200);
  return url;
}

type Log = Readonly<Record<"type" | "date" | "idempotencyKey" | "hash", string>> & {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
};

const TRANSACTION = new RegExp(
  String.raw`^\{"postings":(\[.*?\]),"metadata":(\{.*?\}),"timestamp":("[^"]*"),` +
    String.raw`(?:"reference":("[^"]*"),)?"id":(\d+),"insertedAt"`,
);

/** What of a transaction is hashed, in the text of its log. */
function transactionMemento(text: string): string {
  const [, postings = "", metadata = "", timestamp = "", reference = "", id = ""] =
    TRANSACTION.exec(text) ?? [];
  const referenced = reference === "" ? "" : `"reference":${reference},`;
  return (
    `{"postings":${postings},"metadata":${metadata},"timestamp":${timestamp},` +
    `${referenced}"id":${id},"reverted":false}`
  );
}

function mementoOf(line: string, log: Log): string {
  const data = line.slice(line.indexOf('"data":') + 7, line.indexOf(`,"date":"${log.date}","idem`));
  if (log.type === "NEW_TRANSACTION") {
    const accounts = data.slice(data.lastIndexOf(',"accountMetadata":'));
    return `{"transaction":${transactionMemento(data.slice('{"transaction":'.length))}${accounts}`;
  }
  if (log.type === "REVERTED_TRANSACTION") {
    const { id } = log.data["revertedTransaction"] as { id: number };
    const transaction = data.slice(data.indexOf('},"transaction":') + '},"transaction":'.length);
    return `{"revertedTransactionID":${id},"transaction":${transactionMemento(transaction)}}`;
  }
  return data;
}

test("every hash covers its log and the one before", async () => {
  const lines = (await exported(await writtenLedger())).trimEnd().split("\n");
  let previous = "";
  const types = new Set<string>();
  for (const line of lines) {
    const log = JSON.parse(line) as Log;
    const covered =
      `{"type":"${log.type}","data":${mementoOf(line, log)},"date":"${log.date}",` +
      `"idempotencyKey":"${log.idempotencyKey}","id":0,"hash":null}\n`;
    const hash = createHash("sha256")
      .update(previous + covered)
      .digest("base64");
    expect([log.id, log.hash]).toEqual([log.id, hash]);
    previous = `"${hash}"\n`;
    types.add(log.type);
  }
  expect(types.size).toBe(5);
});

describe("what was exported is imported", () => {
  test("as it is, byte for byte, and so on from ledger to ledger", async () => {
    const text = await exported(await writtenLedger());
    const copy = await newLedger();
    expect(await imported(copy, text)).toEqual({ status: 204 });
    expect(await exported(copy)).toBe(text);
    const unhashed = await newLedger({ HASH_LOGS: "DISABLED" });
    expect(await imported(unhashed, await exported(copy))).toEqual({ status: 204 });
    const back = await newLedger();
    expect(await imported(back, await exported(unhashed))).toEqual({ status: 204 });
    expect(await exported(back)).toBe(text);
  });

  test("to the same lists", async () => {
    const original = await writtenLedger();
    const copy = await newLedger();
    await imported(copy, await exported(original));
    for (const list of ["logs", "transactions", "accounts", "volumes", "schemas", "stats"]) {
      const query = "?pageSize=100&expand=volumes&expand=effectiveVolumes";
      const [a, b] = await Promise.all(
        [original, copy].map(async (url) => {
          const path = list === "transactions" || list === "accounts" ? `${list}${query}` : list;
          return (await fetch(`${url}/${path}`)).text();
        }),
      );
      expect(b).toBe(a);
    }
  });

  test("pretty-printed, run together, and with its members in another order", async () => {
    const text = await exported(await writtenLedger());
    const logs = text.trimEnd().split("\n");
    const shapes: readonly ((log: string) => string)[] = [
      (log) => JSON.stringify(JSON.parse(log), undefined, 2),
      (log) => ` ${log}`,
      (log) => {
        const entries = Object.entries(JSON.parse(log) as object);
        return JSON.stringify(Object.fromEntries(entries.toReversed()));
      },
    ];
    for (const shape of shapes) {
      const copy = await newLedger();
      expect(await imported(copy, logs.map(shape).join(""))).toEqual({ status: 204 });
      expect(await exported(copy)).toBe(text);
    }
  });

  test("in several requests, going on where the last one ended", async () => {
    const text = await exported(await writtenLedger());
    const lines = text.trimEnd().split("\n");
    const copy = await newLedger();
    expect(await imported(copy, "")).toEqual({ status: 204 });
    expect(await imported(copy, lines.slice(0, 4).join("\n"))).toEqual({ status: 204 });
    const broken = lines.slice(4).join("\n").replace('"key":"k"', '"key":"j"');
    expect(await imported(copy, broken)).toMatchObject({ status: 400, errorCode: "IMPORT" });
    const done = (await exported(copy)).trimEnd().split("\n").length;
    expect(await imported(copy, lines.slice(done).join("\n"))).toEqual({ status: 204 });
    expect(await exported(copy)).toBe(text);
  });
});

describe("an import is refused", () => {
  test("where a line was changed, with its number", async () => {
    const lines = (await exported(await writtenLedger())).trimEnd().split("\n");
    for (const [index, line] of lines.entries()) {
      const changed = line.replace(/(?<="date":"20[^"]{14}:\d)\d/, (second) => {
        return second === "9" ? "8" : "9";
      });
      expect(changed).not.toBe(line);
      const text = lines.with(index, changed);
      const answer = await imported(await newLedger(), text.join("\n"));
      expect(answer).toMatchObject({ status: 400, errorCode: "IMPORT" });
      expect(answer.errorMessage).toMatch(new RegExp(`invalid hash.*\\(line ${index + 1}\\)$`));
    }
  });

  test.each([
    ["that is no JSON", "nonsense", /\(line 1\)$/],
    ["that is cut off", '{"type":', /\(line 1\)$/],
    ["that is no log", "[]", /a log must be an object \(line 1\)$/],
    ["whose second line is no JSON", "", /\(line 3\)$/],
    ["that is not UTF-8", "", /the body is not valid UTF-8$/],
  ])("%s", async (name, body, message) => {
    const [first = ""] = (await exported(await writtenLedger())).split("\n");
    const url = await newLedger();
    const bytes = new TextEncoder().encode(name.includes("second") ? `${first}\n\n{]` : body);
    const sent = name.includes("UTF-8")
      ? new Uint8Array([...new TextEncoder().encode(`${first}\n`), 0xff])
      : bytes;
    const answer = await imported(url, sent);
    expect(answer).toMatchObject({ status: 400, errorCode: "IMPORT" });
    expect(answer.errorMessage).toMatch(message);
    const kept = name.includes("second") || name.includes("UTF-8") ? `${first}\n` : "";
    expect(await exported(url)).toBe(kept);
  });

  test("by a ledger that is in use, even of nothing", async () => {
    const url = await writtenLedger();
    for (const body of ["", "nonsense"]) {
      expect(await imported(url, body)).toEqual({
        status: 400,
        errorCode: "IMPORT",
        errorMessage: "importing logs: ledger is not in initializing state",
      });
    }
  });

  test("by a ledger that does not exist", async () => {
    for (const body of ["", "nonsense"]) {
      const answer = await imported(`${server.url}/v2/nowhere`, body);
      expect(answer).toMatchObject({ status: 404, errorCode: "LEDGER_NOT_FOUND" });
    }
  });
});

test("a long log goes out and in as a stream", async () => {
  const url = await newLedger();
  const payments = Array.from({ length: 3_000 }, (_, i) => pay("world", `users:${i % 50}`, i));
  expect((await bulk(url, payments)).status).toBe(200);
  const text = await exported(url);
  expect(text.split("\n")).toHaveLength(3_001);
  const copy = await newLedger();
  expect(await imported(copy, text)).toEqual({ status: 204 });
  expect(await exported(copy)).toBe(text);
  const volumes = async (ledger: string): Promise<string> => {
    return (await fetch(`${ledger}/volumes?pageSize=100`)).text();
  };
  expect(await volumes(copy)).toBe(await volumes(url));
});
