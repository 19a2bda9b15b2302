/**
 * What the machine finds out about the sources and destinations of a send before it runs: sources
 * that are empty or bottomless where that makes no sense, portions that make no whole.
 */
import { DENOMINATOR_DIGITS_MAX } from "../../core/limits.ts";
import { WORLD } from "../../core/address.ts";
import type { AccountSource, Destination, Expression, SharePortion, Source } from "../ast.ts";
import { compareToWhole, sum, type Portion } from "../portion.ts";
import type { Problems } from "../problem.ts";
import type { Span } from "../span.ts";
import type { Types } from "./types.ts";

/** What the sources around a source need to know of it. */
interface SourceFacts {
  /** The accounts it leaves empty, as they are written: `@a` and `$a` may be one and the same. */
  readonly emptied: readonly string[];
  /** Something in it gives whatever is asked. */
  readonly isUnbounded: boolean;
}

const CAPPED: SourceFacts = { emptied: [], isUnbounded: false };

export function checkSource(
  source: Source,
  takesAll: boolean,
  types: Types,
  problems: Problems,
): SourceFacts {
  switch (source.kind) {
    case "account":
      return checkAccount(source, takesAll, types, problems);
    case "capped":
      checkSource(source.from, false, types, problems);
      types.expect(source.cap, "monetary", () => "wrong type: expected monetary as max");
      return CAPPED;
    case "allotment": {
      checkPortions(source.shares, source, types, problems);
      for (const share of source.shares) {
        checkSource(share.from, false, types, problems);
      }
      if (takesAll) {
        problems.add("cannot take all balance of an allotment source", source);
      }
      return CAPPED;
    }
    case "inorder":
    case "oneof":
      return checkList(source.sources, source, { takesAll, types, problems });
    case "scaled":
      // The machine's grammar has none.
      return CAPPED;
  }
}

function checkAccount(
  source: AccountSource,
  takesAll: boolean,
  types: Types,
  problems: Problems,
): SourceFacts {
  const { account, overdraft } = source;
  types.expect(
    account,
    "account",
    () => "wrong type: expected account or allocation as destination",
  );
  const isWorld = account.kind === "literal" && isWorldAccount(account);
  if (isWorld && overdraft !== undefined) {
    problems.add("@world is already set to an unbounded overdraft", source);
  }
  if (overdraft !== undefined && overdraft !== "unbounded") {
    types.expect(overdraft, "monetary", () => "wrong type: expected monetary");
  }
  const isUnbounded = isWorld || overdraft === "unbounded";
  if (isUnbounded && takesAll) {
    problems.add("cannot take all balance of an unbounded source", source);
  }
  const written = writtenAccount(account);
  return { emptied: written === undefined ? [] : [written], isUnbounded };
}

function isWorldAccount(expression: Expression): boolean {
  return writtenAccount(expression) === `@${WORLD}`;
}

function writtenAccount(expression: Expression): string | undefined {
  if (expression.kind === "variable") {
    return `$${expression.name}`;
  }
  return expression.kind === "literal" && expression.value.type === "account"
    ? `@${expression.value.address}`
    : undefined;
}

interface SourceCheck {
  readonly takesAll: boolean;
  readonly types: Types;
  readonly problems: Problems;
}

function checkList(sources: readonly Source[], span: Span, check: SourceCheck): SourceFacts {
  const { takesAll, types, problems } = check;
  const emptied = new Set<string>();
  let isUnbounded = false;
  for (const source of sources) {
    if (isUnbounded) {
      problems.add("an unbounded subsource can only be in last position", span);
    }
    const facts = checkSource(source, takesAll, types, problems);
    isUnbounded = facts.isUnbounded;
    const again = facts.emptied.find((account) => emptied.has(account));
    if (again !== undefined) {
      problems.add(`${again} is already empty at this stage`, source);
    }
    facts.emptied.forEach((account) => emptied.add(account));
  }
  return { emptied: [...emptied], isUnbounded };
}

export function checkDestination(destination: Destination, types: Types, problems: Problems): void {
  switch (destination.kind) {
    case "account":
      types.expect(
        destination.account,
        "account",
        () => "wrong type: expected account as destination",
      );
      return;
    case "inorder":
    case "oneof":
      for (const { cap, to } of destination.clauses) {
        types.expect(cap, "monetary", () => "wrong type: expected monetary as max");
        checkTarget(to, types, problems);
      }
      checkTarget(destination.remaining, types, problems);
      return;
    case "allotment":
      checkPortions(destination.shares, destination, types, problems);
      for (const { to } of destination.shares) {
        checkTarget(to, types, problems);
      }
  }
}

function checkTarget(target: Destination | undefined, types: Types, problems: Problems): void {
  if (target !== undefined) {
    checkDestination(target, types, problems);
  }
}

/** Constant portions are added up here; what variables bring is known only when the script runs. */
function checkPortions(
  shares: readonly { readonly portion: SharePortion }[],
  span: Span,
  types: Types,
  problems: Problems,
): void {
  const constants: Portion[] = [];
  let remaining: Span | undefined;
  let hasVariable = false;
  for (const { portion } of shares) {
    const { expression } = portion;
    if (expression === undefined) {
      if (remaining !== undefined) {
        problems.add("two uses of `remaining` in the same allocation", remaining);
      }
      remaining ??= portion;
      continue;
    }
    types.expect(expression, "portion", (type) => {
      return `wrong type: expected type portion for variable: ${type}`;
    });
    if (expression.kind === "literal" && expression.value.type === "portion") {
      constants.push(expression.value.portion);
    } else {
      hasVariable = true;
    }
  }
  const wrong = wrongSum(sum(constants), remaining !== undefined, hasVariable);
  if (wrong !== undefined) {
    problems.add(wrong, span);
  }
}

function wrongSum(
  total: Portion | undefined,
  hasRemaining: boolean,
  hasVariable: boolean,
): string | undefined {
  if (total === undefined) {
    return `the portions' common denominator has more than ${DENOMINATOR_DIGITS_MAX} digits`;
  }
  const comparison = compareToWhole(total);
  if (comparison > 0) {
    return "the sum of known portions is greater than 100%";
  }
  if (comparison < 0) {
    return hasRemaining ? undefined : "the sum of portions might be less than 100%";
  }
  if (hasRemaining) {
    return "known portions are already equal to 100%";
  }
  return hasVariable ? "the sum of portions might be greater than 100%" : undefined;
}
