/**
 * The registry dies between the steps of what it does with ledgers' objects, or cannot reach them.
 * After that a client tries again, or nobody does and the alarm finishes; either way nothing is
 * half done.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { LedgerObject } from "../../src/ledger/object.ts";
import { range, Tenant } from "./registry-support.ts";

const OK = { ok: true, value: undefined };

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["registry-reserved", "registry-configured"] as const)("a crash at %s", (point) => {
  test("the client that tries again gets its ledger", async () => {
    const tenant = new Tenant();
    await tenant.crashAt(point, () => tenant.create("main"));

    expect(await tenant.create("main")).toEqual(OK);
    expect(await tenant.isWritable("main")).toBe(true);
    expect(await tenant.registry.names()).toEqual(["main"]);
    expect(await tenant.create("main")).toMatchObject({ ok: false });
  });

  test("if nobody tries again the alarm finishes what was durable", async () => {
    const tenant = new Tenant();
    await tenant.crashAt(point, () => tenant.create("main"));
    await tenant.registry.version();
    await runDurableObjectAlarm(tenant.registry);

    const ledger = await tenant.registry.ledger("main");
    expect(await tenant.isWritable("main")).toBe(ledger.ok);
  });
});

test("a creation whose object cannot be reached is finished by whoever asks again", async () => {
  const tenant = new Tenant();
  const configure = vi.spyOn(LedgerObject.prototype, "configure");
  configure.mockRejectedValueOnce(new Error("out of reach"));

  expect(await tenant.create("main")).toMatchObject({ ok: false, error: { status: 503 } });
  expect(await tenant.registry.ledger("main")).toMatchObject({ ok: false });
  expect(await tenant.registry.names()).toEqual([]);

  expect(await tenant.create("main")).toEqual(OK);
  expect(await tenant.isWritable("main")).toBe(true);
});

test("a creation whose object cannot be reached is finished by the alarm", async () => {
  const tenant = new Tenant();
  vi.spyOn(LedgerObject.prototype, "configure").mockRejectedValueOnce(new Error("out of reach"));
  expect(await tenant.create("main")).toMatchObject({ ok: false });

  await runDurableObjectAlarm(tenant.registry);

  expect(await tenant.registry.names()).toEqual(["main"]);
  expect(await tenant.isWritable("main")).toBe(true);
});

test("a name is reserved durably before the object is visited: nobody else gets it", async () => {
  const tenant = new Tenant();
  await tenant.crashAt("registry-configured", () => tenant.create("main", "one"));

  const other = await tenant.create("main", "another");

  expect(other).toMatchObject({ ok: false, error: { code: "LEDGER_ALREADY_EXISTS" } });
  expect(await tenant.registry.ledger("main")).toMatchObject({
    ok: true,
    value: { bucket: "one" },
  });
  expect(await tenant.isWritable("main")).toBe(true);
});

describe("a crash between the mark on a bucket and its ledgers", () => {
  test("the alarm tells them", async () => {
    const tenant = new Tenant();
    await Promise.all(range(5).map((index) => tenant.create(`ledger-${index}`, "doomed")));
    await tenant.crashAt("registry-marked", () => tenant.registry.deleteBucket("doomed"));
    await tenant.registry.version();
    await runDurableObjectAlarm(tenant.registry);

    const isListed = (await tenant.registry.names()).length > 0;
    const writable = await Promise.all(range(5).map((i) => tenant.isWritable(`ledger-${i}`)));
    expect(writable).toEqual(range(5).map(() => isListed));
  });

  test("so does the client that tries again", async () => {
    const tenant = new Tenant();
    await tenant.create("main", "doomed");
    await tenant.crashAt("registry-marked", () => tenant.registry.deleteBucket("doomed"));
    expect(await tenant.registry.deleteBucket("doomed")).toEqual(OK);
    expect(await tenant.isWritable("main")).toBe(false);

    await tenant.crashAt("registry-marked", () => tenant.registry.restoreBucket("doomed"));
    expect(await tenant.registry.restoreBucket("doomed")).toEqual(OK);
    expect(await tenant.isWritable("main")).toBe(true);
  });
});

test("a ledger out of reach does not keep the others from hearing, and hears later", async () => {
  const tenant = new Tenant();
  await Promise.all(range(5).map((index) => tenant.create(`ledger-${index}`, "doomed")));
  vi.spyOn(LedgerObject.prototype, "configure").mockRejectedValueOnce(new Error("out of reach"));

  const deleted = await tenant.registry.deleteBucket("doomed");
  expect(deleted).toMatchObject({ ok: false, error: { status: 503 } });
  const writable = await Promise.all(range(5).map((i) => tenant.isWritable(`ledger-${i}`)));
  expect(writable.filter(Boolean)).toHaveLength(1);
  expect(await tenant.registry.names()).toEqual([]);

  await runDurableObjectAlarm(tenant.registry);
  const later = await Promise.all(range(5).map((i) => tenant.isWritable(`ledger-${i}`)));
  expect(later.filter(Boolean)).toHaveLength(0);
});

test("while something is unfinished an alarm is set; when all is done there is none", async () => {
  const tenant = new Tenant();
  await tenant.create("main");
  await tenant.registry.project();
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBeUndefined();

  vi.spyOn(env.DB, "batch").mockRejectedValue(new Error("D1 is away"));
  await tenant.registry.saveMetadata("main", { a: "1" });
  expect(await tenant.alarm()).toBeDefined();
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBeDefined();

  vi.restoreAllMocks();
  await runDurableObjectAlarm(tenant.registry);
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBeUndefined();
  expect(await tenant.projected()).toMatchObject([{ metadata: '{"a":"1"}' }]);
});
