/**
 * Names, buckets and metadata of a tenant's ledgers, on the real objects: who gets a name, and that
 * every ledger knows what its bucket went through before anyone is told that it did.
 */
import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { range, Tenant } from "./registry-support.ts";

const OK = { ok: true, value: undefined };
const EXISTS = {
  ok: false,
  error: { code: "LEDGER_ALREADY_EXISTS", message: "ledger already exists" },
};

test("a ledger exists, with its number, once its creation is answered", async () => {
  const tenant = new Tenant();
  expect(await tenant.registry.ledger("main")).toMatchObject({ ok: false });
  expect(await tenant.isWritable("main")).toBe(false);

  expect(await tenant.create("main", "books")).toEqual(OK);
  expect(await tenant.create("second")).toEqual(OK);

  expect(await tenant.registry.ledger("main")).toMatchObject({
    ok: true,
    value: { id: 1, name: "main", bucket: "books", metadata: {} },
  });
  expect(await tenant.isWritable("main")).toBe(true);
  expect(await tenant.registry.names()).toEqual(["main", "second"]);
});

test("a hundred creations at once in a new bucket all give ledgers that take writes", async () => {
  const tenant = new Tenant();
  const names = range(100).map((index) => `ledger-${index}`);

  const writable = await Promise.all(
    names.map(async (name) => {
      return (await tenant.create(name, "brand-new")).ok && (await tenant.isWritable(name));
    }),
  );

  expect(writable).toEqual(names.map(() => true));
  const records = await Promise.all(names.map((name) => tenant.registry.ledger(name)));
  const ids = records.map((record) => (record.ok ? record.value.id : -1));
  expect(ids.toSorted((a, b) => a - b)).toEqual(range(100).map((index) => index + 1));
});

test("of many who want one name at once, exactly one gets it", async () => {
  const tenant = new Tenant();
  const answers = await Promise.all(range(50).map(() => tenant.create("wanted")));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.filter(({ ok }) => !ok)).toEqual(range(49).map(() => EXISTS));
});

test("tenants do not share names", async () => {
  const [one, other] = [new Tenant(), new Tenant()];
  expect(await one.create("main")).toEqual(OK);
  expect(await other.create("main")).toEqual(OK);
  expect(await other.registry.names()).toEqual(["main"]);
});

test("when a deletion is answered every ledger of the bucket refuses writes", async () => {
  const tenant = new Tenant();
  const names = range(60).map((index) => `ledger-${index}`);
  await Promise.all(names.map((name) => tenant.create(name, "doomed")));
  await tenant.create("bystander", "other");

  expect(await tenant.registry.deleteBucket("doomed")).toEqual(OK);

  const writable = await Promise.all(names.map((name) => tenant.isWritable(name)));
  expect(writable).toEqual(names.map(() => false));
  expect(await tenant.isWritable("bystander")).toBe(true);
  expect(await tenant.registry.names()).toEqual(["bystander"]);
  expect(await tenant.registry.ledger("ledger-0")).toMatchObject({ ok: false });
  expect(await tenant.create("ledger-0", "doomed")).toEqual(EXISTS);

  expect(await tenant.registry.restoreBucket("doomed")).toEqual(OK);
  const again = await Promise.all(names.map((name) => tenant.isWritable(name)));
  expect(again).toEqual(names.map(() => true));
  expect(await tenant.registry.names()).toHaveLength(61);
});

test("a deleted ledger stays so when its object and the registry start again", async () => {
  const tenant = new Tenant();
  await tenant.create("main", "doomed");
  await tenant.registry.deleteBucket("doomed");

  await evictDurableObject(tenant.ledger("main"));
  await evictDurableObject(tenant.registry);

  expect(await tenant.isWritable("main")).toBe(false);
  expect(await tenant.create("main")).toEqual(EXISTS);
});

test("after deletions and restorations at once objects and registry agree", async () => {
  const tenant = new Tenant();
  const names = range(10).map((index) => `ledger-${index}`);
  await Promise.all(names.map((name) => tenant.create(name, "torn")));

  await Promise.all(
    range(21).map(async (round) => {
      return round % 2 === 0
        ? tenant.registry.deleteBucket("torn")
        : tenant.registry.restoreBucket("torn");
    }),
  );

  const isListed = (await tenant.registry.names()).length > 0;
  const writable = await Promise.all(names.map((name) => tenant.isWritable(name)));
  expect(writable).toEqual(names.map(() => isListed));
});

test("a bucket deleted twice keeps its first date; one without ledgers is no error", async () => {
  const tenant = new Tenant();
  await tenant.create("main", "doomed");
  await tenant.registry.deleteBucket("doomed");
  await tenant.registry.project();
  const first = await tenant.projected();

  expect(await tenant.registry.deleteBucket("doomed")).toEqual(OK);
  expect(await tenant.registry.deleteBucket("nothing here")).toEqual(OK);
  expect(await tenant.registry.restoreBucket("nothing here")).toEqual(OK);

  await tenant.registry.project();
  expect(await tenant.projected()).toEqual(first);
});

test("a ledger created in a deleted bucket lives, and outlives the others", async () => {
  const tenant = new Tenant();
  await tenant.create("old", "reused");
  await tenant.registry.deleteBucket("reused");
  expect(await tenant.create("new", "reused")).toEqual(OK);
  expect(await tenant.isWritable("new")).toBe(true);
  expect(await tenant.registry.names()).toEqual(["new"]);
});

test("metadata is merged key by key and taken away key by key", async () => {
  const tenant = new Tenant();
  const { registry } = tenant;
  const metadata = async () => {
    const ledger = await registry.ledger("main");
    return ledger.ok ? ledger.value.metadata : undefined;
  };
  await tenant.create("main");

  await registry.saveMetadata("main", { a: "1", b: "2" });
  await registry.saveMetadata("main", JSON.parse('{"a":"3","__proto__":"p"}') as {});
  expect(JSON.stringify(await metadata())).toBe('{"__proto__":"p","a":"3","b":"2"}');

  await registry.deleteMetadata("main", "a");
  await registry.deleteMetadata("main", "never there");
  await registry.deleteMetadata("main", "__proto__");
  expect(await metadata()).toEqual({ b: "2" });

  await registry.saveMetadata("nobody", { a: "1" });
  await registry.deleteMetadata("nobody", "a");
  expect(await registry.names()).toEqual(["main"]);
});

test("metadata that has grown too large is refused and leaves what there was", async () => {
  const tenant = new Tenant();
  await tenant.create("main");
  await tenant.registry.saveMetadata("main", { a: "x".repeat(60_000) });
  const refused = await tenant.registry.saveMetadata("main", { b: "x".repeat(60_000) });
  expect(refused).toMatchObject({ ok: false, error: { code: "VALIDATION" } });
  const ledger = await tenant.registry.ledger("main");
  expect(ledger.ok && Object.keys(ledger.value.metadata)).toEqual(["a"]);
});
