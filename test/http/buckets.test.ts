/**
 * Buckets over HTTP: deleted and restored as a whole, and purged by the schedule.
 */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "./api.ts";

let api: Api;
/** A server that keeps deleted ledgers for a second. */
let brief: Api;
beforeAll(async () => {
  api = await Api.start();
  brief = await Api.start({
    WORKER_BUCKET_CLEANUP_RETENTION_PERIOD: "1s",
    WORKER_BUCKET_CLEANUP_SCHEDULE: "* * * * * *",
  });
});
afterAll(async () => {
  await api.stop();
  await brief.stop();
});

const PAYMENT = {
  postings: [{ source: "world", destination: "bank", amount: 100, asset: "USD/2" }],
};

test("ledgers of a deleted bucket are gone for every route, and come back", async () => {
  await api.post("/v2/gone", { bucket: "fleeting", metadata: { a: "1" } });
  await api.post("/v2/stays", { bucket: "lasting" });
  await api.post("/v2/gone/transactions", PAYMENT);

  expect((await api.delete("/v2/_/buckets/fleeting")).status).toBe(204);

  for (const answer of [
    await api.post("/v2/gone/transactions", PAYMENT),
    await api.post("/v2/gone/transactions/1/revert"),
    await api.post("/v2/gone/accounts/a/metadata", { a: "b" }),
    await api.get("/v2/gone/_info"),
    await api.post("/v2/gone/logs/export"),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { errorCode: "LEDGER_NOT_FOUND" } });
  }
  expect((await api.get("/v2/gone")).body).toMatchObject({ errorCode: "NOT_FOUND" });
  expect((await api.post("/v2/gone")).body).toMatchObject({ errorCode: "LEDGER_ALREADY_EXISTS" });
  expect((await api.post("/v2/stays/transactions", PAYMENT)).status).toBe(200);

  expect((await api.post("/v2/_/buckets/fleeting/restore")).status).toBe(204);
  expect((await api.get("/v2/gone")).body).toMatchObject({ data: { metadata: { a: "1" } } });
  expect((await api.post("/v2/gone/transactions", PAYMENT)).body).toMatchObject({
    data: { id: 2 },
  });
});

test.each(["nothing", "a.b", "a%20b", "%C3%A9", "x".repeat(70)])(
  "deleting and restoring the bucket %s, which has no ledgers, is no error",
  async (bucket) => {
    expect((await api.delete(`/v2/_/buckets/${bucket}`)).status).toBe(204);
    expect((await api.post(`/v2/_/buckets/${bucket}/restore`)).status).toBe(204);
  },
);

test("after the retention the schedule frees the names", async () => {
  await brief.post("/v2/mortal", { bucket: "doomed" });
  await brief.post("/v2/mortal/transactions", PAYMENT);
  await brief.delete("/v2/_/buckets/doomed");
  expect((await brief.post("/v2/mortal")).status).toBe(400);

  let created = await brief.post("/v2/mortal");
  for (let tries = 0; created.status !== 204 && tries < 100; tries++) {
    await setTimeout(100);
    created = await brief.post("/v2/mortal");
  }

  expect(created.status).toBe(204);
  expect((await brief.post("/v2/mortal/transactions", PAYMENT)).body).toMatchObject({
    data: { id: 1 },
  });
});
