/**
 * Effective totals at a past date, for commands dated before what is already in the books. They
 * live in the read model, so a decision that needs them runs twice: once to learn which are missing
 * (they count as zero, and nothing of that run is kept), and again with what was read. What was
 * committed or staged since the reading is added from the view.
 */
import type { Timestamp } from "../core/timestamp.ts";
import { NO_VOLUMES, type Volumes } from "../core/transaction.ts";
import type { LedgerView } from "./view.ts";

/** One question: the total of the moves of a pair dated at or before `date`. */
export interface TotalQuestion {
  readonly account: string;
  readonly asset: string;
  readonly date: Timestamp;
}

export function questionKey(question: TotalQuestion): string {
  return `${question.account} ${question.asset} ${question.date}`;
}

export class EffectiveTotals {
  readonly #known: ReadonlyMap<string, Volumes>;
  readonly #readAt: number;
  readonly missing = new Map<string, TotalQuestion>();

  /** `known` by questionKey, as of the log `readAt`. */
  constructor(known: ReadonlyMap<string, Volumes>, readAt: number) {
    this.#known = known;
    this.#readAt = readAt;
  }

  at(view: LedgerView, account: string, asset: string, date: Timestamp): Volumes {
    const question = { account, asset, date };
    const key = questionKey(question);
    const known = this.#known.get(key);
    const recentMoves = known && view.recentMoves(account, asset, this.#readAt);
    if (known === undefined || recentMoves === undefined) {
      this.missing.set(key, question);
      return NO_VOLUMES;
    }
    let { input, output } = known;
    for (const recent of recentMoves) {
      if (recent.effective <= date) {
        input += recent.input;
        output += recent.output;
      }
    }
    return { input, output };
  }
}
