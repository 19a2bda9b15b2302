/**
 * What was dated ahead when it moved, in a table of its own: a pair may have any number of such
 * moves, and its row, which every move rewrites, holds their sum alone. What the chain of the pair
 * has passed is no longer asked for and goes.
 */
import { keepsEffectiveVolumes, type Features } from "../core/features.ts";
import { LAST_TIME, type Timestamp } from "../core/timestamp.ts";
import { NO_VOLUMES, type Volumes } from "../core/transaction.ts";
import type { LogFacts } from "../engine/facts.ts";
import { aheadIn } from "../engine/overlay.ts";
import type { PairState } from "../engine/view.ts";

export class AheadMoves {
  readonly #sql: SqlStorage;
  readonly #isKept: boolean;

  constructor(sql: SqlStorage, features: Features) {
    this.#sql = sql;
    this.#isKept = keepsEffectiveVolumes(features);
  }

  /** Those of a pair with after < date ≤ until. */
  between(
    account: string,
    asset: string,
    after: Timestamp | undefined,
    until: Timestamp | undefined,
  ): readonly Volumes[] {
    const rows = this.#sql.exec<{ input: string; output: string }>(
      `SELECT input, output FROM ahead_moves
       WHERE account = ? AND asset = ? AND date > ? AND date <= ?`,
      account,
      asset,
      after ?? "",
      until ?? LAST_TIME,
    );
    return rows.toArray().map(({ input, output }) => {
      return { input: BigInt(input), output: BigInt(output) };
    });
  }

  add(facts: LogFacts): void {
    for (const { account, asset, date, input, output } of this.#isKept ? aheadIn(facts) : []) {
      this.#sql.exec(
        "INSERT INTO ahead_moves VALUES (?, ?, ?, ?, ?, ?)",
        account,
        asset,
        date,
        facts.id,
        String(input),
        String(output),
      );
    }
  }

  /** Forgets what the chain of a pair has passed. */
  settle(before: PairState | undefined, { account, asset, chainDate, strays }: PairState): void {
    const { input, output } = strays?.ahead ?? NO_VOLUMES;
    const ahead = before?.strays?.ahead ?? NO_VOLUMES;
    if (chainDate !== undefined && (ahead.input !== input || ahead.output !== output)) {
      this.#sql.exec(
        "DELETE FROM ahead_moves WHERE account = ? AND asset = ? AND date <= ?",
        account,
        asset,
        chainDate,
      );
    }
  }
}
