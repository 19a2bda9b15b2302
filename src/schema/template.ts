/**
 * Transaction templates: scripts kept in the schema (contract §12.4).
 */
import { formatJson, type Json } from "../core/json.ts";
import { ok, type Result } from "../core/result.ts";
import { parseScript, type Runtime } from "../numscript/script.ts";
import { formatMembers } from "./format.ts";
import { readEntries, textMember } from "./read.ts";
import type { Schema } from "./schema.ts";

export interface TransactionTemplate {
  readonly description: string;
  readonly script: string;
  /** "" when the template names none. */
  readonly runtime: string;
}

export type TransactionTemplates = ReadonlyMap<string, TransactionTemplate>;

export function hasTemplates(schema: Schema): boolean {
  return schema.transactions.size > 0;
}

export function templateOf(schema: Schema, id: string): TransactionTemplate | undefined {
  return schema.transactions.get(id);
}

export function readTemplates(json: Json): Result<TransactionTemplates, string> {
  return readEntries(json, "transactions", (object, field) => {
    const description = textMember(object, "description", field);
    const script = textMember(object, "script", field);
    const runtime = textMember(object, "runtime", field);
    if (!description.ok) {
      return description;
    }
    if (!script.ok) {
      return script;
    }
    return runtime.ok
      ? ok({ description: description.value, script: script.value, runtime: runtime.value })
      : runtime;
  });
}

/** The first template that names a runtime there is not. */
export function checkRuntimes(templates: TransactionTemplates): string | undefined {
  for (const { runtime } of templates.values()) {
    if (runtime !== "" && !isRuntime(runtime)) {
      const known = "`machine` or `experimental-interpreter`";
      return `unexpected runtime \`${runtime}\`: should be ${known}`;
    }
  }
  return undefined;
}

function isRuntime(name: string): name is Runtime {
  return name === "machine" || name === "experimental-interpreter";
}

/** What comes before the fault when a script is to be run; here it is only read. */
const COMPILING = /^failed to compile script: /;

/** The first template whose script cannot be read. */
export function checkScripts(
  templates: TransactionTemplates,
  byDefault: Runtime,
): string | undefined {
  for (const [id, { script, runtime }] of templates) {
    const program = parseScript(script, isRuntime(runtime) ? runtime : byDefault);
    if (!program.ok) {
      return `invalid template ${id}: ${program.error.message.replace(COMPILING, "")}`;
    }
  }
  return undefined;
}

export function formatTemplates(templates: TransactionTemplates): string {
  return formatMembers(
    [...templates].map(([id, { description, script, runtime }]) => {
      const named = runtime === "" ? undefined : runtime;
      return [id, formatJson({ description, script, runtime: named })];
    }),
  );
}
