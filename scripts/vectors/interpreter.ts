/**
 * Vectors of the interpreter v0.0.24: parses, runs and compares outcome, errors with their places,
 * and the balances asked for.
 */
import { DIALECTS } from "../../src/numscript/dialect.ts";
import { scaleOf } from "../../src/numscript/interpreter/exchange.ts";
import { runInterpreter } from "../../src/numscript/interpreter/run.ts";
import type { Fault } from "../../src/numscript/outcome.ts";
import { parse } from "../../src/numscript/parse.ts";
import type { Problem } from "../../src/numscript/problem.ts";
import type { Program, ScriptOutcome } from "../../src/numscript/script.ts";
import { positionOf, type Span } from "../../src/numscript/span.ts";
import { booksOf } from "./books.ts";
import {
  assertionDifference,
  difference,
  outcomeDifference,
  pairsDifference,
  plain,
} from "./compare.ts";
import type { Expectation, Range, Recorded, RecordedError, VectorCase } from "./format.ts";

type Actual =
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] }
  | { readonly kind: "failed"; readonly fault: Fault }
  | { readonly kind: "done"; readonly outcome: ScriptOutcome };

function execute(vector: VectorCase, featureFlags: readonly string[]): Actual {
  const program = parse(vector.script ?? "", DIALECTS["experimental-interpreter"]);
  if (!program.ok) {
    return { kind: "unreadable", problems: program.error };
  }
  const books = booksOf(vector, false);
  const outcome = runInterpreter(program.value, vector.vars ?? {}, books, { featureFlags });
  return outcome.ok
    ? { kind: "done", outcome: outcome.value }
    : { kind: "failed", fault: outcome.error };
}

/** undefined: as recorded. */
export function checkInterpreterVector(vector: VectorCase, recorded: Recorded): string | undefined {
  const actual = execute(vector, vector.featureFlags ?? []);
  if (recorded.parseErrors !== undefined) {
    return actual.kind === "unreadable" ? undefined : "expected errors while parsing";
  }
  if (recorded.error !== undefined) {
    return actual.kind === "failed"
      ? faultDifference(vector.script ?? "", recorded.error, recorded.api?.[1], actual.fault)
      : `expected the error: ${recorded.error.message}, got ${messageOf(actual)}`;
  }
  return actual.kind === "done"
    ? doneDifference(recorded, actual.outcome)
    : `expected an outcome, got: ${messageOf(actual)}`;
}

function messageOf(actual: Actual): string {
  switch (actual.kind) {
    case "unreadable":
      return actual.problems.map(({ message }) => message).join("; ");
    case "failed":
      return `${actual.fault.code} ${actual.fault.message}`;
    case "done":
      return "an outcome";
  }
}

function faultDifference(
  script: string,
  error: RecordedError,
  code: string | undefined,
  fault: Fault,
): string | undefined {
  return (
    (code === undefined ? undefined : difference("code", code, fault.code)) ??
    difference("message", error.message, fault.message) ??
    (error.range && spanDifference(script, error.range, fault.span))
  );
}

/** What is marked here may reach further: the original leaves the color of a source out. */
function spanDifference(script: string, range: Range, span: Span | undefined): string | undefined {
  if (span === undefined) {
    return "the error has no place";
  }
  const start = positionOf(script, span.start);
  const end = positionOf(script, span.end);
  const startsThere =
    start.line === range.start.line + 1 && start.column === range.start.character + 1;
  const reachesThere =
    end.line > range.end.line + 1 ||
    (end.line === range.end.line + 1 && end.column >= range.end.character + 1);
  return startsThere && reachesThere ? undefined : difference("place", range, { start, end });
}

function doneDifference(recorded: Recorded, outcome: ScriptOutcome): string | undefined {
  const { balanceQueries } = recorded;
  return (
    outcomeDifference(recorded, plain(outcome)) ??
    (balanceQueries && queriesDifference(balanceQueries.flat(), outcome.asked))
  );
}

/** `EUR/*` asks for all scales of EUR; here those that there are. */
function queriesDifference(
  queries: readonly { account: string; asset: string }[],
  asked: ScriptOutcome["asked"],
): string | undefined {
  const wild = queries.filter(({ asset }) => asset.endsWith("/*"));
  const isWild = ([account, asset]: readonly [string, string]): boolean =>
    wild.some(
      (query) => query.account === account && scaleOf(query.asset)[0] === scaleOf(asset)[0],
    );
  const expected = queries.map(({ account, asset }) => [account, asset] as const);
  return pairsDifference(
    expected.filter((pair) => !isWild(pair)),
    asked.filter((pair) => !isWild(pair)),
  );
}

/** undefined: as the original's own test asserts. */
export function assertInterpreter(vector: VectorCase, expected: Expectation): string | undefined {
  const { neededVariables } = expected;
  if (neededVariables !== undefined) {
    const program = parse(vector.script ?? "", DIALECTS["experimental-interpreter"]);
    return program.ok
      ? difference("variables", neededVariables, neededBy(program.value))
      : "the script does not parse";
  }
  const actual = execute(vector, vector.featureFlags ?? []);
  if (expected.error !== undefined) {
    return actual.kind === "failed" ? undefined : `expected an error, got ${messageOf(actual)}`;
  }
  if (actual.kind === "done") {
    return assertionDifference(expected, plain(actual.outcome));
  }
  const { postings, txMeta, accountMeta } = expected;
  return (postings ?? txMeta ?? accountMeta)
    ? `expected an outcome, got: ${messageOf(actual)}`
    : undefined;
}

function neededBy(program: Program): Record<string, string> {
  const fromCaller = program.variables.filter(({ origin }) => origin === undefined);
  return Object.fromEntries(fromCaller.map(({ name, type }) => [name.text, type.text]));
}

/** The same script with every flag off must be refused. */
export function checkWithoutFlags(vector: VectorCase): string | undefined {
  const actual = execute(vector, []);
  return actual.kind === "failed" && actual.fault.message.includes("this feature is experimental")
    ? undefined
    : `without flags: expected a refusal, got ${messageOf(actual)}`;
}
