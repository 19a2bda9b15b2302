/**
 * What an analysis can say about a script: errors that will stop it sooner or later, and warnings
 * about what is likely not meant. The words are those of the original's `numscript check`.
 */
import { compareToWhole, portionText, type Portion } from "../portion.ts";
import type { Span } from "../span.ts";
import { TYPES } from "../value.ts";

export interface Diagnostic extends Span {
  readonly kind: DiagnosticKind;
  readonly severity: "error" | "warning";
  readonly message: string;
}

const SEVERITIES = {
  Parsing: "error",
  InvalidType: "error",
  DuplicateVariable: "error",
  UnboundVariable: "error",
  UnusedVar: "warning",
  TypeMismatch: "error",
  AssetMismatch: "error",
  RemainingIsNotLast: "error",
  BadAllotmentSum: "error",
  DivByZero: "error",
  FixedPortionVariable: "warning",
  RedundantRemaining: "warning",
  UnknownFunction: "error",
  BadArity: "error",
  InvalidWorldOverdraft: "warning",
  NoAllotmentInSendAll: "warning",
  InvalidUnboundedAccount: "error",
  EmptiedAccount: "warning",
  UnboundedAccountIsNotLast: "warning",
  VersionMismatch: "error",
  ExperimentalFeature: "error",
  InvalidFeature: "error",
  BoundAsset: "warning",
} as const;

export type DiagnosticKind = keyof typeof SEVERITIES;

export class Diagnostics {
  readonly list: Diagnostic[] = [];

  add(kind: DiagnosticKind, span: Span, message: string): void {
    const { start, end } = span;
    this.list.push({ kind, severity: SEVERITIES[kind], message, start, end });
  }

  invalidType(name: string, span: Span): void {
    const allowed = TYPES.join(", ");
    this.add("InvalidType", span, `'${name}' is not a valid type. Allowed types are: ${allowed}`);
  }

  duplicateVariable(name: string, span: Span): void {
    const message = `A variable with the name '$${name}' was already declared`;
    this.add("DuplicateVariable", span, message);
  }

  unboundVariable(name: string, span: Span): void {
    this.add("UnboundVariable", span, `The variable '$${name}' was not declared`);
  }

  unusedVariable(name: string, span: Span): void {
    this.add("UnusedVar", span, `The variable '$${name}' is never used`);
  }

  typeMismatch(expected: string, got: string, span: Span): void {
    const message = `Type mismatch (expected '${expected}', got '${got}' instead)`;
    this.add("TypeMismatch", span, message);
  }

  assetMismatch(expected: string, got: string, span: Span): void {
    const message = `Asset mismatch (expected '${expected}', got '${got}' instead)`;
    this.add("AssetMismatch", span, message);
  }

  remainingIsNotLast(span: Span): void {
    const message = "A 'remaining' clause should be the last in an allotment expression";
    this.add("RemainingIsNotLast", span, message);
  }

  badAllotmentSum(sum: Portion, span: Span): void {
    const text = portionText(sum);
    const message =
      compareToWhole(sum) > 0
        ? `Allotment portions are greater than one (Got ${text})`
        : `Allotment portions are lesser than one (Got ${text}). ` +
          "Maybe try adding a 'remaining' clause?";
    this.add("BadAllotmentSum", span, message);
  }

  divisionByZero(span: Span): void {
    this.add("DivByZero", span, "Cannot divide by zero");
  }

  fixedPortionVariable(value: Portion, span: Span): void {
    const message =
      "Using a variable expression can lead to a runtime error if the expression doesn't " +
      `resolve to ${portionText(value)}.\n\nConsider using a hard-coded value or adding a ` +
      "'remaining' clause to prevent the error";
    this.add("FixedPortionVariable", span, message);
  }

  redundantRemaining(span: Span): void {
    const message = "Redundant 'remaining' clause (allotment already sums to 1)";
    this.add("RedundantRemaining", span, message);
  }

  unknownFunction(name: string, fitsIn: string | undefined, span: Span): void {
    const message =
      fitsIn === undefined
        ? `The function '${name}' does not exist`
        : `You cannot use this function here (try to use it in a ${fitsIn} context)`;
    this.add("UnknownFunction", span, message);
  }

  badArity(expected: number, got: number, span: Span): void {
    const message = `Wrong number of arguments (expected ${expected}, got ${got} instead)`;
    this.add("BadArity", span, message);
  }

  worldOverdraft(span: Span): void {
    // The original's spelling.
    this.add("InvalidWorldOverdraft", span, "@world is already set to be ovedraft");
  }

  allotmentInSendAll(span: Span): void {
    this.add("NoAllotmentInSendAll", span, "Cannot take all balance of an allotment source");
  }

  unboundedInSendAll(span: Span): void {
    this.add("InvalidUnboundedAccount", span, "Cannot take all balance of an unbounded source");
  }

  emptiedAccount(address: string, span: Span): void {
    this.add("EmptiedAccount", span, `@${address} is already empty at this point`);
  }

  unreachedSource(span: Span): void {
    const message = "Inorder sources after an unbounded overdraft are never reached";
    this.add("UnboundedAccountIsNotLast", span, message);
  }

  versionMismatch(required: string, got: string, span: Span): void {
    const message = `Version mismatch. Required version '${required}' (but got '${got}' instead)`;
    this.add("VersionMismatch", span, message);
  }

  missingFlag(flag: string, span: Span): void {
    const message =
      "This feature is experimental. Add this comment to your script:\n" +
      `// @feature_flag ${flag}`;
    this.add("ExperimentalFeature", span, message);
  }

  unknownFeature(name: string, span: Span): void {
    this.add("InvalidFeature", span, `Unknown feature: ${name}`);
  }

  boundAsset(what: "asset" | "monetary", asset: string, span: Span): void {
    const message =
      what === "asset"
        ? `This asset is inferred to be '${asset}'. Receiving a different asset will cause a ` +
          "runtime error.\n" +
          "You may want to remove this variable and use the hardcoded value instead."
        : `This monetary is inferred to always have asset '${asset}'. Receiving a monetary of ` +
          "different asset will cause a runtime error.\n" +
          "You may want to use a variable of type number instead.";
    this.add("BoundAsset", span, message);
  }
}
