/**
 * The static types of the machine's expressions. An expression whose type cannot be told has its
 * problem told; what it is part of is then taken to be right.
 */
import type { Expression, MonetaryExpression, Operation } from "../ast.ts";
import { compareToWhole } from "../portion.ts";
import type { Problems } from "../problem.ts";
import type { Type } from "../value.ts";

export class Types {
  readonly #variables = new Map<string, Type>();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** False when there is a variable of that name already. */
  declare(name: string, type: Type): boolean {
    if (this.#variables.has(name)) {
      return false;
    }
    this.#variables.set(name, type);
    return true;
  }

  /** Tells of an expression of another type, in the words given. */
  expect(expression: Expression, expected: Type, wrong: (type: Type) => string): void {
    const type = this.of(expression);
    if (type !== undefined && type !== expected) {
      this.#problems.add(wrong(type), expression);
    }
  }

  of(expression: Expression): Type | undefined {
    switch (expression.kind) {
      case "literal": {
        const { value } = expression;
        if (value.type === "portion" && compareToWhole(value.portion) > 0) {
          this.#problems.add("portion must be between 0% and 100% inclusive", expression);
        }
        return value.type;
      }
      case "variable": {
        const type = this.#variables.get(expression.name);
        if (type === undefined) {
          this.#problems.add("variable not declared", expression);
        }
        return type;
      }
      case "monetary":
        return this.#ofMonetary(expression);
      case "operation":
        return this.#ofOperation(expression);
      case "interpolation":
      case "negation":
      case "call":
        // The machine's grammar has none of these in its expressions.
        return undefined;
    }
  }

  #ofMonetary({ asset }: MonetaryExpression): Type {
    this.expect(asset, "asset", (type) => {
      return `the expression in monetary literal should be of type 'asset' instead of '${type}'`;
    });
    return "monetary";
  }

  #ofOperation(operation: Operation): Type | undefined {
    const left = this.of(operation.first);
    const rights = operation.rest.map(({ operand }) => this.of(operand));
    if (left === undefined) {
      return undefined;
    }
    const tried = "tried to do an arithmetic operation with";
    if (left !== "number" && left !== "monetary") {
      const message = `${tried} unsupported left-hand side operand type: ${left}`;
      this.#problems.add(message, operation);
      return undefined;
    }
    const unlike = rights.find((type) => type !== undefined && type !== left);
    if (unlike !== undefined) {
      const message =
        `${tried} incompatible left and right-hand side operand types: ` + `${left} and ${unlike}`;
      this.#problems.add(message, operation);
    }
    return left;
  }
}
