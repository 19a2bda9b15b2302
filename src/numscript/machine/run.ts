/**
 * Running a checked machine script: statements in order, each on what the ones before it left. Any
 * fault discards everything.
 */
import { assert } from "../../core/assert.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Posting } from "../../core/transaction.ts";
import type { Call, Program, Save, Send, Statement } from "../ast.ts";
import { ScriptMetadata } from "../metadata.ts";
import type { Fault, ScriptOutcome, ScriptStore } from "../outcome.ts";
import { valueText } from "../value.ts";
import type { Balances } from "./balances.ts";
import { give } from "./destination.ts";
import { scriptFailed } from "./faults.ts";
import type { Funding } from "./funding.ts";
import { resolve } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import { repay, takeAll, takeExactly } from "./source.ts";

export interface MachineOutcome extends ScriptOutcome {
  /** What `print` said; of no use to a ledger. */
  readonly printed: readonly string[];
}

export function runMachine(
  program: Program,
  variables: Readonly<Record<string, string>>,
  store: ScriptStore,
): Result<MachineOutcome, Fault> {
  const resolved = resolve(program, variables, store);
  if (!resolved.ok) {
    return resolved;
  }
  const { scope, balances, asked } = resolved.value;
  const machine = new Machine(scope, balances);
  for (const statement of program.statements) {
    const fault = machine.run(statement);
    if (fault !== undefined) {
      return err(fault);
    }
  }
  const { postings, metadata, printed } = machine;
  const { transaction, accounts } = metadata;
  return ok({ postings, metadata: transaction, accountMetadata: accounts, asked, printed });
}

class Machine {
  readonly postings: Posting[] = [];
  readonly printed: string[] = [];
  readonly metadata = new ScriptMetadata();
  readonly #scope: Scope;
  readonly #balances: Balances;

  constructor(scope: Scope, balances: Balances) {
    this.#scope = scope;
    this.#balances = balances;
  }

  run(statement: Statement): Fault | undefined {
    switch (statement.kind) {
      case "send":
        return this.#send(statement);
      case "save":
        return this.#save(statement);
      case "call":
        return this.#call(statement.call);
      case "print": {
        const value = this.#scope.value(statement.expression);
        if (value.ok) {
          this.printed.push(valueText(value.value));
        }
        return value.ok ? undefined : value.error;
      }
      case "fail":
        return scriptFailed();
    }
  }

  #send({ sent, source, destination }: Send): Fault | undefined {
    const scope = this.#scope;
    const balances = this.#balances;
    let asset: string;
    let funding: Result<Funding, Fault>;
    if (sent.kind === "all") {
      asset = scope.asset(sent.asset);
      funding = takeAll(source, { asset, scope, balances });
    } else {
      const monetary = scope.monetary(sent.monetary);
      if (!monetary.ok) {
        return monetary.error;
      }
      asset = monetary.value.asset;
      funding = takeExactly(source, monetary.value.amount, { asset, scope, balances });
    }
    if (!funding.ok) {
      return funding.error;
    }
    const giving = { asset, scope, balances, postings: this.postings };
    const left = give(destination, funding.value, giving);
    if (!left.ok) {
      return left.error;
    }
    repay(left.value, giving);
    return undefined;
  }

  /** Hides money from the sends that follow. Of a sum only the first operand counts, as ever. */
  #save({ sent, account }: Save): Fault | undefined {
    const address = this.#scope.account(account);
    if (sent.kind === "amount") {
      const { asset, amount } = this.#scope.leftmost(sent.monetary);
      this.#balances.add(address, asset, -amount);
      return undefined;
    }
    const asset = this.#scope.asset(sent.asset);
    const balance = this.#balances.get(address, asset) ?? 0n;
    this.#balances.add(address, asset, balance > 0n ? -balance : 0n);
    return undefined;
  }

  #call({ name, arguments: [first, second, third] }: Call): Fault | undefined {
    const scope = this.#scope;
    const isOnAccount = name.text === "set_account_meta";
    const key = isOnAccount ? second : first;
    const expression = isOnAccount ? third : second;
    assert(
      first !== undefined && key !== undefined && expression !== undefined,
      "the script is parsed: functions have their arguments",
    );
    const value = scope.value(expression);
    if (!value.ok) {
      return value.error;
    }
    const text = scope.string(key);
    if (isOnAccount) {
      this.metadata.setOnAccount(scope.account(first), text, value.value);
    } else {
      this.metadata.setOnTransaction(text, value.value);
    }
    return undefined;
  }
}
