/**
 * Analysis of expressions: types, the assets they are of, variables that are used.
 */
import type { Call, Declaration, Expression, Name, Operand, Operation, Program } from "../ast.ts";
import { isFeature } from "../interpreter/features.ts";
import type { Span } from "../span.ts";
import { isType, type Type } from "../value.ts";
import { AssetClass } from "./assets.ts";
import type { Diagnostics } from "./diagnostic.ts";
import { signatureOf, type Signature, type Since } from "./functions.ts";
import { isAtLeast, readHints, versionText, type Hints } from "./hints.ts";

type Known = Type | "any";

interface Declared {
  readonly declaration: Declaration;
  readonly assets: AssetClass;
  isUsed: boolean;
}

export class Expressions {
  readonly diagnostics: Diagnostics;
  readonly #hints: Hints;
  readonly #flags: ReadonlySet<string>;
  readonly #variables = new Map<string, Declared>();

  constructor({ source, features }: Program, diagnostics: Diagnostics) {
    this.diagnostics = diagnostics;
    this.#hints = readHints(source);
    this.#flags = new Set([...this.#hints.flags, ...features.map(({ name }) => name)]);
    for (const feature of features) {
      if (!isFeature(feature.name)) {
        diagnostics.unknownFeature(feature.name, feature);
      }
    }
  }

  declare(declaration: Declaration): void {
    const { name, type, origin } = declaration;
    if (!isType(type.text)) {
      this.diagnostics.invalidType(type.text, type);
    }
    const assets = new AssetClass();
    if (this.#variables.has(name.text)) {
      this.diagnostics.duplicateVariable(name.text, variableSpan(name));
    } else {
      this.#variables.set(name.text, { declaration, assets, isUsed: false });
    }
    if (origin !== undefined) {
      this.expect(origin, isType(type.text) ? type.text : "any");
      this.unify(origin, assets);
    }
  }

  /** What can be said of variables only in the end. */
  finish(): void {
    const hasMismatch = this.diagnostics.list.some(({ kind }) => kind === "AssetMismatch");
    for (const { declaration, assets, isUsed } of this.#variables.values()) {
      const { name, type, origin } = declaration;
      if (!isUsed) {
        this.diagnostics.unusedVariable(name.text, variableSpan(name));
      }
      const isOfAssets = type.text === "asset" || type.text === "monetary";
      if (origin === undefined && assets.asset !== undefined && isOfAssets && !hasMismatch) {
        this.diagnostics.boundAsset(
          type.text === "asset" ? "asset" : "monetary",
          assets.asset,
          declaration,
        );
      }
    }
  }

  /** Tells of an expression of another type. */
  expect(expression: Expression, expected: Known): void {
    const found = this.typeOf(expression, expected);
    if (expected !== "any" && found !== "any" && found !== expected) {
      this.diagnostics.typeMismatch(expected, found, expression);
    }
  }

  /** `hint`: what is wanted here, for a variable that nobody declared. */
  typeOf(expression: Expression, hint: Known): Known {
    switch (expression.kind) {
      case "literal":
        return expression.value.type;
      case "variable":
        return this.#use(expression.name, expression);
      case "interpolation":
        this.require(expression, {
          version: [0, 0, 15],
          flag: "experimental-account-interpolation",
        });
        for (const part of expression.parts) {
          if (typeof part !== "string") {
            this.#use(part.name, part);
          }
        }
        return "account";
      case "monetary":
        this.expect(expression.asset, "asset");
        this.expect(expression.amount, "number");
        return "monetary";
      case "operation":
        return this.#operationType(expression);
      case "negation":
        return this.#addable(this.typeOf(expression.operand, hint), expression.operand);
      case "call":
        return this.#callType(expression);
    }
  }

  #use(name: string, span: Span): Known {
    const variable = this.#variables.get(name);
    if (variable === undefined) {
      this.diagnostics.unboundVariable(name, span);
      return "any";
    }
    variable.isUsed = true;
    const { text } = variable.declaration.type;
    return isType(text) ? text : "any";
  }

  #operationType({ first, rest, start }: Operation): Known {
    const isDivision = rest[0]?.operator === "/";
    let left = this.typeOf(first, "number");
    let leftSpan: Span = first;
    let isLiteral = first.kind === "literal" && first.value.type === "number";
    for (const step of rest) {
      const span = { start, end: step.end };
      if (isDivision) {
        left = this.#quotientType(left, leftSpan, step, isLiteral, span);
      } else {
        left = this.#addable(left, leftSpan);
        if (left === "any" && this.#wasRefused(leftSpan)) {
          return "any";
        }
        this.expect(step.operand, left);
      }
      leftSpan = span;
      isLiteral = false;
    }
    return left;
  }

  #quotientType(
    left: Known,
    leftSpan: Span,
    { operand }: Operand,
    isLiteral: boolean,
    span: Span,
  ): Known {
    const isNumber = operand.kind === "literal" && operand.value.type === "number";
    if (!isLiteral || !isNumber) {
      this.require(span, { version: [0, 0, 15] });
    }
    if (left !== "any" && left !== "number") {
      this.diagnostics.typeMismatch("number", left, leftSpan);
    }
    this.expect(operand, "number");
    return "portion";
  }

  /** Only numbers and monetaries are added. */
  #addable(type: Known, span: Span): Known {
    if (type === "any" || type === "number" || type === "monetary") {
      return type;
    }
    this.diagnostics.typeMismatch("number|monetary", type, span);
    return "any";
  }

  #wasRefused(span: Span): boolean {
    const last = this.diagnostics.list.at(-1);
    return last?.kind === "TypeMismatch" && last.start === span.start && last.end === span.end;
  }

  #callType(call: Call): Known {
    const signature = signatureOf(call.name.text);
    const isValue = signature?.returns !== undefined;
    if (signature?.since !== undefined) {
      this.require(call, signature.since);
    }
    this.checkCall(call, isValue ? signature : undefined);
    return signature?.returns ?? "any";
  }

  /** A call that stands as a statement. */
  checkStatement(call: Call): void {
    const signature = signatureOf(call.name.text);
    this.checkCall(call, signature?.returns === undefined ? signature : undefined);
  }

  /** undefined: there is no such function here. */
  checkCall(call: Call, signature: Signature | undefined): void {
    const { name, arguments: values } = call;
    if (signature === undefined) {
      values.forEach((value) => this.expect(value, "any"));
      const known = signatureOf(name.text);
      const fitsIn = known && (known.returns === undefined ? "statement" : "variable origin");
      this.diagnostics.unknownFunction(name.text, fitsIn, name);
      return;
    }
    const { parameters } = signature;
    if (values.length !== parameters.length) {
      const extra = values[parameters.length];
      const last = values.at(-1);
      const span = extra && last ? { start: extra.start, end: last.end } : call;
      this.diagnostics.badArity(parameters.length, values.length, span);
    }
    for (const [at, value] of values.slice(0, parameters.length).entries()) {
      this.expect(value, parameters[at] ?? "any");
    }
  }

  /** Only scripts that name their version are held to it. */
  require(span: Span, { version: required, flag }: Since): void {
    const { version } = this.#hints;
    if (version === undefined) {
      return;
    }
    if (!isAtLeast(version, required)) {
      this.diagnostics.versionMismatch(versionText(required), versionText(version), span);
    } else if (flag !== undefined && !this.#flags.has(flag)) {
      this.diagnostics.missingFlag(flag, span);
    }
  }

  /** Tells of an expression of another asset than the one wanted. */
  unify(expression: Expression, wanted: AssetClass): void {
    const found = this.#assetsOf(expression);
    const expected = wanted.asset;
    if (!found.merge(wanted) && expected !== undefined && found.asset !== undefined) {
      this.diagnostics.assetMismatch(expected, found.asset, expression);
    }
  }

  #assetsOf(expression: Expression): AssetClass {
    switch (expression.kind) {
      case "literal": {
        const { value } = expression;
        return value.type === "asset" || value.type === "monetary"
          ? new AssetClass(value.asset)
          : new AssetClass();
      }
      case "variable":
        return this.#variables.get(expression.name)?.assets ?? new AssetClass();
      case "monetary":
        return this.#assetsOf(expression.asset);
      case "negation":
        return this.#assetsOf(expression.operand);
      case "operation": {
        const assets = this.#assetsOf(expression.first);
        expression.rest.forEach(({ operand }) => this.unify(operand, assets));
        return assets;
      }
      case "call":
        return this.#assetsOfCall(expression);
      case "interpolation":
        return new AssetClass();
    }
  }

  #assetsOfCall({ name, arguments: values }: Call): AssetClass {
    const [first, second] = values;
    switch (name.text) {
      case "balance":
      case "overdraft":
        return second === undefined ? new AssetClass() : this.#assetsOf(second);
      case "get_asset":
        return first === undefined ? new AssetClass() : this.#assetsOf(first);
      default:
        return new AssetClass();
    }
  }
}

/** A variable's name with its dollar. */
function variableSpan({ start, end }: Name): Span {
  return { start, end };
}
