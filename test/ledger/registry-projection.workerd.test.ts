/**
 * The registry's projection to D1 under a D1 that fails, hangs, applies twice or late: the registry
 * goes on, says when its lists are not fresh, and the read model ends up as the registry has it.
 */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { faultyBatches, range, Tenant } from "./registry-support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function settled(tenant: Tenant): Promise<void> {
  expect(await tenant.registry.project()).toEqual({
    ok: true,
    value: await tenant.registry.version(),
  });
  expect(await tenant.projectedVersion()).toBe(await tenant.registry.version());
}

test("creation, metadata, deletion and restoration show in the read model", async () => {
  const tenant = new Tenant();
  await tenant.create("main", "books");
  await tenant.create("other");
  await tenant.registry.saveMetadata("main", { a: "1", é: 'ü"\\' });
  await settled(tenant);
  expect(await tenant.projected()).toEqual([
    {
      id: 1,
      name: "main",
      bucket: "books",
      metadata: '{"a":"1","é":"ü\\"\\\\"}',
      deleted_at: null,
    },
    { id: 2, name: "other", bucket: "_default", metadata: "{}", deleted_at: null },
  ]);

  await tenant.registry.deleteBucket("books");
  await settled(tenant);
  const [deleted] = await tenant.projected();
  expect(deleted?.["deleted_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

  await tenant.registry.restoreBucket("books");
  await settled(tenant);
  expect(await tenant.projected()).toMatchObject([{ deleted_at: null }, { deleted_at: null }]);
});

test("a D1 that fails before it applies: lists say 503, everything else goes on", async () => {
  const tenant = new Tenant();
  const d1 = faultyBatches(() => async () => {
    throw new Error("D1 is away");
  });
  expect(await tenant.create("main")).toMatchObject({ ok: true });
  expect(await tenant.registry.project()).toMatchObject({
    ok: false,
    error: { status: 503, retryAfter: 1 },
  });
  expect(await tenant.registry.names()).toEqual(["main"]);

  d1.restore();
  await settled(tenant);
  expect(await tenant.projected()).toMatchObject([{ name: "main" }]);
});

test("a D1 that applies and then fails, or applies twice, has every change once", async () => {
  const tenant = new Tenant();
  let failures = 0;
  faultyBatches((real) => async (statements) => {
    await real(statements);
    const answer = await real(statements);
    if (failures++ % 2 === 0) {
      throw new Error("connection lost");
    }
    return answer as never;
  });
  for (const index of range(4)) {
    await tenant.create(`ledger-${index}`);
    await tenant.registry.saveMetadata(`ledger-${index}`, { k: String(index) });
  }
  await tenant.registry.project();
  await settled(tenant);
  expect(await tenant.projected()).toMatchObject(
    range(4).map((index) => ({ name: `ledger-${index}`, metadata: `{"k":"${index}"}` })),
  );
});

test("a batch that D1 applies late does not undo what came after it", async () => {
  const tenant = new Tenant();
  await tenant.create("main");
  await settled(tenant);

  const late: (() => Promise<unknown>)[] = [];
  const d1 = faultyBatches((real) => async (statements) => {
    late.push(() => real(statements));
    throw new Error("no answer yet");
  });
  await tenant.registry.saveMetadata("main", { k: "old" });
  await tenant.registry.project();
  d1.restore();
  await tenant.registry.saveMetadata("main", { k: "new" });
  await settled(tenant);
  const before = await tenant.projected();
  expect(before).toMatchObject([{ metadata: '{"k":"new"}' }]);

  expect(late.length).toBeGreaterThan(0);
  for (const apply of late) {
    await apply();
  }
  expect(await tenant.projected()).toEqual(before);
});

test("a D1 that hangs holds up readers of lists for two seconds, and nobody else", async () => {
  const tenant = new Tenant();
  vi.spyOn(env.DB, "batch").mockImplementation(() => new Promise(() => undefined));

  expect(await tenant.create("main")).toMatchObject({ ok: true });
  const readers = range(20).map(() => tenant.registry.project());
  expect(await tenant.create("second")).toMatchObject({ ok: true });
  expect(await tenant.isWritable("second")).toBe(true);
  for (const answer of await Promise.all(readers)) {
    expect(answer).toMatchObject({ ok: false, error: { status: 503 } });
  }
});

test("what was not projected before a restart is projected after it, by the alarm", async () => {
  const tenant = new Tenant();
  const d1 = faultyBatches(() => async () => {
    throw new Error("D1 is away");
  });
  await tenant.create("main");
  await tenant.registry.project();
  await evictDurableObject(tenant.registry);
  d1.restore();

  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.projected()).toMatchObject([{ name: "main" }]);
});

test("a change made while a batch is under way is not forgotten with it", async () => {
  const tenant = new Tenant();
  await tenant.create("main");
  await settled(tenant);

  let edits = 0;
  faultyBatches((real) => async (statements) => {
    if (edits++ === 0) {
      await tenant.registry.saveMetadata("main", { k: "during" });
    }
    return (await real(statements)) as never;
  });
  await tenant.registry.saveMetadata("main", { k: "before" });
  await settled(tenant);
  expect(await tenant.projected()).toMatchObject([{ metadata: '{"k":"during"}' }]);
});

test("many changes, and large ones, go over in batches that D1 can take", async () => {
  const tenant = new Tenant();
  const d1 = faultyBatches(() => async () => {
    throw new Error("D1 is away");
  });
  const names = range(30).map((index) => `ledger-${index}`);
  await Promise.all(names.map((name) => tenant.create(name)));
  const large = { k: '"'.repeat(49_000) };
  await Promise.all(names.map((name) => tenant.registry.saveMetadata(name, large)));
  d1.restore();

  const batches = vi.spyOn(env.DB, "batch");
  await settled(tenant);
  expect(batches.mock.calls.length).toBeGreaterThan(1);
  expect(await tenant.projected()).toHaveLength(30);
});
