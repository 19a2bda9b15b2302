/**
 * Filters on logs, which are read from three places and bounded by the batches of the projection,
 * against the plain evaluator; also where an import brought dates that fall and ids out of order.
 */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { LOG_TYPES } from "../../src/core/log.ts";
import { atMicros, formatTimestamp } from "../../src/core/timestamp.ts";
import type { Leaf } from "../../src/filter/ast.ts";
import { evaluate, logTypeTruth, type Truth } from "../../src/filter/evaluate.ts";
import { parseFilter } from "../../src/filter/parse.ts";
import { ask } from "../../src/read-model/database.ts";
import { listLogs } from "../../src/read-model/logs.ts";
import type { PageRequest } from "../../src/read-model/page.ts";
import { History, steps, type LogDates } from "./projected.ts";

const COMPARISON = fc.constantFrom("$match", "$lt", "$lte", "$gt", "$gte");
const second = fc.integer({ min: -1, max: 60 }).map((offset) => {
  return formatTimestamp(atMicros(BigInt(1_700_000_000 + offset) * 1_000_000n) ?? ("" as never));
});
const id = fc.oneof(fc.integer({ min: -1, max: 40 }), fc.constant(2n ** 70n));

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.tuple(COMPARISON, id).map(([operator, value]) => ({ [operator]: { id: value } })),
  fc.tuple(COMPARISON, second).map(([operator, value]) => ({ [operator]: { date: value } })),
  fc.constantFrom(...LOG_TYPES).map((type) => ({ $match: { type } })),
  fc.subarray([...LOG_TYPES]).map((types) => ({ $in: { type: types } })),
);

const filters: fc.Arbitrary<Json> = fc.letrec<{ filter: Json }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("filter"), { maxLength: 3 }).map((all) => ({ $and: all })),
    fc.array(tie("filter"), { maxLength: 3 }).map((all) => ({ $or: all })),
    tie("filter").map((inner) => ({ $not: inner })),
  ),
})).filter;

function truth(log: LogDates): (asked: Leaf) => Truth {
  const ofType = logTypeTruth(log.type);
  return (asked) => {
    switch (asked.kind) {
      case "number":
        return holds(BigInt(log.id), asked.operator, asked.value);
      case "date":
        return holds(log.date, asked.operator, asked.value);
      default:
        return ofType(asked);
    }
  };
}

function holds<T extends string | bigint>(value: T, operator: string, bound: T): boolean {
  switch (operator) {
    case "$lt":
      return value < bound;
    case "$lte":
      return value <= bound;
    case "$gt":
      return value > bound;
    case "$gte":
      return value >= bound;
    default:
      return value === bound;
  }
}

let ledgers = 0;

async function expectLogs(
  history: readonly Parameters<History["project"]>[0][],
  asked: readonly Json[],
): Promise<void> {
  const scope = { tenant: "logs", ledger: ++ledgers };
  const book = new History(env.DB, scope);
  for (const batch of history) {
    await book.project(batch);
  }
  for (const json of asked) {
    const parsed = parseFilter(json, "logs");
    expect(parsed).toMatchObject({ ok: true });
    const filter = parsed.ok ? parsed.value : undefined;
    const request: PageRequest = {
      column: "id",
      order: "desc",
      pageSize: 100,
      pit: undefined,
      oot: undefined,
      filter: undefined,
      expand: [],
      options: undefined,
      place: { kind: "row", at: undefined, bottom: undefined, reverse: false },
    };
    const question = listLogs(env.DB, scope, request, filter);
    const found = question.ok ? (await ask(env.DB, scope, question.value)).value.items : [];
    const expected = book.logs.filter((log) => evaluate(filter, truth(log)) === true);
    expect(found.map((log) => [log.id, log.type])).toEqual(
      expected.toReversed().map((log) => [log.id, log.type]),
    );
  }
}

const asked = fc.array(filters, { minLength: 12, maxLength: 12 });

test.each([0, -6])(
  "a filter lists what the evaluator lists; the clock steps by %i at least",
  {
    timeout: 60_000,
  },
  async (leastGap) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps(6, leastGap), { maxLength: 5 }), asked, expectLogs),
      { numRuns: 15 },
    );
  },
);
