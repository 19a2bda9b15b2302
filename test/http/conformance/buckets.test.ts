/** Buckets that go and come back: api_buckets_delete and app_bucket_cleanup. */
import { describe, expect, test, vi } from "vitest";
import type { Writable } from "../../../src/core/json.ts";
import type { Client, Query } from "./client.ts";
import { createLedger, newName, serve } from "./servers.ts";

interface Ledger {
  readonly name: string;
  readonly bucket: string;
  readonly deletedAt?: string;
}

const DELETED = { includeDeleted: true };

async function ledgers(
  client: Client,
  query: Query = {},
  filter: Writable = null,
): Promise<readonly Ledger[]> {
  const { data } = await client.list<Ledger>("/v2", { pageSize: 100, ...query }, filter);
  return data;
}

function inBucket(bucket: string): Writable {
  return { $match: { bucket } };
}

async function deleteBucket(client: Client, bucket: string): Promise<void> {
  expect((await client.call("DELETE", `/v2/_/buckets/${bucket}`)).status).toBe(204);
}

async function restoreBucket(client: Client, bucket: string): Promise<void> {
  expect((await client.call("POST", `/v2/_/buckets/${bucket}/restore`)).status).toBe(204);
}

/** Buckets with so many ledgers each. Other scenarios have theirs on the same server. */
async function fill(client: Client, ...sizes: readonly number[]): Promise<readonly string[]> {
  const buckets = sizes.map(() => newName("bucket"));
  for (const [i, bucket] of buckets.entries()) {
    for (let count = 0; count < (sizes[i] ?? 0); count++) {
      await createLedger(client, { bucket });
    }
  }
  return buckets;
}

/** How many ledgers of each bucket a list has. */
function sizes(list: readonly Ledger[], buckets: readonly string[]): readonly number[] {
  return buckets.map((name) => list.filter(({ bucket }) => bucket === name).length);
}

describe("api_buckets_delete", () => {
  test("1 and 2: before, all are listed, and those of a bucket", async () => {
    const client = await serve();
    const buckets = await fill(client, 3, 2);
    expect(sizes(await ledgers(client), buckets)).toEqual([3, 2]);
    const listed = await ledgers(client, {}, inBucket(buckets[0] ?? ""));
    expect(sizes(listed, buckets)).toEqual([3, 0]);
  });

  test("3 to 6: a deleted bucket's ledgers are not listed, others are", async () => {
    const client = await serve();
    const buckets = await fill(client, 3, 2);
    const [gone = "", kept = ""] = buckets;
    await deleteBucket(client, gone);
    expect(await ledgers(client, {}, inBucket(gone))).toEqual([]);
    expect(await ledgers(client, {}, inBucket(kept))).toHaveLength(2);
    expect(sizes(await ledgers(client), buckets)).toEqual([0, 2]);
  });

  test("7 and 8: unless deleted ones are asked for too", async () => {
    const client = await serve();
    const buckets = await fill(client, 3, 2);
    const [gone = ""] = buckets;
    await deleteBucket(client, gone);
    const listed = await ledgers(client, DELETED, inBucket(gone));
    expect(sizes(listed, buckets)).toEqual([3, 0]);
    expect(listed.every(({ deletedAt }) => deletedAt !== undefined)).toBe(true);
    expect(sizes(await ledgers(client, DELETED), buckets)).toEqual([3, 2]);
  });

  test("9 to 13: a bucket whose only ledger was never used goes and comes back", async () => {
    const client = await serve();
    const bucket = newName("empty-bucket");
    const { name } = await createLedger(client, { bucket });
    await deleteBucket(client, bucket);
    expect(await ledgers(client, {}, inBucket(bucket))).toEqual([]);
    expect(await ledgers(client, DELETED, inBucket(bucket))).toMatchObject([{ name, bucket }]);
    await restoreBucket(client, bucket);
    const [restored] = await ledgers(client, {}, inBucket(bucket));
    expect(restored).toMatchObject({ name, bucket });
    expect(restored).not.toHaveProperty("deletedAt");
  });

  test("14 to 18: a restored bucket's ledgers are listed again beside the others", async () => {
    const client = await serve();
    const buckets = await fill(client, 2, 1);
    const [first = "", other = ""] = buckets;
    await deleteBucket(client, first);
    expect(await ledgers(client, {}, inBucket(first))).toEqual([]);
    await restoreBucket(client, first);
    expect(await ledgers(client, {}, inBucket(first))).toHaveLength(2);
    expect(await ledgers(client, {}, inBucket(other))).toHaveLength(1);
    expect(sizes(await ledgers(client), buckets)).toEqual([2, 1]);
  });
});

describe("app_bucket_cleanup", () => {
  const CLEANING = {
    WORKER: "true",
    WORKER_BUCKET_CLEANUP_SCHEDULE: "* * * * * *",
    WORKER_BUCKET_CLEANUP_RETENTION_PERIOD: "2s",
  };
  const PATIENCE = { timeout: 20_000, interval: 100 };

  test("1 and 2: a deleted ledger is listed as deleted, and soon no more", async () => {
    const client = await serve(CLEANING);
    const { name } = await createLedger(client, { bucket: newName("bucket") });
    const [{ bucket } = { bucket: "" }] = await ledgers(client, {}, { $match: { name } });
    await deleteBucket(client, bucket);
    const named = () => ledgers(client, DELETED, { $match: { name } });
    const [deleted] = await named();
    expect(deleted).toMatchObject({ name, bucket });
    expect(Date.parse(deleted?.deletedAt ?? "")).toBeGreaterThan(0);
    await vi.waitFor(async () => expect(await named()).toEqual([]), PATIENCE);
  });

  test("3: deleted buckets go, others stay", async () => {
    const client = await serve(CLEANING);
    const buckets = await fill(client, 1, 1, 1);
    const [first = "", second = "", kept = ""] = buckets;
    await deleteBucket(client, first);
    await deleteBucket(client, second);
    await vi.waitFor(async () => {
      expect(sizes(await ledgers(client, DELETED), buckets)).toEqual([0, 0, 1]);
    }, PATIENCE);
    const [ledger] = await ledgers(client, DELETED, inBucket(kept));
    expect(ledger).toMatchObject({ bucket: kept });
    expect(ledger).not.toHaveProperty("deletedAt");
  });
});
