/**
 * Transaction templates: scripts of the schema that transactions name instead of bringing their
 * own, under either mode of enforcement (contract §12.4).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

const MODES = ["audit", "strict"] as const;
type Mode = (typeof MODES)[number];

let servers: Readonly<Record<Mode, Api>>;
beforeAll(async () => {
  const [audit, strict] = await Promise.all(
    MODES.map((mode) => Api.start({ SCHEMA_ENFORCEMENT_MODE: mode })),
  );
  if (audit !== undefined && strict !== undefined) {
    servers = { audit, strict };
    await Promise.all(MODES.map((mode) => prepare(servers[mode])));
  }
});
afterAll(() => Promise.all(MODES.map((mode) => servers[mode].stop())));

const CHART = { world: {}, users: { $user: {} } };

const TEMPLATES = {
  JOIN: {
    description: "pays in",
    script:
      "vars {\n account $to\n monetary $m\n}\n" +
      'send $m (\n source = @world\n destination = $to\n)\nset_tx_meta("by", "JOIN")',
  },
  NEXT: {
    script: "vars { account $to }\nsend [USD 7] (source = @world destination = $to)",
    runtime: "experimental-interpreter",
  },
  OUT: { script: "send [USD 1] (\n source = @world\n destination = @nowhere\n)" },
};

/** `plain` has no templates, `v1` has some. */
async function prepare(api: Api): Promise<void> {
  await api.post("/v2/books");
  await api.post("/v2/books/schemas/plain", { chart: CHART });
  const inserted = await api.post("/v2/books/schemas/v1", {
    chart: CHART,
    transactions: TEMPLATES,
  });
  expect(inserted, inserted.text).toMatchObject({ status: 204 });
}

function create(mode: Mode, version: string, body: object): Promise<Answer> {
  const query = version === "" ? "" : `?schemaVersion=${version}`;
  return servers[mode].post(`/v2/books/transactions${query}`, body);
}

function use(template: string, vars: object = {}): object {
  return { script: { template, vars } };
}

const JOIN = use("JOIN", { to: "users:1", m: { asset: "EUR/2", amount: "12" } });
const POSTINGS = {
  postings: [{ source: "world", destination: "users:1", amount: 1, asset: "USD" }],
};
const SCRIPT = {
  script: { plain: "send [USD 1] (\n source = @world\n destination = @users:1\n)" },
};

describe.each(MODES)("%s: a template that is there", (mode) => {
  test("runs, and the transaction says so", async () => {
    const answer = await create(mode, "v1", { ...JOIN, metadata: { a: "b" } });
    expect(answer, answer.text).toMatchObject({
      status: 200,
      body: {
        data: {
          postings: [{ source: "world", destination: "users:1", amount: 12, asset: "EUR/2" }],
          metadata: { a: "b", by: "JOIN" },
          template: "JOIN",
        },
      },
    });
    const { id } = (answer.body as { data: { id: number } }).data;
    expect(await servers[mode].get(`/v2/books/transactions/${id}`)).toMatchObject({
      body: { data: { template: "JOIN" } },
    });
    const listed = await servers[mode].get("/v2/books/transactions?pageSize=1");
    expect(listed.body).toMatchObject({ cursor: { data: [{ id, template: "JOIN" }] } });
  });

  test("runs in its own runtime, unless the request names one", async () => {
    const next = use("NEXT", { to: "users:1" });
    expect(await create(mode, "v1", next)).toMatchObject({ status: 200 });
    expect(await create(mode, "v1", { ...next, runtime: "machine" })).toMatchObject({
      status: 400,
      body: { errorCode: "COMPILATION_FAILED" },
    });
  });

  test("fails as a script fails", async () => {
    expect(await create(mode, "v1", use("JOIN", { to: "users:1" }))).toMatchObject({
      status: 400,
      body: { errorCode: "COMPILATION_FAILED" },
    });
  });

  test("is held to the chart when the mode is strict", async () => {
    expect(await create(mode, "v1", use("OUT"))).toMatchObject({
      status: mode === "strict" ? 400 : 200,
    });
  });
});

const PREFIX = "unexpected error while forging log: schema version ";
const NO_TEMPLATES = "can only use templates on a schema with transaction definitions";
const MUST_USE = `${PREFIX}[v1]: transactions on this ledger must use a template`;
const NOT_FOUND = `${PREFIX}[v1]: failed to find transaction template `;

describe("what else may be asked", () => {
  test.each<[Mode, string, string, object, string]>([
    ["audit", "no version, template", "", JOIN, `${PREFIX}[]: ${NO_TEMPLATES}`],
    ["audit", "no templates, template", "plain", JOIN, `${PREFIX}[plain]: ${NO_TEMPLATES}`],
    ["strict", "no templates, template", "plain", JOIN, `${PREFIX}[plain]: ${NO_TEMPLATES}`],
    ["audit", "no templates, postings", "plain", POSTINGS, ""],
    ["strict", "no templates, postings", "plain", POSTINGS, ""],
    ["strict", "no templates, script", "plain", SCRIPT, ""],
    ["audit", "no version, script", "", SCRIPT, ""],
    ["audit", "templates, postings", "v1", POSTINGS, `${NOT_FOUND}\`\``],
    ["strict", "templates, postings", "v1", POSTINGS, MUST_USE],
    ["audit", "templates, script", "v1", SCRIPT, `${NOT_FOUND}\`\``],
    ["strict", "templates, script", "v1", SCRIPT, MUST_USE],
    ["audit", "templates, another", "v1", use("join"), `${NOT_FOUND}\`join\``],
    ["strict", "templates, another", "v1", use("join"), `${NOT_FOUND}\`join\``],
  ])("%s: %s", async (mode, _, version, body, errorMessage) => {
    const answer = await create(mode, version, body);
    expect(answer).toMatchObject(
      errorMessage === ""
        ? { status: 200 }
        : { status: 400, body: { errorCode: "VALIDATION", errorMessage } },
    );
  });

  test("reverts and metadata need no template", async () => {
    const api = servers.strict;
    const created = await create("strict", "v1", JOIN);
    const { id } = (created.body as { data: { id: number } }).data;
    const path = `/v2/books/transactions/${id}`;
    expect(await api.post(`${path}/metadata?schemaVersion=v1`, { a: "b" })).toMatchObject({
      status: 204,
    });
    expect(await api.post(`${path}/revert?schemaVersion=v1`)).toMatchObject({ status: 201 });
  });
});

test("a key remembers the template, not the version it was asked under", async () => {
  const api = servers.audit;
  await api.post("/v2/books/schemas/v2", { chart: CHART, transactions: TEMPLATES });
  const ask = (version: string, body: object): Promise<Answer> => {
    const path = `/v2/books/transactions?schemaVersion=${version}`;
    return api.call("POST", path, body, { "Idempotency-Key": "k" });
  };
  expect(await ask("v1", JOIN)).toMatchObject({ status: 200, isHit: false });
  expect(await ask("v2", JOIN)).toMatchObject({ status: 200, isHit: true });
  expect(await ask("v1", use("JOIN", { to: "users:2", m: "EUR/2 12" }))).toMatchObject({
    status: 400,
    body: { errorCode: "VALIDATION" },
  });
});
