/**
 * Ledgers over HTTP: how they are created and refused, in whose order and whose words, what the
 * server tells about them, and what changes with the flags.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, type Answer } from "./api.ts";

let api: Api;
let plain: Api;
beforeAll(async () => {
  api = await Api.start();
  plain = await Api.start({ EXPERIMENTAL_FEATURES: "false", EXPERIMENTAL_EXPORTERS: "false" });
});
afterAll(async () => {
  await api.stop();
  await plain.stop();
});

let count = 0;
function fresh(): string {
  return `ledger-${++count}`;
}

function refusal(answer: Answer): string {
  expect(answer).toMatchObject({ status: 400, type: "application/json" });
  const { errorCode, errorMessage } = answer.body as { errorCode: string; errorMessage: string };
  return `${errorCode} ${errorMessage}`;
}

describe("the body of a creation", () => {
  test.each(["", "{}", "null", '{"metadata":null,"features":null,"bucket":null}', '{"other":[1]}'])(
    "%j gives a ledger with all defaults",
    async (body) => {
      const name = fresh();
      expect(await api.post(`/v2/${name}`, body)).toMatchObject({ status: 204, text: "" });
      const ledger = await api.get(`/v2/${name}`);
      expect(ledger.body).toMatchObject({
        data: {
          name,
          bucket: "_default",
          metadata: {},
          features: {
            ACCOUNT_METADATA_HISTORY: "SYNC",
            HASH_LOGS: "SYNC",
            MOVES_HISTORY: "ON",
            MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "SYNC",
            TRANSACTION_METADATA_HISTORY: "SYNC",
          },
        },
      });
    },
  );

  test.each([" ", "\n", "{} trailing", "{}{}", "[]", '"x"', "1", "{", '{"metadata":{"a":1}}'])(
    "%j is refused",
    async (body) => {
      const name = fresh();
      expect(refusal(await api.post(`/v2/${name}`, body))).toMatch(/^VALIDATION ./);
      expect((await api.get(`/v2/${name}`)).status).toBe(404);
    },
  );

  test("member names count in any case; given features are completed", async () => {
    const name = fresh();
    await api.post(`/v2/${name}`, '{"BUCKET":"b","Features":{"HASH_LOGS":"DISABLED"}}');
    const ledger = await api.get(`/v2/${name}`);
    expect(ledger.body).toMatchObject({
      data: { bucket: "b", features: { HASH_LOGS: "DISABLED", MOVES_HISTORY: "ON" } },
    });
  });
});

describe("of several faults the first in this order is named", () => {
  const bad = {
    features: { MOVES_HISTORY: "NEVER", nothing: "x" },
    bucket: "b b",
  };
  const long = "x".repeat(64);

  test("an unknown feature, or a value it does not have", async () => {
    expect(refusal(await api.post("/v2/a.b", { ...bad, features: { nothing: "x" } }))).toBe(
      'VALIDATION invalid ledger configuration: feature "nothing" not exists',
    );
    expect(refusal(await api.post("/v2/a.b", { ...bad, features: { HASH_LOGS: "sync" } }))).toBe(
      "VALIDATION invalid ledger configuration: " +
        "configuration sync it not possible for feature HASH_LOGS",
    );
  });

  test.each(["a.b", long, "%5C", "é"])("the name %s", async (name) => {
    expect(refusal(await api.post(`/v2/${name}`, { bucket: "b b" }))).toBe(
      "VALIDATION invalid ledger configuration: " +
        `invalid ledger name '${decodeURIComponent(name)}': ` +
        "name must match format '^[0-9a-zA-Z_-]{1,63}$'",
    );
  });

  test.each(["_info", "_healthcheck"])("the reserved name %s", async (name) => {
    expect(refusal(await api.post(`/v2/${name}`, { bucket: "b b" }))).toContain(
      `name '${name}' is reserved`,
    );
  });

  test.each(["b b", "b\\", long, "é"])("the bucket %j", async (bucket) => {
    expect(refusal(await api.post(`/v2/${fresh()}`, { bucket }))).toBe(
      `VALIDATION invalid ledger configuration: invalid bucket name '${bucket}': ` +
        "name must match format '^[0-9a-zA-Z_-]{1,63}$'",
    );
  });

  test("at last that the name is taken, whatever the case of the other members", async () => {
    const name = fresh();
    expect((await api.post(`/v2/${name}`, { bucket: "0" })).status).toBe(204);
    const taken = "LEDGER_ALREADY_EXISTS ledger already exists";
    expect(refusal(await api.post(`/v2/${name}`))).toBe(taken);
    expect(refusal(await api.post(`/v2/${name}`, { bucket: "1" }))).toBe(taken);
  });
});

describe("without experimental features", () => {
  test("ledgers have the defaults, given or not", async () => {
    expect((await plain.post("/v2/a")).status).toBe(204);
    expect((await plain.post("/v2/b", { features: { MOVES_HISTORY: "ON" } })).status).toBe(204);
  });

  test.each([{ MOVES_HISTORY: "OFF" }, { HASH_LOGS: "NEVER" }, { nothing: "x" }])(
    "%j is refused, and nothing else of the request is looked at",
    async (features) => {
      const refused = await plain.post("/v2/a.b", { features, bucket: "b b" });
      expect(refusal(refused)).toBe("VALIDATION experimental features are disabled");
    },
  );
});

describe("what the server says about itself", () => {
  test("ledgers in the order of their creation, without the deleted ones", async () => {
    const [first, second, third] = [fresh(), fresh(), fresh()];
    await api.post(`/v2/${first}`);
    await api.post(`/v2/${second}`, { bucket: "info-gone" });
    await api.post(`/v2/${third}`);
    await api.delete("/v2/_/buckets/info-gone");

    for (const path of ["/v2/_info", "/_info"]) {
      const info = (await api.get(path)).body as {
        data: { config: { storage: { ledgers: string[] } } };
      };
      expect(info).toMatchObject({
        data: {
          server: "ledger",
          version: "develop",
          config: { schemaEnforcementMode: "audit" },
          experimentalFeatures: ["experimental-features", "experimental-exporters"],
        },
      });
      const { ledgers } = info.data.config.storage;
      expect(ledgers.filter((name) => [first, second, third].includes(name))).toEqual([
        first,
        third,
      ]);
    }
  });

  test("no flag is null", async () => {
    const info = await plain.get("/v2/_info");
    expect(info.text).toContain('"experimentalFeatures":null');
  });

  test("a ledger's storage has its migrations; an unknown ledger none", async () => {
    const name = fresh();
    await api.post(`/v2/${name}`);
    const info = await api.get(`/v2/${name}/_info`);
    expect(info.body).toMatchObject({
      data: { name, storage: { migrations: [{ version: "1", state: "DONE" }] } },
    });
    expect((await api.get(`/v2/${fresh()}/_info`)).body).toMatchObject({
      errorCode: "LEDGER_NOT_FOUND",
    });
  });
});

describe("metadata of a ledger", () => {
  test("is merged by PUT and taken away key by key", async () => {
    const name = fresh();
    await api.post(`/v2/${name}`, { metadata: { a: "1" } });
    expect((await api.put(`/v2/${name}/metadata`, { b: "2", é: "ü" })).status).toBe(204);
    expect((await api.put(`/v2/${name}/metadata`, "null")).status).toBe(204);
    expect((await api.delete(`/v2/${name}/metadata/a`)).status).toBe(204);
    expect((await api.delete(`/v2/${name}/metadata/%C3%A9`)).status).toBe(204);
    expect((await api.delete(`/v2/${name}/metadata/never`)).status).toBe(204);
    expect((await api.get(`/v2/${name}`)).body).toMatchObject({ data: { metadata: { b: "2" } } });
  });

  test("too much of it is refused, at creation too", async () => {
    const name = fresh();
    const large = { a: "x".repeat(100_001) };
    expect(refusal(await api.post(`/v2/${name}`, { metadata: large }))).toContain("100000");
    await api.post(`/v2/${name}`);
    expect(refusal(await api.put(`/v2/${name}/metadata`, large))).toContain("100000");
    expect((await api.get(`/v2/${name}`)).body).toMatchObject({ data: { metadata: {} } });
  });

  test("of a ledger that is not there is accepted and kept nowhere", async () => {
    const name = fresh();
    expect((await api.put(`/v2/${name}/metadata`, { a: "1" })).status).toBe(204);
    expect((await api.delete(`/v2/${name}/metadata/a`)).status).toBe(204);
    expect((await api.get(`/v2/${name}`)).body).toMatchObject({ errorCode: "NOT_FOUND" });
  });
});
