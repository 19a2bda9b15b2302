/**
 * A ledger as the API shows it (contract §3.2), whether the registry or the read model gives it.
 */
import { formatStringMap, quote } from "../core/json.ts";
import { formatTimestamp } from "../core/timestamp.ts";
import type { LedgerRecord } from "../ledger/registry-rpc.ts";
import type { LedgerRow } from "../read-model/ledgers.ts";

export function formatLedger(ledger: LedgerRecord): string {
  const metadata = formatStringMap(ledger.metadata);
  return formatLedgerRow({
    ...ledger,
    metadata,
    features: formatStringMap({ ...ledger.features }),
  });
}

export function formatLedgerRow(row: LedgerRow): string {
  const { deletedAt } = row;
  const deleted = deletedAt === undefined ? "" : `,"deletedAt":"${formatTimestamp(deletedAt)}"`;
  return (
    `{"bucket":${quote(row.bucket)},"metadata":${row.metadata},"features":${row.features},` +
    `"id":${row.id},"name":${quote(row.name)},` +
    `"addedAt":"${formatTimestamp(row.addedAt)}"${deleted}}`
  );
}
