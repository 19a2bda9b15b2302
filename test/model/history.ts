/**
 * Checks a ledger's history after a storm: plays on the model what the log says was done, in its
 * order and at its dates, and compares every line and every row. Nothing doubled: the model would
 * refuse it. What was promised and is not there is for the test to find, by its key.
 */
import { expect } from "vitest";
import type { Request } from "../../src/core/command.ts";
import { DEFAULT_FEATURES } from "../../src/core/features.ts";
import type { Subject } from "../support/subject.ts";
import { LedgerModel } from "./ledger-model.ts";
import { batchesAsCut, exportOf, rowsOf } from "./rows-model.ts";
import { readInstant, type Micros } from "./text-model.ts";

interface Line {
  readonly id: number;
  readonly date: string;
  readonly idempotencyKey: string;
}

/** The keys of the log, in its order; each request that was sent has a key of its own. */
export async function checkHistory(
  subject: Subject,
  sent: readonly Request[],
): Promise<readonly string[]> {
  const exported = await subject.exported();
  const lines = exported.split("\n").flatMap((text) => {
    return text === "" ? [] : [JSON.parse(text) as Line];
  });
  const requests = new Map(sent.map((request) => [request.idempotencyKey, request]));
  const model = new LedgerModel(DEFAULT_FEATURES);
  for (const { idempotencyKey, date } of lines) {
    const request = requests.get(idempotencyKey);
    if (request === undefined) {
      throw new Error(`nobody asked for ${idempotencyKey}`);
    }
    model.execute(request, instantOf(date));
  }
  expect(exported).toBe(exportOf(model));
  const head = await subject.project();
  const { batches = [], ...tables } = await subject.tables();
  expect(tables).toEqual(rowsOf(model));
  const cuts = batches.map((row) => Number(row["last_log"]));
  expect(batches).toEqual(batchesAsCut(model, cuts));
  expect(cuts.at(-1) ?? -1).toBe(head);
  return lines.map(({ idempotencyKey }) => idempotencyKey);
}

/** From the wire form, whose fraction has no zeros at its end. */
function instantOf(date: string): Micros {
  const [seconds = "", fraction = ""] = date.slice(0, -1).split(".");
  return readInstant(`${seconds}.${fraction.padEnd(6, "0")}Z`);
}
