/**
 * Vectors of requests: which code the API answers a script with.
 */
import {
  parseScript,
  runScript,
  type Runtime,
  type ScriptStore,
} from "../../src/numscript/script.ts";
import { difference } from "./compare.ts";
import type { ApiRequest, VectorCase } from "./format.ts";

const EMPTY_BOOKS: ScriptStore = {
  balance: () => 0n,
  assets: () => [],
  accountMetadata: () => undefined,
};

export function checkApiVector({
  request,
  expected,
}: VectorCase): { readonly runtime: string; readonly found: string | undefined }[] {
  const answers = (expected ?? {}) as Readonly<Record<string, readonly [number, string]>>;
  return Object.entries(answers).map(([runtime, [, code]]) => {
    const actual = request === undefined ? "" : answer(request, runtime as Runtime);
    return { runtime, found: difference("code", code, actual) };
  });
}

/** The codes that follow a script's own are the ledger's: no postings, metadata set twice. */
function answer({ script, metadata }: ApiRequest, runtime: Runtime): string {
  const program = parseScript(script.plain, runtime);
  if (!program.ok) {
    return program.error.code;
  }
  const outcome = runScript(program.value, script.vars, EMPTY_BOOKS, { featureFlags: [] });
  if (!outcome.ok) {
    return outcome.error.code;
  }
  if (outcome.value.postings.length === 0) {
    return "NO_POSTINGS";
  }
  const overlap = Object.keys(metadata).some((key) => key in outcome.value.metadata);
  return overlap ? "METADATA_OVERRIDE" : "";
}
