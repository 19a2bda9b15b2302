/**
 * Rows and records as the JSON that answers show (contract §4.7, §8.10, §11, Appendix G). Texts
 * that are JSON already are put together as they stand; members that are absent are left out, never
 * null. Amounts are numbers; whoever wants them as strings passes the result to `bigint.ts`.
 */
import { must } from "../core/assert.ts";
import { formatStringMap, quote } from "../core/json.ts";
import { rawMembers } from "../core/json-members.ts";
import type { AccountRecord, AccountVolumes, AssetVolumes } from "../core/records.ts";
import type { TransactionRecord } from "../core/records.ts";
import { formatTimestamp, type Timestamp } from "../core/timestamp.ts";
import { formatVolumeTable, withoutPostings } from "../core/transaction-json.ts";
import type { Posting, VolumeTable } from "../core/transaction.ts";
import type { AccountRow } from "../read-model/accounts.ts";
import type { AssetBalance } from "../read-model/balances.ts";
import type { TransactionRow } from "../read-model/transactions.ts";

// --- transactions ---

/** A transaction in parts; texts are JSON. */
interface TransactionParts {
  readonly postings: string;
  readonly metadata: string;
  readonly timestamp: string;
  readonly reference: string | undefined;
  readonly id: number;
  readonly insertedAt: string;
  readonly updatedAt: string;
  readonly revertedAt: string | undefined;
  readonly template: string | undefined;
  readonly volumes: BeforeAndAfter | undefined;
  readonly effectiveVolumes: BeforeAndAfter | undefined;
}

/** Tables of volumes. */
interface BeforeAndAfter {
  readonly before: string;
  readonly after: string;
}

function joinTransaction(parts: TransactionParts): string {
  const { reference, template, revertedAt, volumes, effectiveVolumes: effective } = parts;
  return (
    `{"postings":${parts.postings},"metadata":${parts.metadata},"timestamp":"${parts.timestamp}"` +
    (reference === undefined ? "" : `,"reference":${reference}`) +
    `,"id":${parts.id},"insertedAt":"${parts.insertedAt}","updatedAt":"${parts.updatedAt}"` +
    (revertedAt === undefined ? "" : `,"revertedAt":"${revertedAt}"`) +
    (volumes === undefined ? "" : `,"postCommitVolumes":${volumes.after}`) +
    (effective === undefined ? "" : `,"postCommitEffectiveVolumes":${effective.after}`) +
    (template === undefined ? "" : `,"template":${template}`) +
    `,"reverted":${revertedAt !== undefined}` +
    (volumes === undefined ? "" : `,"preCommitVolumes":${volumes.before}`) +
    (effective === undefined ? "" : `,"preCommitEffectiveVolumes":${effective.before}`) +
    "}"
  );
}

/** Amounts in the read model are JSON strings, so that SQL does not read them as numbers. */
const TEXT_AMOUNT = /"amount":"(\d+)"/g;

/** Has the volumes that the row has. */
export function formatTransactionRow(row: TransactionRow): string {
  const { reference, template, log, effectiveVolumes } = row;
  return joinTransaction({
    postings: row.postings.replaceAll(TEXT_AMOUNT, '"amount":$1'),
    metadata: row.metadata,
    timestamp: formatTimestamp(row.timestamp),
    reference: reference === undefined ? undefined : quote(reference),
    id: row.id,
    insertedAt: formatTimestamp(row.insertedAt),
    updatedAt: formatTimestamp(row.updatedAt),
    revertedAt: row.revertedAt === undefined ? undefined : formatTimestamp(row.revertedAt),
    template: template === undefined ? undefined : quote(template),
    volumes: log === undefined ? undefined : volumesIn(createdBy(log)),
    effectiveVolumes:
      effectiveVolumes === undefined ? undefined : effectiveOf(effectiveVolumes, row.postings),
  });
}

export function formatTransactionRecord(record: TransactionRecord, withVolumes: boolean): string {
  const created = createdBy(record.log);
  const { amendment } = record;
  const revertedAt = amendment?.revertedAt;
  return joinTransaction({
    postings: created.get("postings") ?? "[]",
    metadata: amendment?.metadata ?? created.get("metadata") ?? "{}",
    timestamp: dateIn(created, "timestamp"),
    reference: created.get("reference"),
    id: Number(created.get("id")),
    insertedAt: dateIn(created, "insertedAt"),
    updatedAt:
      amendment === undefined ? dateIn(created, "updatedAt") : formatTimestamp(amendment.updatedAt),
    revertedAt: revertedAt === undefined ? undefined : formatTimestamp(revertedAt),
    template: created.get("template"),
    volumes: withVolumes ? volumesIn(created) : undefined,
    effectiveVolumes: undefined,
  });
}

/** The members of the transaction that a log made. */
function createdBy(log: string): ReadonlyMap<string, string> {
  const data = must(rawMembers(log).get("data"), "a log has data");
  return rawMembers(must(rawMembers(data).get("transaction"), "the log made a transaction"));
}

function dateIn(members: ReadonlyMap<string, string>, name: string): string {
  return must(members.get(name), "a kept transaction is dated").slice(1, -1);
}

function volumesIn(members: ReadonlyMap<string, string>): BeforeAndAfter | undefined {
  const before = members.get("preCommitVolumes");
  const after = members.get("postCommitVolumes");
  return before === undefined || after === undefined ? undefined : { before, after };
}

type TextPosting = Omit<Posting, "amount"> & { readonly amount: string };

function effectiveOf(volumes: readonly AccountVolumes[], postings: string): BeforeAndAfter {
  const table = tableOf(volumes);
  const moved = (JSON.parse(postings) as readonly TextPosting[]).map((posting) => {
    return { ...posting, amount: BigInt(posting.amount) };
  });
  return {
    before: formatVolumeTable(withoutPostings(table, moved)),
    after: formatVolumeTable(table),
  };
}

function tableOf(rows: readonly AccountVolumes[]): VolumeTable {
  const table = new Map<string, Map<string, { input: bigint; output: bigint }>>();
  for (const { account, asset, input, output } of rows) {
    const assets = table.get(account) ?? new Map<string, { input: bigint; output: bigint }>();
    assets.set(asset, { input: BigInt(input), output: BigInt(output) });
    table.set(account, assets);
  }
  return table;
}

// --- accounts ---

export function formatAccountRow(account: AccountRow): string {
  return joinAccount(account, account.metadata);
}

/** The object knows current volumes only, which are the effective ones of no date, too. */
export function formatAccountRecord(account: AccountRecord, expand: readonly string[]): string {
  const { volumes } = account;
  return joinAccount(
    {
      ...account,
      volumes: expand.includes("volumes") ? volumes : undefined,
      effectiveVolumes: expand.includes("effectiveVolumes") ? volumes : undefined,
    },
    formatStringMap(account.metadata),
  );
}

interface AccountParts {
  readonly address: string;
  readonly firstUsage: Timestamp;
  readonly insertionDate: Timestamp;
  readonly updatedAt: Timestamp;
  readonly volumes: readonly AssetVolumes[] | undefined;
  readonly effectiveVolumes: readonly AssetVolumes[] | undefined;
}

function joinAccount(account: AccountParts, metadata: string): string {
  return (
    `{"address":${quote(account.address)},"metadata":${metadata},` +
    `"firstUsage":"${formatTimestamp(account.firstUsage)}",` +
    `"insertionDate":"${formatTimestamp(account.insertionDate)}",` +
    `"updatedAt":"${formatTimestamp(account.updatedAt)}"` +
    assetsMember("volumes", account.volumes) +
    assetsMember("effectiveVolumes", account.effectiveVolumes) +
    "}"
  );
}

/** Absent where there are none. */
function assetsMember(name: string, volumes: readonly AssetVolumes[] | undefined): string {
  if (volumes === undefined || volumes.length === 0) {
    return "";
  }
  const assets = volumes.map((row) => `${quote(row.asset)}:{${volumeMembers(row)}}`);
  return `,"${name}":{${assets.join(",")}}`;
}

function volumeMembers({ input, output }: Pick<AssetVolumes, "input" | "output">): string {
  return `"input":${input},"output":${output},"balance":${BigInt(input) - BigInt(output)}`;
}

// --- volumes and balances ---

export function formatVolumesRow(row: AccountVolumes): string {
  return `{"account":${quote(row.account)},"asset":${quote(row.asset)},${volumeMembers(row)}}`;
}

export function formatBalances(balances: readonly AssetBalance[], asStrings: boolean): string {
  const members = balances.map(({ asset, balance }) => {
    return `${quote(asset)}:${asStrings ? `"${balance}"` : balance}`;
  });
  return `{${members.join(",")}}`;
}
