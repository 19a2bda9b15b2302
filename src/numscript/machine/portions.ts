/**
 * The portions of a block once variables are known: together never more than the whole.
 */
import { DENOMINATOR_DIGITS_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { SharePortion } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { compareToWhole, remainder, sum, type Portion } from "../portion.ts";
import { badPortions } from "./faults.ts";
import type { Scope } from "./scope.ts";

export function sharesOf(
  shares: readonly { readonly portion: SharePortion }[],
  scope: Scope,
): Result<readonly Portion[], Fault> {
  const known = shares.map(({ portion: { expression } }) => {
    return expression === undefined ? undefined : scope.portion(expression);
  });
  const total = sum(known.filter((portion) => portion !== undefined));
  if (total === undefined) {
    const limit = `${DENOMINATOR_DIGITS_MAX} digits`;
    return err(badPortions(`the portions' common denominator has more than ${limit}`));
  }
  if (compareToWhole(total) > 0) {
    return err(badPortions("sum of portions exceeded 100%"));
  }
  return ok(known.map((portion) => portion ?? remainder(total)));
}
