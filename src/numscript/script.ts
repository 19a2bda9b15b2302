/**
 * The room's public face: a script's text becomes a program, a program and its variables become
 * postings and metadata. Both runtimes answer through it.
 */
import { SCRIPT_CHARS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Program } from "./ast.ts";
import { DIALECTS, type Runtime } from "./dialect.ts";
import { runInterpreter } from "./interpreter/run.ts";
import { checkMachine } from "./machine/check.ts";
import { runMachine } from "./machine/run.ts";
import type { ScriptError, ScriptOptions, ScriptOutcome, ScriptStore } from "./outcome.ts";
import { parse } from "./parse.ts";
import { formatProblems } from "./problem.ts";

export type { Program } from "./ast.ts";
export type { Runtime } from "./dialect.ts";
export type { ScriptError, ScriptOptions, ScriptOutcome, ScriptStore } from "./outcome.ts";

/** The code and the prefix of everything that is wrong with a script's text. */
const UNREADABLE = {
  machine: { code: "COMPILATION_FAILED", prefix: "compilation error: " },
  "experimental-interpreter": {
    code: "INTERPRETER_PARSE",
    prefix: "Got errors while parsing:\n",
  },
} as const;

export function parseScript(source: string, runtime: Runtime): Result<Program, ScriptError> {
  const { code, prefix } = UNREADABLE[runtime];
  const refuse = (message: string) =>
    err({ code, message: `failed to compile script: ${prefix}${message}` });
  if (source.length > SCRIPT_CHARS_MAX) {
    return refuse(`${source.length} characters, the limit is ${SCRIPT_CHARS_MAX}`);
  }
  const program = parse(source, DIALECTS[runtime]);
  if (!program.ok) {
    return refuse(formatProblems(source, program.error));
  }
  const problems = runtime === "machine" ? checkMachine(program.value) : [];
  return problems.length === 0 ? program : refuse(formatProblems(source, problems));
}

export function runScript(
  program: Program,
  variables: Readonly<Record<string, string>>,
  store: ScriptStore,
  options: ScriptOptions,
): Result<ScriptOutcome, ScriptError> {
  const outcome =
    program.runtime === "machine"
      ? runMachine(program, variables, store)
      : runInterpreter(program, variables, store, options);
  return outcome.ok
    ? ok(outcome.value)
    : err({ ...outcome.error, message: `failed to execute program: ${outcome.error.message}` });
}
