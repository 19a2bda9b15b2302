/**
 * The portions of a block, worked out when money reaches it. Without `remaining` they must make a
 * whole; with it they may even make more, and the last `remaining` is what is missing then.
 */
import { DENOMINATOR_DIGITS_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { SharePortion } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { allocate, compareToWhole, NONE, remainder, sum, type Portion } from "../portion.ts";
import { evaluateAs } from "./evaluate.ts";
import { failure, invalidPortions } from "./faults.ts";
import type { Session } from "./session.ts";

/** The shares of an amount, one for each portion. */
export function split(
  amount: bigint,
  shares: readonly { readonly portion: SharePortion }[],
  session: Session,
): Result<readonly bigint[], Fault> {
  const portions: Portion[] = [];
  for (const { portion } of shares) {
    if (portion.expression === undefined) {
      portions.push(NONE);
      continue;
    }
    const value = evaluateAs(portion.expression, "portion", session);
    if (!value.ok) {
      return value;
    }
    portions.push(value.value.portion);
  }
  const total = sum(portions);
  if (total === undefined) {
    const limit = `${DENOMINATOR_DIGITS_MAX} digits`;
    return err(failure(`the portions' common denominator has more than ${limit}`));
  }
  const remaining = shares.findLastIndex(({ portion }) => portion.expression === undefined);
  if (remaining >= 0) {
    portions[remaining] = remainder(total);
  } else if (compareToWhole(total) !== 0) {
    return err(invalidPortions(total));
  }
  return ok(allocate(amount, portions));
}
