/**
 * What a ledger records beyond its books, chosen at creation and fixed for its life (contract
 * §3.1). A feature that is off costs no rows; a query that needs it is refused.
 */
import { validation, type LedgerError } from "./error.ts";

export interface Features {
  readonly ACCOUNT_METADATA_HISTORY: "SYNC" | "DISABLED";
  readonly HASH_LOGS: "SYNC" | "ASYNC" | "DISABLED";
  readonly MOVES_HISTORY: "ON" | "OFF";
  readonly MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "SYNC" | "DISABLED";
  readonly TRANSACTION_METADATA_HISTORY: "SYNC" | "DISABLED";
}

export const DEFAULT_FEATURES: Features = {
  ACCOUNT_METADATA_HISTORY: "SYNC",
  HASH_LOGS: "SYNC",
  MOVES_HISTORY: "ON",
  MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: "SYNC",
  TRANSACTION_METADATA_HISTORY: "SYNC",
};

export const FEATURE_VALUES: Readonly<Record<keyof Features, readonly string[]>> = {
  ACCOUNT_METADATA_HISTORY: ["SYNC", "DISABLED"],
  HASH_LOGS: ["SYNC", "ASYNC", "DISABLED"],
  MOVES_HISTORY: ["ON", "OFF"],
  MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES: ["SYNC", "DISABLED"],
  TRANSACTION_METADATA_HISTORY: ["SYNC", "DISABLED"],
};

/** Effective volumes are known only where moves are kept. */
export function keepsEffectiveVolumes(features: Features): boolean {
  return (
    features.MOVES_HISTORY === "ON" &&
    features.MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES === "SYNC"
  );
}

/** What may be shown of an account beside its facts. */
export const ACCOUNT_EXPANSIONS = ["volumes", "effectiveVolumes"] as const;
export type AccountExpansion = (typeof ACCOUNT_EXPANSIONS)[number];

const EXPANSIONS = {
  volumes: { feature: "MOVES_HISTORY", value: "ON" },
  effectiveVolumes: { feature: "MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES", value: "SYNC" },
} as const;

/** Why an account cannot be expanded so; undefined: it can (contract §5.3). */
export function refuseExpansion(
  features: Features,
  expand: readonly AccountExpansion[],
): LedgerError | undefined {
  const refused = expand.find((name) => {
    const { feature, value } = EXPANSIONS[name];
    return features[feature] !== value;
  });
  if (refused === undefined) {
    return undefined;
  }
  const { feature, value } = EXPANSIONS[refused];
  const rule = `feature ${feature} must be '${value}' to use ${refused}`;
  return validation(`expanding results: ${rule}`);
}
