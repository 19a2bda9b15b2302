/**
 * Tokens → tree: scripts, variables, statements. Recursive descent, one function for one rule; the
 * dialects share the rules and differ where `dialect.ts` says so.
 *
 *     script    = ["#!" "[" "feature" "(" [STRING {"," STRING}] ")" "]"] [variables] {statement}
 *     variables = "vars" "{" {type VARIABLE ["=" expression]} "}"
 *     statement = send | save | call | "print" expression | "fail"
 */
import { SCRIPT_VARIABLES_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Declaration, Destination, Feature, Program, Sent, Source, Statement } from "./ast.ts";
import { Cursor } from "./cursor.ts";
import type { Dialect } from "./dialect.ts";
import { lex } from "./lexer.ts";
import { parseCallStatement, parseOrigin } from "./parse-call.ts";
import { parseDestination } from "./parse-destination.ts";
import { parseBracket, parseExpression, parseExpressionFrom } from "./parse-expression.ts";
import { parseSource } from "./parse-source.ts";
import { Problems, type Problem } from "./problem.ts";

export function parse(source: string, dialect: Dialect): Result<Program, readonly Problem[]> {
  const lexed = lex(source, dialect);
  const problems = new Problems();
  const program = parseProgram(new Cursor(source, dialect, lexed.tokens, problems));
  const found = [...lexed.problems, ...problems.list];
  return found.length === 0 ? ok(program) : err(found);
}

function parseProgram(cursor: Cursor): Program {
  while (cursor.accept("line")) {
    // Lines before the first statement may be empty.
  }
  const features = cursor.kind === "#!" ? parseFeatures(cursor) : [];
  const variables = cursor.kind === "vars" ? parseVariables(cursor) : [];
  const statements: Statement[] = [];
  while (cursor.kind !== "end" || (statements.length === 0 && !cursor.dialect.allowsEmpty)) {
    const { start } = cursor;
    cursor.begin();
    statements.push(parseStatement(cursor));
    endStatement(cursor);
    cursor.finish(start);
  }
  const { runtime } = cursor.dialect;
  return { runtime, source: cursor.source, features, variables, statements };
}

/** Where lines matter, one line end separates two statements, and any number may end the script. */
function endStatement(cursor: Cursor): void {
  if (!cursor.dialect.hasLines || cursor.kind === "end") {
    return;
  }
  cursor.expect("line");
  if (cursor.kind === "line") {
    while (cursor.accept("line")) {
      // Only the end of the script may follow.
    }
    cursor.expect("end");
  }
}

function parseFeatures(cursor: Cursor): Feature[] {
  const { start } = cursor;
  const features: Feature[] = [];
  cursor.expect("#!");
  cursor.expect("[");
  cursor.expect("feature");
  cursor.expect("(");
  if (cursor.kind !== ")") {
    do {
      features.push(parseFeature(cursor));
    } while (cursor.accept(","));
  }
  cursor.expect(")");
  cursor.expect("]");
  cursor.finish(start);
  return features;
}

function parseFeature(cursor: Cursor): Feature {
  const { start, text } = cursor;
  cursor.expect("string");
  return { name: text.slice(1, -1), start, end: cursor.lastEnd };
}

function parseVariables(cursor: Cursor): Declaration[] {
  const { start } = cursor;
  const variables: Declaration[] = [];
  cursor.expect("vars");
  cursor.expect("{");
  cursor.expectLine();
  while (cursor.kind === "name" || (variables.length === 0 && !cursor.dialect.allowsEmpty)) {
    variables.push(parseDeclaration(cursor));
    if (cursor.hasFailed) {
      break;
    }
    if (variables.length > SCRIPT_VARIABLES_MAX) {
      cursor.giveUp(`too many variables, the limit is ${SCRIPT_VARIABLES_MAX}`, cursor.span);
    }
  }
  cursor.expect("}");
  cursor.expectLine();
  cursor.finish(start);
  return variables;
}

function parseDeclaration(cursor: Cursor): Declaration {
  const { start } = cursor;
  cursor.begin();
  const type = cursor.takeName("name");
  const variable = cursor.takeName("variable");
  const name = { ...variable, text: variable.text.slice(1) };
  const origin = cursor.accept("=") ? parseOrigin(cursor) : undefined;
  const end = cursor.lastEnd;
  cursor.expectLine();
  while (cursor.accept("line")) {
    // Lines between declarations may be empty.
  }
  return { type, name, origin, start, end };
}

function parseStatement(cursor: Cursor): Statement {
  const { start, kind } = cursor;
  switch (kind) {
    case "send":
      return parseSend(cursor);
    case "save": {
      cursor.advance();
      const sent = parseSent(cursor);
      cursor.expect("from");
      const account = parseExpression(cursor);
      return { kind, sent, account, start, end: cursor.lastEnd };
    }
    case "print": {
      cursor.advance();
      return { kind, expression: parseExpression(cursor), start, end: cursor.lastEnd };
    }
    case "fail":
      cursor.advance();
      return { kind, start, end: cursor.lastEnd };
    default:
      return parseCallStatement(cursor);
  }
}

function parseSend(cursor: Cursor): Statement {
  const { start, dialect } = cursor;
  cursor.expect("send");
  const sent = parseSent(cursor);
  cursor.expect("(");
  cursor.expectLine();
  let source: Source;
  let destination: Destination;
  if (dialect.allowsAnyOrder && cursor.kind === "destination") {
    destination = parseDestinationClause(cursor);
    source = parseSourceClause(cursor);
  } else {
    source = parseSourceClause(cursor);
    destination = parseDestinationClause(cursor);
  }
  cursor.expect(")");
  return { kind: "send", sent, source, destination, start, end: cursor.lastEnd };
}

function parseSourceClause(cursor: Cursor): Source {
  cursor.expect("source");
  cursor.expect("=");
  const source = parseSource(cursor, true);
  cursor.expectLine();
  return source;
}

function parseDestinationClause(cursor: Cursor): Destination {
  cursor.expect("destination");
  cursor.expect("=");
  const destination = parseDestination(cursor);
  cursor.expectLine();
  return destination;
}

/** sent = "[" expression "*" "]" | expression */
function parseSent(cursor: Cursor): Sent {
  const { start, kind } = cursor;
  if (kind !== "[") {
    return { kind: "amount", monetary: parseExpression(cursor), start, end: cursor.lastEnd };
  }
  const bracket = parseBracket(cursor);
  if (bracket.kind === "all") {
    return bracket;
  }
  const monetary = parseExpressionFrom(cursor, start, bracket);
  return { kind: "amount", monetary, start, end: cursor.lastEnd };
}
