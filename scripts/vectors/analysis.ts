/**
 * Vectors of the static analysis, and of the hints in comments that it reads.
 */
import { analyze } from "../../src/numscript/analysis/analyze.ts";
import { readHints } from "../../src/numscript/analysis/hints.ts";
import { positionOf } from "../../src/numscript/span.ts";
import { difference } from "./compare.ts";
import type { Diagnostic, Expectation, VectorCase } from "./format.ts";

/** In any order: the original's is that of its walk, and for unused variables none at all. */
export function checkAnalysis(vector: VectorCase): string | undefined {
  const script = vector.script ?? "";
  const { diagnostics: asserted = [] } = vector.expected as Expectation;
  const found = analyze(script);
  const recorded = (vector.reference?.diagnostics ?? []).map(textOf);
  const actual = found.map(({ kind, severity, message, start, end }) => {
    const place = `${placeOf(script, start)}-${placeOf(script, end)}`;
    return `${place} ${severity} ${kind} ${message}`;
  });
  return (
    difference("kinds", asserted.map(kindOf).toSorted(), found.map(kindOf).toSorted()) ??
    difference("diagnostics", recorded.toSorted(), actual.toSorted())
  );
}

function kindOf({ kind }: { readonly kind: string }): string {
  return kind;
}

function textOf({ kind, severity = "", message, range: { start, end } }: Diagnostic): string {
  const place = `${start.line}:${start.character}-${end.line}:${end.character}`;
  return `${place} ${severity.toLowerCase()} ${kind} ${message}`;
}

function placeOf(script: string, offset: number): string {
  const { line, column } = positionOf(script, offset);
  return `${line - 1}:${column - 1}`;
}

interface HintExpectation {
  readonly version?: {
    readonly type: string;
    readonly Major?: number;
    readonly Minor?: number;
    readonly Patch?: number;
  } | null;
  readonly flags?: Readonly<Record<string, unknown>>;
}

export function checkHints({ script, expected }: VectorCase): string | undefined {
  const { version, flags } = expected as HintExpectation;
  const hints = readHints(script ?? "");
  if (flags !== undefined) {
    return difference("flags", Object.keys(flags).toSorted(), [...hints.flags].toSorted());
  }
  if (version === undefined) {
    return undefined;
  }
  const wanted =
    version === null
      ? undefined
      : version.type === "VersionMachine"
        ? "machine"
        : [version.Major ?? 0, version.Minor ?? 0, version.Patch ?? 0];
  return difference("version", wanted, hints.version);
}
