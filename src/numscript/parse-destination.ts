/**
 * Tokens → destinations.
 *
 *     destination = expression | ["oneof"] "{" {"max" expression target} "remaining" target "}"
 *                 | "{" share {share} "}"
 *     share       = (expression | "remaining") target
 *     target      = "to" destination | "kept"
 */
import type { Clause, Destination, DestinationShare, Target } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parsePortion } from "./parse-source.ts";

/** Stands where a destination is missing; the problem is told already. */
const NOWHERE: Destination = { kind: "allotment", shares: [], start: 0, end: 0 };

export function parseDestination(cursor: Cursor): Destination {
  return cursor.nested(() => {
    cursor.countPart();
    const { start, kind } = cursor;
    if (kind === "oneof") {
      cursor.advance();
      cursor.expect("{");
      return parseOrdered(cursor, "oneof", start);
    }
    if (kind !== "{") {
      const account = parseExpression(cursor);
      return { kind: "account", account, start, end: account.end };
    }
    cursor.advance();
    cursor.expectLine();
    return cursor.kind === "max"
      ? parseOrdered(cursor, "inorder", start)
      : parseAllotment(cursor, start);
  }, NOWHERE);
}

function parseOrdered(cursor: Cursor, kind: "inorder" | "oneof", start: number): Destination {
  const clauses: Clause[] = [];
  while (cursor.kind === "max") {
    clauses.push(parseClause(cursor));
  }
  cursor.expect("remaining");
  const remaining = parseTarget(cursor);
  cursor.expectLine();
  cursor.expect("}");
  return { kind, clauses, remaining, start, end: cursor.lastEnd };
}

function parseClause(cursor: Cursor): Clause {
  const { start } = cursor;
  cursor.expect("max");
  const cap = parseExpression(cursor);
  const to = parseTarget(cursor);
  const end = cursor.lastEnd;
  cursor.expectLine();
  return { cap, to, start, end };
}

function parseAllotment(cursor: Cursor, start: number): Destination {
  const shares: DestinationShare[] = [];
  do {
    shares.push(parseShare(cursor));
  } while (!cursor.closes("}"));
  cursor.expect("}");
  return { kind: "allotment", shares, start, end: cursor.lastEnd };
}

function parseShare(cursor: Cursor): DestinationShare {
  const portion = parsePortion(cursor);
  const to = parseTarget(cursor);
  const end = cursor.lastEnd;
  cursor.expectLine();
  return { portion, to, start: portion.start, end };
}

function parseTarget(cursor: Cursor): Target {
  if (cursor.accept("kept")) {
    return undefined;
  }
  if (cursor.accept("to")) {
    return parseDestination(cursor);
  }
  cursor.fail("'to' or 'kept'");
  return undefined;
}
