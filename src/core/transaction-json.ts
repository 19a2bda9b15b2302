/**
 * Transactions as JSON text, in the member order of the original, because that text is what answers
 * show, logs keep and exports give (contract §4.7, §10.1). Maps are sorted bytewise. Text is built
 * directly: this is on the path of every write.
 */
import { compareText, formatStringMap, quote } from "./json.ts";
import { formatTimestamp } from "./timestamp.ts";
import type { Posting, Transaction, Volumes, VolumeTable } from "./transaction.ts";

export function formatPostings(postings: readonly Posting[]): string {
  let text = "[";
  for (const posting of postings) {
    text +=
      `${text === "[" ? "" : ","}{"source":${quote(posting.source)},` +
      `"destination":${quote(posting.destination)},"amount":${posting.amount},` +
      `"asset":${quote(posting.asset)}}`;
  }
  return text + "]";
}

export function formatVolumes(volumes: Volumes): string {
  const { input, output } = volumes;
  return `{"input":${input},"output":${output},"balance":${input - output}}`;
}

/** Account → asset → volumes, both sorted. */
export function formatVolumeTable(table: VolumeTable): string {
  const accounts = [...table.keys()].sort(compareText);
  const rows = accounts.map((account) => {
    const assets = table.get(account) ?? new Map<string, Volumes>();
    const cells = [...assets.keys()]
      .sort(compareText)
      .map((asset) => `${quote(asset)}:${formatVolumes(assets.get(asset) ?? NOTHING)}`);
    return `${quote(account)}:{${cells.join(",")}}`;
  });
  return `{${rows.join(",")}}`;
}

const NOTHING: Volumes = { input: 0n, output: 0n };

/** Volumes as they were before the postings: what came in and went out by them taken away again. */
export function withoutPostings(table: VolumeTable, postings: readonly Posting[]): VolumeTable {
  const before = new Map<string, Map<string, Volumes>>();
  for (const [account, assets] of table) {
    before.set(account, new Map(assets));
  }
  for (const { source, destination, amount, asset } of postings) {
    take(before, source, asset, 0n, amount);
    take(before, destination, asset, amount, 0n);
  }
  return before;
}

function take(
  table: Map<string, Map<string, Volumes>>,
  account: string,
  asset: string,
  input: bigint,
  output: bigint,
): void {
  const assets = table.get(account);
  const volumes = assets?.get(asset);
  if (assets !== undefined && volumes !== undefined) {
    assets.set(asset, { input: volumes.input - input, output: volumes.output - output });
  }
}

/** The transaction as creation and revert answer it: with its volumes, as far as they are known. */
export function formatTransaction(transaction: Transaction): string {
  const { postings, reference, template, revertedAt } = transaction;
  const volumes = transaction.postCommitVolumes;
  const effective = transaction.postCommitEffectiveVolumes;
  let text =
    `{"postings":${formatPostings(postings)},"metadata":${formatStringMap(transaction.metadata)},` +
    `"timestamp":"${formatTimestamp(transaction.timestamp)}",`;
  if (reference !== undefined) {
    text += `"reference":${quote(reference)},`;
  }
  text +=
    `"id":${transaction.id},"insertedAt":"${formatTimestamp(transaction.insertedAt)}",` +
    `"updatedAt":"${formatTimestamp(transaction.updatedAt)}"`;
  if (revertedAt !== undefined) {
    text += `,"revertedAt":"${formatTimestamp(revertedAt)}"`;
  }
  const table = volumes === undefined ? undefined : formatVolumeTable(volumes);
  if (table !== undefined) {
    text += `,"postCommitVolumes":${table}`;
  }
  const sameTable = effective === volumes;
  const effectiveTable =
    effective === undefined ? undefined : sameTable ? table : formatVolumeTable(effective);
  if (effectiveTable !== undefined) {
    text += `,"postCommitEffectiveVolumes":${effectiveTable}`;
  }
  if (template !== undefined) {
    text += `,"template":${quote(template)}`;
  }
  text += `,"reverted":${revertedAt !== undefined}`;
  const before =
    volumes === undefined ? undefined : formatVolumeTable(withoutPostings(volumes, postings));
  if (before !== undefined) {
    text += `,"preCommitVolumes":${before}`;
  }
  if (effective !== undefined) {
    const table = sameTable ? before : formatVolumeTable(withoutPostings(effective, postings));
    text += `,"preCommitEffectiveVolumes":${table}`;
  }
  return text + "}";
}
