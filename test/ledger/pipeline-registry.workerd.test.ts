/**
 * Exporters and the registry's part in pipelines: what clients are told has reached the ledgers'
 * objects, whatever dies or cannot be reached in between.
 */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Timestamp } from "../../src/core/timestamp.ts";
import { LedgerObject } from "../../src/ledger/object.ts";
import { eventually, HANGS, httpTo, NOON, Piped, Receiver, TAKES } from "./pipeline-support.ts";
import { range } from "./registry-support.ts";

const A = httpTo("http://a.example/");
const B = httpTo("http://b.example/");
const PULL_MS = 5_000;
const OK = { ok: true, value: undefined };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

let receiver: Receiver;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  receiver = new Receiver();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function exportersInD1(piped: Piped) {
  await piped.registry.project();
  const query = "SELECT id, driver, config FROM exporters WHERE tenant = ?";
  const { results } = await env.DB.prepare(query).bind(piped.name).all();
  return results;
}

function urls(): readonly string[] {
  return receiver.received.map(({ url }) => url);
}

describe("exporters", () => {
  test("are created, changed and deleted, in the read model too", async () => {
    const piped = await Piped.open();
    const id = await piped.exporter(A);
    const changed = { driver: "http", config: '{"url":"http://b.example/"}', destination: B };
    expect(await piped.registry.updateExporter(id, changed)).toEqual(OK);
    expect(await piped.registry.exporter(id)).toMatchObject({ value: { config: changed.config } });
    expect(await exportersInD1(piped)).toEqual([
      { id, driver: "http", config: '{"url":"http://b.example/"}' },
    ]);

    expect(await piped.registry.deleteExporter(id)).toEqual(OK);
    expect(await exportersInD1(piped)).toEqual([]);
    for (const answer of [
      await piped.registry.exporter(id),
      await piped.registry.updateExporter(id, changed),
      await piped.registry.deleteExporter(id),
    ]) {
      expect(answer).toMatchObject({
        ok: false,
        error: { code: "NOT_FOUND", message: `exporter '${id}' not found` },
      });
    }
  });

  test("are listed in the order of their creation, a hundred of them at most", async () => {
    const piped = await Piped.open();
    const ids: string[] = [];
    for (const _ of range(100)) {
      vi.setSystemTime(Date.now() + 1);
      ids.push(await piped.exporter(A));
    }
    const one = { driver: "http", config: "{}", destination: A };
    expect(await piped.registry.createExporter(one)).toMatchObject({
      ok: false,
      error: { code: "VALIDATION" },
    });
    expect((await piped.registry.exporters()).map(({ id }) => id)).toEqual(ids);
  });
});

describe("an exporter's change", () => {
  test("sends what follows to the new address, from where the pipeline was", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    const created = await piped.registry.createPipeline("main", exporter);
    const id = created.ok ? created.value.id : "";
    await piped.pay();
    await expect(piped).toReach(id, 1);

    const changed = { driver: "http", config: "{}", destination: B };
    expect(await piped.registry.updateExporter(exporter, changed)).toEqual(OK);
    await piped.pay();
    await expect(piped).toReach(id, 2);
    expect(urls()).toEqual(["http://a.example/", "http://b.example/"]);
    expect(receiver.batches).toEqual([[1], [2]]);
  });

  test("gives up on what the old address does not answer, and undoes a stop", async () => {
    receiver.answers = [HANGS, TAKES];
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    const created = await piped.registry.createPipeline("main", exporter);
    const id = created.ok ? created.value.id : "";
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    await piped.main.stopPipeline(id);

    const changed = { driver: "http", config: "{}", destination: B };
    await piped.registry.updateExporter(exporter, changed);
    await expect(piped).toReach(id, 1);
    expect(receiver.aborted).toBe(1);
    expect(urls()).toEqual(["http://a.example/", "http://b.example/"]);
  });

  test("reaches an object that could not be reached later, by the alarm", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    await piped.registry.createPipeline("main", exporter);
    vi.spyOn(LedgerObject.prototype, "putPipeline").mockRejectedValueOnce(new Error("away"));
    const changed = { driver: "http", config: "{}", destination: B };
    expect(await piped.registry.updateExporter(exporter, changed)).toMatchObject({
      ok: false,
      error: { status: 503 },
    });

    await runDurableObjectAlarm(piped.registry);
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    expect(urls()).toEqual(["http://b.example/"]);
  });
});

describe("an exporter's end", () => {
  test("ends its pipelines in all ledgers, and no others", async () => {
    const piped = await Piped.open();
    await piped.create("second");
    const [doomed, other] = [await piped.exporter(A), await piped.exporter(B)];
    await piped.registry.createPipeline("main", doomed);
    await piped.registry.createPipeline("second", doomed);
    await piped.registry.createPipeline("main", other);

    expect(await piped.registry.deleteExporter(doomed)).toEqual(OK);

    expect(await piped.registry.pipelines()).toMatchObject([{ ledger: "main", exporterId: other }]);
    expect(await piped.main.pipelines()).toHaveLength(1);
    expect(await piped.ledger("second").pipelines()).toEqual([]);
    await piped.pay();
    await piped.pay(1, "second");
    await eventually(() => expect(urls()).toEqual(["http://b.example/"]));
    await evictDurableObject(piped.registry);
    expect(await piped.registry.pipelines()).toHaveLength(1);
  });

  test("is finished by the alarm where an object could not be reached", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    await piped.registry.createPipeline("main", exporter);
    vi.spyOn(LedgerObject.prototype, "dropPipeline").mockRejectedValueOnce(new Error("away"));
    expect(await piped.registry.deleteExporter(exporter)).toMatchObject({ ok: false });
    expect(await piped.registry.pipelines()).toEqual([]);

    await runDurableObjectAlarm(piped.registry);
    expect(await piped.main.pipelines()).toEqual([]);
  });
});

describe("a pipeline's creation", () => {
  test("is refused without an exporter, without a ledger, and twice", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    expect(await piped.registry.createPipeline("main", UNKNOWN)).toMatchObject({
      error: { code: "VALIDATION", message: `exporter '${UNKNOWN}' not found` },
    });
    expect(await piped.registry.createPipeline("nobody", exporter)).toMatchObject({
      error: { code: "LEDGER_NOT_FOUND" },
    });
    expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({ ok: true });
    expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({
      error: { code: "VALIDATION", message: `pipeline 'main/${exporter}' already exists` },
    });
  });

  test("happens once, however many ask at the same time", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    const answers = await Promise.all(
      range(10).map(() => piped.registry.createPipeline("main", exporter)),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await piped.main.pipelines()).toHaveLength(1);
  });

  test("is possible again after a deletion", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    const first = await piped.registry.createPipeline("main", exporter);
    const id = first.ok ? first.value.id : "";
    expect(await piped.registry.deletePipeline("main", id)).toEqual(OK);
    expect(await piped.registry.deletePipeline("main", id)).toMatchObject({
      error: { code: "NOT_FOUND", message: `pipeline '${id}' not found` },
    });
    expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({ ok: true });
  });

  test("belongs to whoever asks again when the object could not be reached", async () => {
    const piped = await Piped.open();
    const exporter = await piped.exporter(A);
    vi.spyOn(LedgerObject.prototype, "putPipeline").mockRejectedValueOnce(new Error("away"));
    expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({
      error: { status: 503 },
    });
    expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({ ok: true });
    expect(await piped.main.pipelines()).toHaveLength(1);
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
  });

  test("has limits, for a ledger and for all", async () => {
    const piped = await Piped.open();
    const exporters = await Promise.all(range(17).map(() => piped.exporter(A)));
    for (const exporter of exporters.slice(0, 16)) {
      expect(await piped.registry.createPipeline("main", exporter)).toMatchObject({ ok: true });
    }
    expect(await piped.registry.createPipeline("main", exporters[16] ?? "")).toMatchObject({
      error: { code: "VALIDATION", message: "the ledger has 16 pipelines, which is the limit" },
    });
  });
});

describe("a ledger's end", () => {
  test("what a deleted ledger committed is still handed on", async () => {
    const piped = await Piped.open();
    const id = await piped.pipe(A);
    await piped.pay();
    await expect(piped).toReach(id, 1);
    await piped.pay();
    await piped.registry.deleteBucket("_default");

    await piped.ringAfter(PULL_MS);
    await expect(receiver).toReceive([[1], [2]]);
    expect(await piped.main.pipeline(id)).toMatchObject({ error: { code: "LEDGER_NOT_FOUND" } });
    expect(await piped.main.pipelines()).toMatchObject([{ id }]);
  });

  test("a pipeline of the earlier ledger of a name is not put into the later one", async () => {
    const piped = await Piped.open();
    const late = { id: "late", exporterId: "x", createdAt: "" as Timestamp, destination: A };
    await piped.main.putPipeline({ ...late, ledger: 0 });
    expect(await piped.main.pipelines()).toEqual([]);
    await piped.main.putPipeline({ ...late, ledger: 1 });
    expect(await piped.main.pipelines()).toMatchObject([{ id: "late" }]);
  });

  test("its purge ends its pipelines, also one amid a page", async () => {
    receiver.answers = [HANGS];
    const piped = await Piped.open();
    await piped.pipe(A);
    await piped.pay();
    await expect(receiver).toReceive([[1]]);
    await piped.registry.deleteBucket("_default");
    await piped.registry.project();
    vi.setSystemTime(NOON + 721 * 3_600_000);
    await runDurableObjectAlarm(piped.registry);

    expect(await piped.registry.names()).toEqual([]);
    expect(await piped.registry.pipelines()).toEqual([]);
    expect(receiver.aborted).toBe(1);
    expect(await piped.create("main")).toMatchObject({ ok: true });
    expect(await piped.main.pipelines()).toEqual([]);
  });
});
