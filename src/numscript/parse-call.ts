/**
 * Tokens → calls of functions. The interpreter calls by name and finds out when it runs; the
 * machine has four functions, and their arguments are part of its grammar.
 */
import type { Call, Expression, Statement } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseCall, parseExpression } from "./parse-expression.ts";

/** `raw`: a string whose escapes are left as they are. */
type Parameter = "expression" | "string" | "raw";

const MACHINE_ORIGINS: Readonly<Record<string, readonly Parameter[]>> = {
  meta: ["expression", "raw"],
  balance: ["expression", "expression"],
};

const MACHINE_STATEMENTS: Readonly<Record<string, readonly Parameter[]>> = {
  set_tx_meta: ["string", "expression"],
  set_account_meta: ["expression", "string", "expression"],
};

/** Where the value of a variable comes from. */
export function parseOrigin(cursor: Cursor): Expression {
  return cursor.dialect.hasFreeCalls
    ? parseExpression(cursor)
    : parseKnownCall(cursor, MACHINE_ORIGINS, "'meta' or 'balance'");
}

export function parseCallStatement(cursor: Cursor): Statement {
  const { start, kind, dialect } = cursor;
  if (kind !== "name" && (kind !== "overdraft" || !dialect.hasFreeCalls)) {
    cursor.fail("a statement");
    return { kind: "fail", start, end: start };
  }
  const call = dialect.hasFreeCalls
    ? parseCall(cursor)
    : parseKnownCall(cursor, MACHINE_STATEMENTS, "a statement");
  return { kind: "call", call, start, end: cursor.lastEnd };
}

function parseKnownCall(
  cursor: Cursor,
  known: Readonly<Record<string, readonly Parameter[]>>,
  expected: string,
): Call {
  const { start, text } = cursor;
  const parameters = Object.hasOwn(known, text) ? known[text] : undefined;
  if (parameters === undefined) {
    cursor.fail(expected);
  }
  const name = cursor.takeName("name");
  const values: Expression[] = [];
  cursor.expect("(");
  for (const parameter of parameters ?? []) {
    if (values.length > 0) {
      cursor.expect(",");
    }
    values.push(parseParameter(cursor, parameter));
  }
  cursor.expect(")");
  return { kind: "call", name, arguments: values, start, end: cursor.lastEnd };
}

function parseParameter(cursor: Cursor, parameter: Parameter): Expression {
  if (parameter === "expression") {
    return parseExpression(cursor);
  }
  const { start, text } = cursor;
  if (cursor.kind !== "string") {
    cursor.fail("a string");
  }
  if (parameter === "string") {
    return parseExpression(cursor);
  }
  cursor.advance();
  const value = { type: "string", text: text.slice(1, -1) } as const;
  return { kind: "literal", value, start, end: cursor.lastEnd };
}
