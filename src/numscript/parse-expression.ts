/**
 * Tokens → expressions. Signs, divisions, parentheses and calls only where the dialect has rich
 * expressions; otherwise the amount in a bracket is a number.
 *
 *     expression = quotient {("+" | "-") quotient}        quotient = signed {"/" signed}
 *     signed     = {"-"} term                             bracket  = "[" expression expression "]"
 *     term       = LITERAL | VARIABLE | account | bracket | "(" expression ")" | call
 *     call       = NAME "(" [expression {"," expression}] ")"
 */
import { SCRIPT_DIGITS_MAX } from "../core/limits.ts";
import type { Call, Expression, Literal, Operand, Operator, Sent, Variable } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { readPortion, WHOLE } from "./portion.ts";
import type { Span } from "./span.ts";
import type { Value } from "./value.ts";

export function parseExpression(cursor: Cursor): Expression {
  const { start } = cursor;
  return parseExpressionFrom(cursor, start, parseSigned(cursor));
}

/** An expression that begins at `start` and whose first term is parsed already. */
export function parseExpressionFrom(cursor: Cursor, start: number, term: Expression): Expression {
  const first = parseQuotient(cursor, start, term);
  const rest: Operand[] = [];
  while (cursor.kind === "+" || cursor.kind === "-") {
    rest.push(parseOperand(cursor, cursor.kind, parseSignedQuotient));
  }
  return operation(first, rest, start);
}

function parseSignedQuotient(cursor: Cursor): Expression {
  const { start } = cursor;
  return parseQuotient(cursor, start, parseSigned(cursor));
}

function parseQuotient(cursor: Cursor, start: number, term: Expression): Expression {
  const rest: Operand[] = [];
  while (cursor.kind === "/") {
    rest.push(parseOperand(cursor, cursor.kind, parseSigned));
  }
  return fraction(term, rest, start) ?? operation(term, rest, start);
}

function parseOperand(
  cursor: Cursor,
  operator: Operator,
  rule: (cursor: Cursor) => Expression,
): Operand {
  const { start } = cursor;
  cursor.countPart();
  cursor.advance();
  const textStart = cursor.start;
  const operand = rule(cursor);
  const isGrouped = operand.start > textStart;
  return { operator, operand, isGrouped, start, end: cursor.lastEnd };
}

function operation(first: Expression, rest: readonly Operand[], start: number): Expression {
  const last = rest.at(-1);
  return last === undefined ? first : { kind: "operation", first, rest, start, end: last.end };
}

/** `1/2` is worked out once and for all. */
function fraction(first: Expression, rest: readonly Operand[], start: number): Literal | undefined {
  const divisor = rest[0];
  if (rest.length !== 1 || divisor === undefined) {
    return undefined;
  }
  const numerator = numberIn(first);
  const denominator = numberIn(divisor.operand);
  return numerator === undefined || denominator === undefined || denominator <= 0n
    ? undefined
    : literal({ type: "portion", portion: { numerator, denominator } }, start, divisor.end);
}

function numberIn(expression: Expression): bigint | undefined {
  return expression.kind === "literal" && expression.value.type === "number"
    ? expression.value.number
    : undefined;
}

function literal(value: Value, start: number, end: number): Literal {
  return { kind: "literal", value, start, end };
}

function parseSigned(cursor: Cursor): Expression {
  if (cursor.kind !== "-" || !cursor.dialect.hasRichExpressions) {
    return parseTerm(cursor);
  }
  const { start } = cursor;
  cursor.advance();
  const operand = cursor.nested(() => parseSigned(cursor), NOTHING);
  return negation(operand, start);
}

function negation(operand: Expression, start: number): Expression {
  const number = numberIn(operand);
  return number === undefined
    ? { kind: "negation", operand, start, end: operand.end }
    : literal({ type: "number", number: -number }, start, operand.end);
}

/** Stands where an expression is missing; the problem is told already. */
const NOTHING = literal({ type: "string", text: "" }, 0, 0);

function parseTerm(cursor: Cursor): Expression {
  const { kind, start, text } = cursor;
  switch (kind) {
    case "variable":
      cursor.advance();
      return variable(text, start);
    case "account":
    case "@":
      return parseAccount(cursor);
    case "[": {
      const bracket = parseBracket(cursor);
      if (bracket.kind !== "all") {
        return bracket;
      }
      cursor.giveUp("mismatched input '*' expecting an amount", bracket);
      return NOTHING;
    }
    case "(":
    case "name":
    case "overdraft":
      return cursor.dialect.hasRichExpressions ? parseGroup(cursor) : parseLiteral(cursor);
    default:
      return parseLiteral(cursor);
  }
}

function variable(text: string, start: number): Variable {
  return { kind: "variable", name: text.slice(1), start, end: start + text.length };
}

function parseGroup(cursor: Cursor): Expression {
  return cursor.nested(() => {
    if (!cursor.accept("(")) {
      return parseCall(cursor);
    }
    const inner = parseExpression(cursor);
    cursor.expect(")");
    return inner;
  }, NOTHING);
}

export function parseCall(cursor: Cursor): Call {
  const { start } = cursor;
  const name = cursor.takeName(cursor.kind === "overdraft" ? "overdraft" : "name");
  const values: Expression[] = [];
  cursor.expect("(");
  if (cursor.kind !== ")") {
    do {
      cursor.countPart();
      values.push(parseExpression(cursor));
    } while (cursor.accept(","));
  }
  cursor.expect(")");
  return { kind: "call", name, arguments: values, start, end: cursor.lastEnd };
}

function parseLiteral(cursor: Cursor): Expression {
  const { start, text } = cursor;
  const value = literalValue(cursor);
  if (value === undefined) {
    return NOTHING;
  }
  cursor.advance();
  return literal(value, start, start + text.length);
}

function literalValue(cursor: Cursor): Value | undefined {
  const { kind, text } = cursor;
  switch (kind) {
    case "asset":
      return { type: "asset", asset: text };
    case "number": {
      const number = readNumber(cursor);
      return number === undefined ? undefined : { type: "number", number };
    }
    case "portion":
      return portionValue(cursor);
    case "string": {
      const read = cursor.dialect.readString(text.slice(1, -1));
      if (read === undefined) {
        cursor.giveUp("invalid syntax", cursor.span);
        return undefined;
      }
      return { type: "string", text: read };
    }
    default:
      cursor.fail("an expression");
      return undefined;
  }
}

function readNumber(cursor: Cursor): bigint | undefined {
  return isLong(cursor) ? undefined : BigInt(cursor.text.replaceAll("_", ""));
}

function isLong(cursor: Cursor): boolean {
  if (cursor.text.length <= SCRIPT_DIGITS_MAX) {
    return false;
  }
  cursor.giveUp(`too many digits, the limit is ${SCRIPT_DIGITS_MAX}`, cursor.span);
  return true;
}

function portionValue(cursor: Cursor): Value | undefined {
  if (isLong(cursor)) {
    return undefined;
  }
  const portion = readPortion(cursor.text);
  if (portion === undefined) {
    cursor.giveUp("invalid fractional format", cursor.span);
  }
  return { type: "portion", portion: portion ?? WHOLE };
}

/** account = "@" part {":" part}, part = TEXT | VARIABLE. Blanks may stand before a colon. */
function parseAccount(cursor: Cursor): Expression {
  const { start } = cursor;
  const parts = [cursor.kind === "account" ? accountText(cursor) : parsePart(cursor)];
  while (cursor.kind === ":") {
    parts.push(parsePart(cursor));
  }
  const texts = parts.filter((part) => typeof part === "string");
  const end = cursor.lastEnd;
  return texts.length === parts.length
    ? literal({ type: "account", address: texts.join(":") }, start, end)
    : { kind: "interpolation", parts, start, end };
}

function accountText(cursor: Cursor): string {
  const address = cursor.text.slice(1);
  cursor.advance();
  return address;
}

/** The sign before the part is passed, too. */
function parsePart(cursor: Cursor): string | Variable {
  cursor.advance();
  const { kind, start, text } = cursor;
  if (kind !== "part" && kind !== "variable") {
    cursor.fail("a part of an account");
    return "";
  }
  cursor.advance();
  return kind === "part" ? text : variable(text, start);
}

type Bracket = Expression | Extract<Sent, { readonly kind: "all" }>;

/** A monetary, or all of an asset. */
export function parseBracket(cursor: Cursor): Bracket {
  return cursor.nested<Bracket>(() => {
    const { start } = cursor;
    cursor.expect("[");
    const textStart = cursor.start;
    const asset = parseExpression(cursor);
    if (cursor.accept("*")) {
      cursor.expect("]");
      return { kind: "all", asset, start, end: cursor.lastEnd };
    }
    const isGrouped = asset.start > textStart;
    const split = cursor.kind === "]" && !isGrouped ? splitSum(cursor, asset) : undefined;
    const [kept, amount] = split ?? [asset, parseAmount(cursor)];
    cursor.expect("]");
    return monetary(kept, amount, { start, end: cursor.lastEnd });
  }, NOTHING);
}

function parseAmount(cursor: Cursor): Expression {
  if (cursor.dialect.hasRichExpressions) {
    return parseExpression(cursor);
  }
  if (cursor.kind !== "number") {
    cursor.fail("a number");
  }
  return parseLiteral(cursor);
}

/**
 * `[USD/2 -100]` reads like a difference, so the amount is looked for in vain. Then the last minus
 * is a sign, and what follows it is the amount.
 */
function splitSum(
  { dialect }: Cursor,
  asset: Expression,
): readonly [Expression, Expression] | undefined {
  if (asset.kind !== "operation" || !dialect.hasRichExpressions) {
    return undefined;
  }
  const { first, rest, start } = asset;
  const at = rest.findLastIndex(({ operator }) => operator === "-");
  const sign = rest[at];
  if (sign === undefined) {
    return undefined;
  }
  const amount = operation(signed(sign), rest.slice(at + 1), sign.start);
  return [operation(first, rest.slice(0, at), start), amount];
}

/** A sign binds closer than a division: `-1/2` is `(-1)/2`. */
function signed({ operand, isGrouped, start }: Operand): Expression {
  if (operand.kind === "operation" && !isGrouped) {
    return { ...operand, first: negation(operand.first, start), start };
  }
  if (operand.kind === "literal" && operand.value.type === "portion" && !isGrouped) {
    const { numerator, denominator } = operand.value.portion;
    const portion = { numerator: -numerator, denominator };
    return literal({ type: "portion", portion }, start, operand.end);
  }
  return negation(operand, start);
}

function monetary(asset: Expression, amount: Expression, { start, end }: Span): Expression {
  const number = numberIn(amount);
  return asset.kind === "literal" && asset.value.type === "asset" && number !== undefined
    ? literal({ type: "monetary", asset: asset.value.asset, amount: number }, start, end)
    : { kind: "monetary", asset, amount, start, end };
}
