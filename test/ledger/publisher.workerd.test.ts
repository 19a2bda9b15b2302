/**
 * Which logs have events: all but the imported ones, wherever those stand, also after the object
 * died. The publisher works on the log and the storage of a real object.
 */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readConfig } from "../../src/core/config.ts";
import { EventsMeta, readInfo } from "../../src/ledger/meta.ts";
import { Publisher } from "../../src/ledger/publisher.ts";
import { Segments } from "../../src/ledger/segments.ts";
import { must } from "../../src/core/assert.ts";
import { FAILS, NOON, Piped, Receiver, TAKES } from "./pipeline-support.ts";

let receiver: Receiver;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  receiver = new Receiver();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const SETTINGS = {
  PUBLISHER_HTTP_ENABLED: "true",
  PUBLISHER_TOPIC_MAPPING: "*:http://events.example/",
};

/** A publisher as a life of the ledger's object would open it. */
function publisherOf(sql: SqlStorage, settings: object = SETTINGS): Publisher | undefined {
  const config = readConfig(settings);
  const segments = new Segments(sql);
  const source = { segments, lastLog: () => segments.readTail().lastLog };
  return Publisher.open(
    new EventsMeta(sql),
    source,
    must(config.ok ? config.value : undefined, "the settings are fine"),
    must(readInfo(sql), "the object is a ledger"),
  );
}

function transactionsTold(): readonly number[] {
  return receiver.received.map(({ text }) => {
    const event = JSON.parse(text) as { payload: { transactions: { id: number }[] } };
    return event.payload.transactions[0]?.id ?? -1;
  });
}

test("imported logs are passed over, before, between and after others", async () => {
  const piped = await Piped.open();
  await runInDurableObject(piped.main, (_object, { storage }) => publisherOf(storage.sql));
  await piped.pay(9);
  await runInDurableObject(piped.main, async (_object, { storage }) => {
    const publisher = must(publisherOf(storage.sql), "it is switched on");
    publisher.skip(-1, 2);
    publisher.skip(2, 3);
    publisher.skip(5, 6);
    publisher.skip(8, 9);
    await publisher.feed.run();
  });
  expect(transactionsTold()).toEqual([4, 5, 7, 8]);
});

test("after the object died it goes on from where it stood, past what was imported", async () => {
  receiver.answers = [TAKES, FAILS, TAKES];
  const piped = await Piped.open();
  await runInDurableObject(piped.main, (_object, { storage }) => publisherOf(storage.sql));
  await piped.pay(5);
  await runInDurableObject(piped.main, async (_object, { storage }) => {
    const publisher = must(publisherOf(storage.sql), "it is switched on");
    publisher.skip(2, 4);
    await publisher.feed.run();
  });
  expect(transactionsTold()).toEqual([1, 2]);
  await runInDurableObject(piped.main, async (_object, { storage }) => {
    await publisherOf(storage.sql)?.feed.run();
  });
  expect(transactionsTold()).toEqual([1, 2, 2, 5]);
});

test("what was committed before it was switched on, or while it was off, is no news", async () => {
  const piped = await Piped.open();
  await piped.pay(2);
  const open = (settings?: object): Promise<void> => {
    return runInDurableObject(piped.main, async (_object, { storage }) => {
      const publisher = publisherOf(storage.sql, settings);
      await (publisher?.feed.dueAt(Date.now()) === undefined ? undefined : publisher.feed.run());
    });
  };
  await open();
  await piped.pay();
  await open();
  await open({});
  await piped.pay();
  await open();
  await piped.pay();
  await open();
  expect(transactionsTold()).toEqual([3, 5]);
});
