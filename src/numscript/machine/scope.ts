/**
 * What names and expressions of a machine script stand for while it runs. The script is checked, so
 * types are as they should be; only sums of unlike assets can fail.
 */
import { assert, must } from "../../core/assert.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Expression, Operation } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import type { Portion } from "../portion.ts";
import { isA, type Monetary, type Type, type Value, type ValueOf } from "../value.ts";
import { unlikeAssets } from "./faults.ts";

export class Scope {
  readonly #variables = new Map<string, Value>();

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  account(expression: Expression): string {
    return this.#term(expression, "account").address;
  }

  asset(expression: Expression): string {
    return this.#term(expression, "asset").asset;
  }

  portion(expression: Expression): Portion {
    return this.#term(expression, "portion").portion;
  }

  string(expression: Expression): string {
    return this.#term(expression, "string").text;
  }

  /** The asset of a monetary: that of its leftmost operand. */
  assetOf(monetary: Expression): string {
    return this.leftmost(monetary).asset;
  }

  /** The first operand of a sum; all that counts where the original does not work the sum out. */
  leftmost(monetary: Expression): Monetary {
    return monetary.kind === "operation"
      ? this.leftmost(monetary.first)
      : this.#term(monetary, "monetary");
  }

  monetary(expression: Expression): Result<Monetary, Fault> {
    if (expression.kind === "operation") {
      return this.#monetarySum(expression);
    }
    return ok(this.#term(expression, "monetary"));
  }

  value(expression: Expression): Result<Value, Fault> {
    if (expression.kind !== "operation") {
      return ok(this.#single(expression));
    }
    const first = this.#single(expression.first);
    return first.type === "number"
      ? ok(this.#numberSum(expression, first.number))
      : this.#monetarySum(expression);
  }

  #numberSum({ rest }: Operation, first: bigint): Value {
    let number = first;
    for (const { operator, operand } of rest) {
      const right = this.#term(operand, "number").number;
      number = operator === "+" ? number + right : number - right;
    }
    return { type: "number", number };
  }

  #monetarySum({ first, rest }: Operation): Result<Monetary, Fault> {
    const start = this.#term(first, "monetary");
    const { asset } = start;
    let { amount } = start;
    for (const { operator, operand } of rest) {
      const right = this.#term(operand, "monetary");
      if (right.asset !== asset) {
        return err(unlikeAssets(operator === "+" ? "add" : "subtract", asset, right.asset));
      }
      amount = operator === "+" ? amount + right.amount : amount - right.amount;
    }
    return ok({ type: "monetary", asset, amount });
  }

  #term<T extends Type>(expression: Expression, type: T): ValueOf<T> {
    const value = this.#single(expression);
    assert(isA(value, type), `the script is checked: expected ${type}`);
    return value;
  }

  #single(expression: Expression): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "variable":
        return must(this.#variables.get(expression.name), "the script is checked: a variable");
      case "monetary":
        return {
          type: "monetary",
          asset: this.asset(expression.asset),
          amount: this.#term(expression.amount, "number").number,
        };
      default:
        assert(false, `the machine's grammar has no ${expression.kind} here`);
    }
  }
}
