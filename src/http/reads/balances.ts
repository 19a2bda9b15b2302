/**
 * Balances summed over accounts, for every dialect of the API (contract §11.3).
 */
import { validation, type LedgerError } from "../../core/error.ts";
import type { Features } from "../../core/features.ts";
import { err, type Result } from "../../core/result.ts";
import type { Timestamp } from "../../core/timestamp.ts";
import type { Filter } from "../../filter/ast.ts";
import { aggregateBalances, type AssetBalance } from "../../read-model/balances.ts";
import { askLedger } from "../ask.ts";
import type { App } from "../context.ts";

type Answer<T> = Result<T, LedgerError>;

export interface BalanceRequest {
  readonly pit: Timestamp | undefined;
  /** Of no effect without a date. */
  readonly byInsertion: boolean;
  readonly filter: Filter | undefined;
}

export function askBalances(
  c: App,
  { pit, byInsertion, filter }: BalanceRequest,
): Promise<Answer<readonly AssetBalance[]>> {
  const kind = byInsertion ? "insertion" : "effective";
  return askLedger(c, ({ db, scope, features }) => {
    const missing = pit === undefined ? undefined : missingFeature(features, byInsertion);
    if (missing !== undefined) {
      return err(validation(`missing feature "${missing}"`));
    }
    const view = {
      kind,
      pit,
      oot: undefined,
      hasMetadataHistory: features.ACCOUNT_METADATA_HISTORY === "SYNC",
    } as const;
    const question = aggregateBalances(db, scope, view, filter);
    return question.ok ? question : err(validation(question.error));
  });
}

function missingFeature(features: Features, byInsertion: boolean): keyof Features | undefined {
  if (byInsertion) {
    return features.MOVES_HISTORY === "ON" ? undefined : "MOVES_HISTORY";
  }
  const name = "MOVES_HISTORY_POST_COMMIT_EFFECTIVE_VOLUMES";
  return features[name] === "SYNC" ? undefined : name;
}
