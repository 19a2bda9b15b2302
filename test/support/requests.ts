/** Requests as the Worker sends them to a ledger's object, with as little as each needs. */
import type { CreateTransaction, Request } from "../../src/core/command.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";

/** Options of a creation that tests vary; amounts are in USD/2. */
export interface TransferOptions {
  readonly amount?: bigint;
  readonly timestamp?: string;
  readonly key?: string;
  readonly reference?: string;
  readonly force?: boolean;
}

export function transfer(
  source: string,
  destination: string,
  options: TransferOptions = {},
): Request {
  const { amount = 1n, timestamp, key = "", reference, force = false } = options;
  return asked(
    {
      kind: "create-transaction",
      postings: [{ source, destination, amount, asset: "USD/2" }],
      script: undefined,
      template: undefined,
      variables: {},
      timestamp: timestamp as Timestamp | undefined,
      reference,
      metadata: undefined,
      accountMetadata: undefined,
      runtime: "",
      force,
    } satisfies CreateTransaction,
    key,
  );
}

export function asked(command: Request["command"], idempotencyKey = ""): Request {
  return { command, idempotencyKey, dryRun: false, schemaVersion: "" };
}
