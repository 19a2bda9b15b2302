/**
 * Rows of the object's tables, and back: the codecs between SQL's text and the engine's values.
 */
import { formatJson, parseJson, type JsonObject } from "../core/json.ts";
import { must } from "../core/assert.ts";
import type { TransactionAmendment } from "../core/records.ts";
import { parseTimestamp, type Timestamp } from "../core/timestamp.ts";
import type { Metadata, Volumes, VolumeTable } from "../core/transaction.ts";
import type { PairState, Strays, TransactionState } from "../engine/view.ts";
import { parseCreated } from "./notes.ts";

export type PairRow = Record<string, SqlStorageValue> & {
  readonly account: string;
  readonly asset: string;
  readonly input: string;
  readonly output: string;
  readonly chain_date: string;
  readonly strays: string | null;
};

export type AccountRow = Record<string, SqlStorageValue> & {
  readonly first_usage: string;
  readonly insertion_date: string;
  readonly updated_at: string;
  readonly metadata: string;
};

export type AmendmentRow = Record<string, SqlStorageValue> & {
  readonly metadata: string;
  readonly updated_at: string;
  readonly reverted_at: string | null;
};

export function pairOf(row: PairRow): PairState {
  const { account, asset } = row;
  return {
    account,
    asset,
    input: BigInt(row.input),
    output: BigInt(row.output),
    chainDate: row.chain_date === "" ? undefined : (row.chain_date as Timestamp),
    strays: row.strays === null ? undefined : parseStrays(row.strays),
  };
}

export function formatStrays(strays: Strays | undefined): string | null {
  if (strays === undefined) {
    return null;
  }
  const { input, output, ahead } = strays;
  return formatJson([input, output, ahead.input, ahead.output].map(String));
}

function parseStrays(text: string): Strays {
  const [input = "", output = "", aheadInput = "", aheadOutput = ""] = JSON.parse(text) as string[];
  const ahead = { input: BigInt(aheadInput), output: BigInt(aheadOutput) };
  return { input: BigInt(input), output: BigInt(output), ahead };
}

export function metadataOf(text: string): Metadata {
  return JSON.parse(text) as Metadata;
}

export function amendmentOf(row: AmendmentRow): TransactionAmendment {
  return {
    metadata: row.metadata,
    updatedAt: row.updated_at as Timestamp,
    revertedAt: (row.reverted_at ?? undefined) as Timestamp | undefined,
  };
}

/** A transaction as its log and what was amended since tell it. */
export function transactionOf(line: string, amendment: AmendmentRow | undefined): TransactionState {
  const parsed = parseJson(line);
  const log = must(parsed.ok ? parsed.value : undefined, "a kept line is JSON") as JsonObject;
  const json = (log["data"] as JsonObject)["transaction"] as JsonObject;
  const date = must(parseTimestamp(String(log["date"])), "a kept log is dated");
  const created = parseCreated(json, date);
  const updatedAt = parseTimestamp(String(json["updatedAt"])) ?? created.insertedAt;
  return {
    ...created,
    postCommitVolumes: tableOf(json["postCommitVolumes"] as JsonObject | undefined),
    metadata: amendment === undefined ? created.metadata : metadataOf(amendment.metadata),
    updatedAt: amendment === undefined ? updatedAt : (amendment.updated_at as Timestamp),
    revertedAt: (amendment?.reverted_at ?? undefined) as Timestamp | undefined,
  };
}

function tableOf(table: JsonObject | undefined): VolumeTable | undefined {
  if (table === undefined) {
    return undefined;
  }
  return new Map(
    Object.entries(table).map(([account, assets]) => {
      const volumes = Object.entries(assets as JsonObject).map(([asset, cell]) => {
        return [asset, volumesOf(cell as JsonObject)] as const;
      });
      return [account, new Map(volumes)] as const;
    }),
  );
}

function volumesOf(cell: JsonObject): Volumes {
  return { input: BigInt(String(cell["input"])), output: BigInt(String(cell["output"])) };
}
