/**
 * What a ledger records beyond its books, chosen at creation and fixed for its life (contract
 * §3.1). A feature that is off costs no rows; a query that needs it is refused.
 */
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
