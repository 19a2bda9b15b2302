/**
 * Tokens → sources.
 *
 *     source  = account | "max" expression "from" source | ["oneof"] "{" {source} "}"
 *             | "{" share {share} "}"
 *     share   = (expression | "remaining") "from" source
 *     account = expression [color] [overdraft] | expression "with" "scaling" "through" expression
 */
import type { Expression, SharePortion, Source, SourceShare } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { quoted } from "./problem.ts";

/** Stands where a source is missing; the problem is told already. */
const NOWHERE: Source = { kind: "inorder", sources: [], start: 0, end: 0 };

/** `isWhole`: it is all that a send takes from. */
export function parseSource(cursor: Cursor, isWhole = false): Source {
  return cursor.nested(() => {
    cursor.countPart();
    switch (cursor.kind) {
      case "{":
        return parseBlock(cursor, isWhole);
      case "max":
        return parseCapped(cursor);
      case "oneof":
        return parseOneof(cursor);
      default:
        return parseAccount(cursor, parseExpression(cursor));
    }
  }, NOWHERE);
}

function parseCapped(cursor: Cursor): Source {
  const { start } = cursor;
  cursor.expect("max");
  const cap = parseExpression(cursor);
  cursor.expect("from");
  const from = parseSource(cursor);
  return { kind: "capped", cap, from, start, end: cursor.lastEnd };
}

function parseOneof(cursor: Cursor): Source {
  const { start } = cursor;
  cursor.expect("oneof");
  cursor.expect("{");
  const sources = parseSources(cursor, [parseSource(cursor)]);
  return { kind: "oneof", sources, start, end: cursor.lastEnd };
}

/** What stands first inside decides whether a block is a list or is split by portions. */
function parseBlock(cursor: Cursor, isWhole: boolean): Source {
  const { start } = cursor;
  cursor.expect("{");
  cursor.expectLine();
  if (cursor.kind === "}" && cursor.dialect.allowsEmpty) {
    cursor.advance();
    return { kind: "inorder", sources: [], start, end: cursor.lastEnd };
  }
  if (BEGINS_SOURCE.has(cursor.kind)) {
    const sources = parseSources(cursor, [parseSource(cursor)]);
    return { kind: "inorder", sources, start, end: cursor.lastEnd };
  }
  const maySplit = isWhole || cursor.dialect.allotsAnywhere;
  if (maySplit && cursor.kind === "remaining") {
    return parseAllotment(cursor, start, parsePortion(cursor));
  }
  const first = parseExpression(cursor);
  if (maySplit && cursor.kind === "from" && mayBePortion(cursor, first)) {
    return parseAllotment(cursor, start, checkedPortion(cursor, first));
  }
  cursor.countPart();
  const sources = parseSources(cursor, [parseAccount(cursor, first)]);
  return { kind: "inorder", sources, start, end: cursor.lastEnd };
}

const BEGINS_SOURCE: ReadonlySet<string> = new Set(["{", "max", "oneof"]);

/** The rest of a list whose first source is parsed, and the brace that closes it. */
function parseSources(cursor: Cursor, sources: Source[]): Source[] {
  cursor.expectLine();
  while (!cursor.closes("}")) {
    sources.push(parseSource(cursor));
    cursor.expectLine();
  }
  cursor.expect("}");
  return sources;
}

function parseAllotment(cursor: Cursor, start: number, first: SharePortion): Source {
  const shares = [parseShare(cursor, first)];
  while (!cursor.closes("}")) {
    shares.push(parseShare(cursor, parsePortion(cursor)));
  }
  cursor.expect("}");
  return { kind: "allotment", shares, start, end: cursor.lastEnd };
}

function parseShare(cursor: Cursor, portion: SharePortion): SourceShare {
  cursor.expect("from");
  const from = parseSource(cursor);
  const end = cursor.lastEnd;
  cursor.expectLine();
  return { portion, from, start: portion.start, end };
}

/** portion = expression | "remaining" */
export function parsePortion(cursor: Cursor): SharePortion {
  const { start } = cursor;
  return cursor.accept("remaining")
    ? { expression: undefined, start, end: cursor.lastEnd }
    : checkedPortion(cursor, parseExpression(cursor));
}

function checkedPortion(cursor: Cursor, expression: Expression): SharePortion {
  const { start, end } = expression;
  if (!mayBePortion(cursor, expression)) {
    const found = quoted(cursor.source, expression);
    cursor.giveUp(`mismatched input ${found} expecting a portion`, expression);
  }
  return { expression, start, end };
}

/** Without rich expressions a portion is written as such, or it is a variable. */
function mayBePortion(cursor: Cursor, expression: Expression): boolean {
  return (
    cursor.dialect.hasRichExpressions ||
    expression.kind === "variable" ||
    (expression.kind === "literal" && expression.value.type === "portion")
  );
}

/** account = expression ["\\" expression] ["allowing" …] | expression "with" "scaling" … */
function parseAccount(cursor: Cursor, account: Expression): Source {
  const { start } = account;
  if (cursor.accept("with")) {
    cursor.expect("scaling");
    cursor.expect("through");
    const through = parseExpression(cursor);
    return { kind: "scaled", account, through, start, end: cursor.lastEnd };
  }
  const color = cursor.accept("\\") ? parseExpression(cursor) : undefined;
  const overdraft = parseOverdraft(cursor);
  return { kind: "account", account, color, overdraft, start, end: cursor.lastEnd };
}

/** overdraft = "allowing" ("unbounded" "overdraft" | "overdraft" "up" "to" expression) */
function parseOverdraft(cursor: Cursor): "unbounded" | Expression | undefined {
  if (cursor.accept("allowing unbounded overdraft")) {
    return "unbounded";
  }
  if (cursor.accept("allowing overdraft up to")) {
    return parseExpression(cursor);
  }
  if (!cursor.accept("allowing")) {
    return undefined;
  }
  if (cursor.accept("unbounded")) {
    cursor.expect("overdraft");
    return "unbounded";
  }
  cursor.expect("overdraft");
  cursor.expect("up");
  cursor.expect("to");
  return parseExpression(cursor);
}
