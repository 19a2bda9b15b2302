/**
 * A ledger as the API shows it (contract §3.2).
 */
import { formatStringMap, quote, RawJson } from "../core/json.ts";
import { formatTimestamp } from "../core/timestamp.ts";
import type { LedgerRecord } from "../ledger/registry-rpc.ts";

export function formatLedger(ledger: LedgerRecord): RawJson {
  const { deletedAt } = ledger;
  const deleted = deletedAt === undefined ? "" : `,"deletedAt":"${formatTimestamp(deletedAt)}"`;
  return new RawJson(
    `{"bucket":${quote(ledger.bucket)},"metadata":${formatStringMap(ledger.metadata)},` +
      `"features":${formatStringMap({ ...ledger.features })},` +
      `"id":${ledger.id},"name":${quote(ledger.name)},` +
      `"addedAt":"${formatTimestamp(ledger.addedAt)}"${deleted}}`,
  );
}
