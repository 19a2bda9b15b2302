/**
 * Exporters over HTTP: what may be configured, in whose words it is refused, and that a
 * configuration is kept as it was given.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

const ROOT = "/v2/_/exporters";
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

interface Exporter {
  readonly id: string;
  readonly createdAt: string;
  readonly driver: string;
  readonly config: unknown;
}

function exporterIn(answer: Answer): Exporter {
  return (answer.body as { data: Exporter }).data;
}

function problemOf(answer: Answer): string {
  expect(answer).toMatchObject({ status: 400, body: { errorCode: "VALIDATION" } });
  return (answer.body as { errorMessage: string }).errorMessage;
}

describe("what is accepted, and shown as it was given", () => {
  test.each([
    ["stdout", {}],
    ["noop", null],
    ["noop", { anything: [1, { a: null }], batching: { maxItems: 0 } }],
    ["http", { url: "https://example.com:8443/a?b=c", extra: 1 }],
    ["http", { URL: "http://example.com", batching: null }],
    ["http", { url: "http://user:p@a.example", batching: { maxItems: 3, flushInterval: "1.5s" } }],
    ["clickhouse", { dsn: "clickhouse://srv1:8123" }],
    ["elasticsearch", { endpoint: "http://127.0.0.1:9" }],
    [
      "elasticsearch",
      { endpoint: "x", index: "i", authentication: { username: "u", password: "p" } },
    ],
    ["elasticsearch", { endpoint: "x", authentication: { awsEnabled: true } }],
  ])("%s with %j", async (driver, config) => {
    const created = await api.post(ROOT, { driver, config });
    expect(created.status).toBe(201);
    const exporter = exporterIn(created);
    expect(exporter).toEqual({ ...exporter, driver, config });
    expect(Object.keys(exporter)).toEqual(["id", "createdAt", "driver", "config"]);
    expect((await api.get(`${ROOT}/${exporter.id}`)).body).toEqual(created.body);
    const list = { pageSize: 100, hasMore: false };
    expect((await api.get(ROOT)).body).toEqual({ cursor: { ...list, data: [exporter] } });
    expect(await api.delete(`${ROOT}/${exporter.id}`)).toMatchObject({ status: 204, text: "" });
    expect((await api.get(ROOT)).body).toEqual({ cursor: { ...list, data: [] } });
  });

  test("integers of any size and fractions keep their digits", async () => {
    const config = '{"big":123456789012345678901234567890,"float":1.50}';
    const created = await api.post(ROOT, `{"driver":"noop","config":${config}}`);
    expect(created.text).toContain(`"config":${config}`);
    await api.delete(`${ROOT}/${exporterIn(created).id}`);
  });
});

describe("what is refused", () => {
  test.each([
    ["nope", {}, "driver 'nope' not found"],
    ["HTTP", { url: "http://a" }, "driver 'HTTP' not found"],
    [undefined, {}, "driver '' not found"],
    ["http", undefined, "malformed configuration"],
    ["http", [], "malformed configuration: it must be an object, not array"],
    ["http", null, "invalid configuration: empty url"],
    ["http", {}, "invalid configuration: empty url"],
    ["http", { url: 1 }, "malformed configuration"],
    ["http", { url: "x" }, "invalid configuration: invalid url, host, must be defined"],
    ["http", { url: "http://u@/x" }, "invalid configuration: invalid url, host, must be defined"],
    ["clickhouse", {}, "invalid configuration: dsn is required"],
    ["elasticsearch", {}, "invalid configuration: elasticsearch endpoint is required"],
    ["elasticsearch", { endpoint: "x", authentication: "u:p" }, "malformed configuration"],
    ["elasticsearch", { endpoint: "x", authentication: { username: "u" } }, "given together"],
    [
      "elasticsearch",
      { endpoint: "x", authentication: { username: "u", password: "p", awsEnabled: true } },
      "exclude each other",
    ],
    ["noop", { batching: 1 }, "malformed configuration"],
    ["noop", { batching: { maxItems: -1 } }, "invalid configuration: maxItems"],
    ["noop", { batching: { maxItems: 1.5 } }, "malformed configuration: maxItems"],
    ["noop", { batching: { flushInterval: 1 } }, "malformed configuration"],
    ["noop", { batching: { flushInterval: "1 s" } }, "malformed configuration: flushInterval"],
  ])("%s with %j", async (driver, config, problem) => {
    const refused = await api.post(ROOT, { driver, config });
    expect(problemOf(refused)).toContain(problem);
    expect((await api.get(ROOT)).body).toMatchObject({ cursor: { data: [] } });
  });

  test("a configuration that is too large", async () => {
    const refused = await api.post(ROOT, { driver: "noop", config: { x: "x".repeat(10_000) } });
    expect(problemOf(refused)).toContain("the limit is 10000");
  });

  test.each([33, 4_000, 9_000])("a configuration that nests %i levels", async (levels) => {
    const config = `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    const refused = await api.post(ROOT, `{"driver":"noop","config":${config}}`);
    expect(problemOf(refused)).toContain("the limit is 32");
  });

  test("creation says that it failed, a change does not", async () => {
    const problem = "driver 'http' invalid: exporter 'http' has invalid configuration: empty url";
    const wrong = { driver: "http", config: {} };
    expect(problemOf(await api.post(ROOT, wrong))).toBe(`failed to create exporter: ${problem}`);
    expect(problemOf(await api.put(`${ROOT}/${UNKNOWN}`, wrong))).toBe(problem);
  });

  test.each(["", "x", "{", "[]", '{"driver":1,"config":{}}'])("the body %j", async (body) => {
    expect(problemOf(await api.post(ROOT, body))).not.toBe("");
  });
});

describe("changes", () => {
  test("may be of everything but the id and the date", async () => {
    const created = exporterIn(await api.post(ROOT, { driver: "noop", config: {} }));
    const path = `${ROOT}/${created.id}`;
    const changed = { driver: "clickhouse", config: { dsn: "http://c.example" } };
    expect(await api.put(path, changed)).toMatchObject({ status: 204, text: "" });
    expect(exporterIn(await api.get(path))).toEqual({ ...created, ...changed });
    expect((await api.put(path, { driver: "http", config: { url: "x" } })).status).toBe(400);
    expect(exporterIn(await api.get(path))).toEqual({ ...created, ...changed });
    await api.delete(path);
  });

  test.each([UNKNOWN, "x", "%20", "-"])("of the exporter %s are not found", async (id) => {
    const message = `exporter '${decodeURIComponent(id)}' not found`;
    for (const answer of [
      await api.get(`${ROOT}/${id}`),
      await api.put(`${ROOT}/${id}`, { driver: "noop", config: {} }),
      await api.delete(`${ROOT}/${id}`),
    ]) {
      expect(answer).toMatchObject({
        status: 404,
        body: { errorCode: "NOT_FOUND", errorMessage: message },
      });
    }
  });
});

test("a trailing slash is fine, other methods are not", async () => {
  expect((await api.get(`${ROOT}/`)).status).toBe(200);
  expect((await api.delete(ROOT)).status).toBe(405);
  expect((await api.post(`${ROOT}/${UNKNOWN}`, {})).status).toBe(405);
});
