/**
 * The end of a ledger: after the retention period, at the next instant of the schedule, everything
 * of it is gone and its name is free. The clock is set by the tests; alarms that lie in the future
 * are rung by them.
 */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { must } from "../../src/core/assert.ts";
import { Tenant } from "./registry-support.ts";

const HOUR = 3_600_000;
const RETENTION = 720 * HOUR;
const NOON = Date.parse("2099-03-01T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON + 10_000 });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets the time come and the alarm ring. */
async function ringAt(tenant: Tenant, millis: number): Promise<void> {
  vi.setSystemTime(millis);
  await runDurableObjectAlarm(tenant.registry);
}

/** Rows of the read model that belong to a tenant's ledgers, whatever the table. */
async function rowsOf(tenant: Tenant): Promise<number> {
  const tables = ["transactions", "logs", "accounts", "volumes", "moves", "batches", "ledgers"];
  const counts = tables.map((table) => {
    return env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant = ?`)
      .bind(tenant.name)
      .first<number>("n");
  });
  return (await Promise.all(counts)).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}

/** A ledger with a transaction, projected, in a bucket that is deleted. */
async function deletedLedger(tenant: Tenant): Promise<void> {
  await tenant.create("main", "doomed");
  await tenant.isWritable("main");
  await tenant.ledger("main").project();
  await tenant.registry.deleteBucket("doomed");
  await tenant.registry.project();
  // Nothing is unfinished after this one; the next alarm is that of the clean-up.
  await runDurableObjectAlarm(tenant.registry);
}

test("with a deletion the alarm is set for the first full hour after the retention", async () => {
  const tenant = new Tenant();
  await tenant.create("main", "doomed");
  await tenant.registry.project();
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBeUndefined();

  await tenant.registry.deleteBucket("doomed");
  await tenant.registry.project();
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBe(NOON + RETENTION + HOUR);
});

test("after the retention everything is gone and the name is free for a new ledger", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  expect(await rowsOf(tenant)).toBeGreaterThan(5);

  await ringAt(tenant, NOON + RETENTION + HOUR);

  expect(await rowsOf(tenant)).toBe(0);
  await runDurableObjectAlarm(tenant.registry);
  expect(await tenant.alarm()).toBeUndefined();
  expect(await tenant.create("main")).toMatchObject({ ok: true });
  expect(await tenant.registry.ledger("main")).toMatchObject({
    ok: true,
    value: { id: 2, bucket: "_default" },
  });
  expect(await tenant.ledger("main").stats()).toEqual({
    ok: true,
    value: { transactions: 0, accounts: 0 },
  });
});

test("the new ledger of an old name has its own read model and its own alarm", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  await ringAt(tenant, NOON + RETENTION + HOUR);
  await tenant.create("main");

  vi.spyOn(env.DB, "batch").mockRejectedValue(new Error("D1 is away"));
  expect(await tenant.isWritable("main")).toBe(true);
  expect(await tenant.ledger("main").project()).toMatchObject({ ok: false });
  vi.restoreAllMocks();
  await runDurableObjectAlarm(tenant.ledger("main"));

  const { results } = await env.DB.prepare("SELECT ledger FROM transactions WHERE tenant = ?")
    .bind(tenant.name)
    .all();
  expect(results).toEqual([{ ledger: 2 }]);
});

test("what is left of an earlier ledger makes way for the new one of its name", async () => {
  const tenant = new Tenant();
  await tenant.create("main");
  const standing = await tenant.ledger("main").standing();
  const ledger = standing.ok ? standing.value.ledger : undefined;
  await tenant.ledger("main").configure({ ...must(ledger, "it exists"), id: 7 });

  await tenant.isWritable("main");
  await tenant.ledger("main").project();
  const { results } = await env.DB.prepare("SELECT ledger FROM transactions WHERE tenant = ?")
    .bind(tenant.name)
    .all();
  expect(results).toEqual([{ ledger: 7 }]);
});

test("an hour too early nothing is gone; restored in time, nothing ever is", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  await ringAt(tenant, NOON + RETENTION);
  expect(await tenant.projected()).toHaveLength(1);
  expect(await tenant.create("main")).toMatchObject({ ok: false });

  await tenant.registry.restoreBucket("doomed");
  await ringAt(tenant, NOON + RETENTION + 24 * HOUR);
  expect(await tenant.isWritable("main")).toBe(true);
});

test("a live ledger in the bucket of a purged one stays", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  await tenant.create("young", "doomed");

  await ringAt(tenant, NOON + RETENTION + HOUR);

  expect(await tenant.registry.names()).toEqual(["young"]);
  expect(await tenant.isWritable("young")).toBe(true);
});

test("while D1 is away the ledger waits for its end, and its name stays taken", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  vi.spyOn(env.DB, "prepare").mockImplementation(() => {
    throw new Error("D1 is away");
  });
  await ringAt(tenant, NOON + RETENTION + HOUR);
  expect(await tenant.create("main")).toMatchObject({ ok: false });

  vi.restoreAllMocks();
  expect(await tenant.alarm()).toBeLessThan(NOON + RETENTION + HOUR + 60_001);
  await ringAt(tenant, NOON + RETENTION + HOUR + 60_001);
  expect(await rowsOf(tenant)).toBe(0);
  expect(await tenant.create("main")).toMatchObject({ ok: true });
});

test("a crash after the object is gone and before its name is: the alarm finishes", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  vi.setSystemTime(NOON + RETENTION + HOUR);
  await tenant.crashAt("registry-destroyed", () => runDurableObjectAlarm(tenant.registry));

  await runDurableObjectAlarm(tenant.registry);

  expect(await rowsOf(tenant)).toBe(0);
  expect(await tenant.create("main")).toMatchObject({ ok: true });
});

test("a ledger that is woken amid its end leaves nothing in the read model", async () => {
  const tenant = new Tenant();
  await deletedLedger(tenant);
  interruptErasure();
  await ringAt(tenant, NOON + RETENTION + HOUR);
  vi.restoreAllMocks();
  expect(await tenant.create("main")).toMatchObject({ ok: false });
  // Awake again, the ledger finds its read model behind and would mend it while it is erased.
  await evictDurableObject(tenant.ledger("main"));
  await tenant.ledger("main").standing();
  slowDownErasure();

  await ringAt(tenant, NOON + RETENTION + 2 * HOUR);

  expect(await rowsOf(tenant)).toBe(0);
});

const LAST_TABLE = "DELETE FROM schemas";

/** D1 goes away when all of the ledger's tables but the last are empty. */
function interruptErasure(): void {
  const prepare = env.DB.prepare.bind(env.DB);
  vi.spyOn(env.DB, "prepare").mockImplementation((query) => {
    if (query.startsWith(LAST_TABLE)) {
      throw new Error("connection lost");
    }
    return prepare(query);
  });
}

/** The last table takes D1 longer than the projector gathers logs. */
function slowDownErasure(): void {
  const prepare = env.DB.prepare.bind(env.DB);
  vi.spyOn(env.DB, "prepare").mockImplementation((query) => {
    const statement = prepare(query);
    if (query.startsWith(LAST_TABLE)) {
      vi.spyOn(statement, "bind").mockImplementation((...values) => {
        const bound = prepare(query).bind(...values);
        const run = bound.run.bind(bound);
        vi.spyOn(bound, "run").mockImplementation(async () => {
          await new Promise((resolve) => setTimeout(resolve, 300));
          return run();
        });
        return bound;
      });
    }
    return statement;
  });
}
