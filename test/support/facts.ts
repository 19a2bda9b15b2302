/** Facts of logs as tests need them: a transfer with as much said about it as matters. */
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { LogFacts } from "../../src/engine/facts.ts";

/** The log with this number: `amount` from world to `account`, dated as given. */
export function transferFacts(
  id: number,
  account = "a",
  amount = 1n,
  date = "2024-01-01T00:00:00.000000Z",
): LogFacts {
  const timestamp = date as Timestamp;
  return {
    id,
    type: "NEW_TRANSACTION",
    date: timestamp,
    hash: null,
    line: `{"id":${id}}`,
    idempotencyKey: "",
    idempotencyHash: "",
    transaction: {
      id,
      postings: [{ source: "world", destination: account, amount, asset: "USD" }],
      metadata: {},
      timestamp,
      insertedAt: timestamp,
      reference: undefined,
      template: undefined,
      moves: [],
    },
    pairs: [],
    accounts: [],
    amendment: undefined,
    schema: undefined,
    completed: undefined,
  };
}
