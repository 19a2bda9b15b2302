/**
 * Vectors of the machine: compiles, runs and compares outcome, errors, and the balances asked for.
 */
import { DIALECTS } from "../../src/numscript/dialect.ts";
import { checkMachine } from "../../src/numscript/machine/check.ts";
import { runMachine, type MachineOutcome } from "../../src/numscript/machine/run.ts";
import type { Fault } from "../../src/numscript/outcome.ts";
import { parse } from "../../src/numscript/parse.ts";
import type { Problem } from "../../src/numscript/problem.ts";
import { positionOf } from "../../src/numscript/span.ts";
import { booksOf } from "./books.ts";
import {
  assertionDifference,
  difference,
  outcomeDifference,
  pairsDifference,
  plain,
} from "./compare.ts";
import type { CompileError, Expectation, Recorded, RecordedError, VectorCase } from "./format.ts";

type Actual =
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] }
  | { readonly kind: "failed"; readonly fault: Fault }
  | { readonly kind: "done"; readonly outcome: MachineOutcome };

function execute(vector: VectorCase): Actual {
  const script = vector.script ?? "";
  const program = parse(script, DIALECTS.machine);
  const problems = program.ok ? checkMachine(program.value) : program.error;
  if (!program.ok || problems.length > 0) {
    return { kind: "unreadable", problems };
  }
  const outcome = runMachine(program.value, vector.vars ?? {}, booksOf(vector, true));
  return outcome.ok
    ? { kind: "done", outcome: outcome.value }
    : { kind: "failed", fault: outcome.error };
}

/** undefined: as recorded. */
export function checkMachineVector(vector: VectorCase, recorded: Recorded): string | undefined {
  const actual = execute(vector);
  const { error } = recorded;
  if (error === undefined) {
    return actual.kind === "done"
      ? doneDifference(recorded, actual.outcome)
      : `expected an outcome, got: ${messageOf(actual)}`;
  }
  if (error.kind === "ErrMetadataOverride") {
    return overrideDifference(vector, actual);
  }
  if (actual.kind === "done") {
    return `expected the error: ${error.message}`;
  }
  if (error.compileErrors !== undefined) {
    return actual.kind === "unreadable"
      ? compileDifference(vector.script ?? "", error.compileErrors, actual.problems)
      : `expected a compile error, got: ${messageOf(actual)}`;
  }
  return actual.kind === "failed"
    ? faultDifference(error, recorded.api?.[1], actual.fault)
    : `expected a failure, got: ${messageOf(actual)}`;
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

function doneDifference(recorded: Recorded, outcome: MachineOutcome): string | undefined {
  const { balanceQuery } = recorded;
  const asked = Object.entries(balanceQuery ?? {}).flatMap(([account, assets]) =>
    assets.map((asset) => [account, asset] as const),
  );
  return (
    outcomeDifference(recorded, plain(outcome)) ??
    difference("printed", recorded.printed ?? [], outcome.printed) ??
    (balanceQuery && pairsDifference(asked, outcome.asked))
  );
}

/** Merging metadata is the ledger's business; the script's part is to set the key. */
function overrideDifference({ txMetaInput }: VectorCase, actual: Actual): string | undefined {
  const set = actual.kind === "done" ? actual.outcome.metadata : {};
  const overlap = Object.keys(txMetaInput ?? {}).filter((key) => (set[key] ?? "") !== "");
  return overlap.length > 0 ? undefined : "expected metadata that the request sets, too";
}

/** ANTLR's own words for broken syntax; the rest are the compiler's. */
const SYNTAX = /^(mismatched|missing|extraneous|no viable|token recognition)/;

/**
 * Of broken syntax it counts that it is found. A compiler's error must be told in the same words,
 * somewhere within what the original points at, which often is the whole statement.
 */
function compileDifference(
  script: string,
  expected: readonly CompileError[],
  problems: readonly Problem[],
): string | undefined {
  const [first] = expected;
  if (first === undefined || SYNTAX.test(first.msg)) {
    return undefined;
  }
  // When several accounts are emptied twice, the original names one at random.
  const isEmptied = first.msg.endsWith("is already empty at this stage");
  const found = problems.some(
    (problem) =>
      isWithin(script, problem, first) &&
      (isEmptied
        ? problem.message.endsWith("is already empty at this stage")
        : problem.message === first.msg),
  );
  return found || (isEmptied && problems.length > 0)
    ? undefined
    : `expected ${first.startLine}:${first.startColumn} ${first.msg}, got: ` +
        problems.map(({ message }) => message).join("; ");
}

function isWithin(script: string, problem: Problem, error: CompileError): boolean {
  const { line, column } = positionOf(script, problem.start);
  const isAfterStart =
    line > error.startLine || (line === error.startLine && column - 1 >= error.startColumn);
  const isBeforeEnd =
    line < error.endLine || (line === error.endLine && column - 1 <= error.endColumn);
  return isAfterStart && isBeforeEnd;
}

/** Prefixes the ledger puts before a fault's own words. */
const PREFIX =
  /^failed to (?:set vars from JSON|resolve resources|resolve balances|execute machine): /;

/** Where the original answers 500, any refusal will do; its words are often those of Go. */
function faultDifference(
  error: RecordedError,
  code: string | undefined,
  fault: Fault,
): string | undefined {
  if (code === "INTERNAL") {
    return undefined;
  }
  const isNumber = / of type number: /.test(error.message);
  return (
    (code === undefined ? undefined : difference("code", code, fault.code)) ??
    (error.phase === "execute" || (error.kind === "ErrInvalidVars" && !isNumber)
      ? difference("message", error.message, fault.message.replace(PREFIX, ""))
      : undefined)
  );
}

/** undefined: as the original's own test asserts. */
export function assertMachine(vector: VectorCase, expected: Expectation): string | undefined {
  const actual = execute(vector);
  const { error, printed, requestedAccounts } = expected;
  if (error !== undefined) {
    const says = error.containsMatchesSourceExcerptOnly === true ? "" : (error.contains ?? "");
    const isRefused = actual.kind !== "done" || error.kind === "ErrMetadataOverride";
    return isRefused && messageOf(actual).includes(error.kind === "ErrMetadataOverride" ? "" : says)
      ? undefined
      : `expected an error with "${says}", got: ${messageOf(actual)}`;
  }
  if (actual.kind !== "done") {
    return undefined;
  }
  const accounts = actual.outcome.asked.map(([account]) => account).toSorted();
  return (
    assertionDifference(expected, plain(actual.outcome)) ??
    (printed && difference("printed", printed, actual.outcome.printed)) ??
    (requestedAccounts && difference("accounts asked for", requestedAccounts, accounts)) ??
    (expected.txMetaResult &&
      difference("metadata", expected.txMetaResult, {
        ...vector.txMetaInput,
        ...actual.outcome.metadata,
      }))
  );
}
