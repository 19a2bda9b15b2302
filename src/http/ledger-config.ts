/**
 * What a ledger may be called and configured as (contract §2.1, §3.1). The checks run in the
 * original's order, so that of several faults the same one is named.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { DEFAULT_FEATURES, FEATURE_VALUES, type Features } from "../core/features.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Metadata } from "../core/transaction.ts";
import type { NewLedger } from "../ledger/registry-rpc.ts";

/** As the client wrote it. */
export interface LedgerDraft {
  readonly name: string;
  readonly bucket: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly features: Readonly<Record<string, string>> | undefined;
}

const NAME = /^[0-9a-zA-Z_-]{1,63}$/;
const RESERVED = new Set(["_", "_info", "_healthcheck"]);
const DEFAULT_BUCKET = "_default";

export function checkNewLedger(
  draft: LedgerDraft,
  experimentalFeatures: boolean,
): Result<NewLedger, LedgerError> {
  const features = checkFeatures(draft.features ?? {}, experimentalFeatures);
  if (!features.ok) {
    return features;
  }
  const name = checkLedgerName(draft.name);
  if (!name.ok) {
    return name;
  }
  // An empty name is as good as none.
  const bucket = draft.bucket || DEFAULT_BUCKET;
  if (!NAME.test(bucket)) {
    return invalid(`invalid bucket name '${bucket}': name must match format '${NAME.source}'`);
  }
  return ok({
    name: draft.name,
    bucket,
    features: features.value,
    metadata: draft.metadata ?? {},
  });
}

export function checkLedgerName(name: string): Result<string, LedgerError> {
  if (!NAME.test(name)) {
    return invalid(`invalid ledger name '${name}': name must match format '${NAME.source}'`);
  }
  return RESERVED.has(name)
    ? invalid(`invalid ledger name '${name}': name '${name}' is reserved`)
    : ok(name);
}

function checkFeatures(
  given: Readonly<Record<string, string>>,
  experimentalFeatures: boolean,
): Result<Features, LedgerError> {
  const entries = Object.entries(given);
  if (!experimentalFeatures && !entries.every(isDefault)) {
    return err(validation("experimental features are disabled"));
  }
  for (const [feature, value] of entries) {
    const values = valuesOf(feature);
    if (values === undefined) {
      return invalid(`feature "${feature}" not exists`);
    }
    if (!values.includes(value)) {
      return invalid(`configuration ${value} it not possible for feature ${feature}`);
    }
  }
  // Sound: every member was checked against the table.
  return ok({ ...DEFAULT_FEATURES, ...given });
}

function isDefault([feature, value]: readonly [string, string]): boolean {
  return Object.entries(DEFAULT_FEATURES).some(([name, usual]) => {
    return name === feature && usual === value;
  });
}

function valuesOf(feature: string): readonly string[] | undefined {
  return new Map(Object.entries(FEATURE_VALUES)).get(feature);
}

function invalid(message: string): Result<never, LedgerError> {
  return err(validation(`invalid ledger configuration: ${message}`));
}
