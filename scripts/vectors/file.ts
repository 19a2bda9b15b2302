/**
 * Which vectors a file holds, told by its flavour or else by its cases, and how each is checked.
 */
import { parseJson, type Json } from "../../src/core/json.ts";
import { DIALECTS } from "../../src/numscript/dialect.ts";
import { parse } from "../../src/numscript/parse.ts";
import { checkAnalysis, checkHints } from "./analysis.ts";
import { checkApiVector } from "./api.ts";
import { deliberateReason, isLargeNumber } from "./deliberate.ts";
import {
  PASSED,
  type Check,
  type Expectation,
  type Recorded,
  type VectorCase,
  type VectorFile,
  type Verdict,
} from "./format.ts";
import { assertInterpreter, checkInterpreterVector, checkWithoutFlags } from "./interpreter.ts";
import { assertMachine, checkMachineVector } from "./machine.ts";
import { checkScriptVariables, checkUnit } from "./units.ts";

const HEAD = "of the interpreter's HEAD, which v0.0.24 has not";

export function checkFile({ flavour, cases = [] }: VectorFile): Check[] {
  switch (flavour) {
    case "machine":
      return cases.flatMap((vector) => checkExtracted(vector, "machine"));
    case "interpreter-v0.0.24":
      return cases.flatMap((vector) => checkExtracted(vector, "interpreter"));
    case "interpreter":
    case "numscript test (specs files)":
      return cases.map(({ name }) => ({ name, verdict: skipped(HEAD) }));
    case "interpreter grammar":
      return cases.map((vector) => ({ name: vector.name, verdict: checkGrammar(vector) }));
    case "static analysis (numscript check)":
      return cases.map((vector) => ({
        name: vector.name,
        verdict: verdictOf(checkAnalysis(vector), vector),
      }));
    default:
      return cases.flatMap(checkCase);
  }
}

function skipped(reason: string): Verdict {
  return { kind: "skipped", reason };
}

function verdictOf(found: string | undefined, vector: VectorCase): Verdict {
  return found === undefined
    ? PASSED
    : { kind: "failed", difference: found, script: vector.script ?? JSON.stringify(vector) };
}

/** Files without a flavour: goldens, units, requests, variables. */
function checkCase(vector: VectorCase): Check[] {
  const { name, results } = vector;
  if (results !== undefined) {
    return checkGolden(vector, results);
  }
  if (vector.request !== undefined) {
    return checkApiVector(vector).map(({ runtime, found }) => {
      return { name: `${name} (${runtime})`, verdict: verdictOf(found, vector) };
    });
  }
  if (vector.scriptObjectJSON !== undefined) {
    return [{ name, verdict: checkVariables(vector, vector.scriptObjectJSON) }];
  }
  return [{ name, verdict: checkUnit(vector) }];
}

function checkGolden(
  vector: VectorCase,
  { machine, interpreter, "interpreter-v0.0.24": v0_0_24 }: Readonly<Record<string, Recorded>>,
): Check[] {
  const checks: Check[] = [];
  if (machine !== undefined) {
    const verdict = checkRecorded(vector, machine, "machine");
    checks.push({ name: `${vector.name} (machine)`, verdict });
  }
  const recorded = v0_0_24 ?? interpreter;
  if (recorded !== undefined) {
    const verdict = checkRecorded(vector, recorded, "interpreter");
    checks.push({ name: `${vector.name} (interpreter)`, verdict });
  }
  return checks;
}

function checkRecorded(
  vector: VectorCase,
  recorded: Recorded,
  runtime: "machine" | "interpreter",
): Verdict {
  const found =
    runtime === "machine"
      ? checkMachineVector(vector, recorded)
      : checkInterpreterVector(vector, recorded);
  const reason = found && deliberateReason(vector, recorded, runtime);
  return reason === undefined || reason === ""
    ? verdictOf(found, vector)
    : { kind: "deliberate", reason };
}

/** A case from the original's tests: what they assert, and what its code gave back besides. */
function checkExtracted(vector: VectorCase, runtime: "machine" | "interpreter"): Check[] {
  const { name, reference, expected } = vector;
  if (vector.store === "failing") {
    return [{ name, verdict: skipped("a store that fails, which the object's cannot") }];
  }
  const assertion = expected as Expectation;
  const asserted =
    runtime === "machine" ? assertMachine(vector, assertion) : assertInterpreter(vector, assertion);
  const flagged = vector.withoutFlags === undefined ? undefined : checkWithoutFlags(vector);
  const recorded = reference === undefined ? PASSED : checkRecorded(vector, reference, runtime);
  const verdict =
    asserted === undefined && flagged === undefined
      ? recorded
      : verdictOf(asserted ?? flagged, vector);
  return [{ name, verdict }];
}

function checkGrammar(vector: VectorCase): Verdict {
  const { parseErrorCount } = vector.expected as Expectation;
  const hints = checkHints(vector);
  if (hints !== undefined) {
    return verdictOf(hints, vector);
  }
  const program = parse(vector.script ?? "", DIALECTS["experimental-interpreter"]);
  const count = program.ok ? 0 : program.error.length;
  const recorded = vector.reference?.parseErrors?.length ?? 0;
  const expected = parseErrorCount ?? (recorded === 0 ? 0 : ">=1");
  const isRight = typeof expected === "number" ? count === expected : count > 0;
  return verdictOf(isRight ? undefined : `errors: expected ${expected}, got ${count}`, vector);
}

function checkVariables(vector: VectorCase, text: string): Verdict {
  const script = parseJson(text);
  const json: Json = script.ok ? script.value : null;
  const found = checkScriptVariables(vector, json);
  return found !== undefined && isLargeNumber(text)
    ? { kind: "deliberate", reason: "numbers keep every digit" }
    : verdictOf(found, vector);
}
