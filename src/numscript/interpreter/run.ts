/**
 * Running an interpreter's script: flags, variables, the balances it will need, then its statements
 * in order. Any fault discards everything.
 */
import { isAddress } from "../../core/address.ts";
import { isAsset } from "../../core/asset.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Posting } from "../../core/transaction.ts";
import type { Declaration, Program, Save, Send, Statement } from "../ast.ts";
import type { Fault, ScriptOptions, ScriptOutcome, ScriptStore } from "../outcome.ts";
import type { Value } from "../value.ts";
import { give } from "./destination.ts";
import { evaluate, evaluateAll, evaluateAs } from "./evaluate.ts";
import { invalidPosting, missingVariable, negativeAmount, unknownFeature } from "./faults.ts";
import { isFeature } from "./features.ts";
import { callStatement, readMeta, readTyped } from "./functions.ts";
import { evaluateSent, preload } from "./preload.ts";
import { FundsQueue } from "./queue.ts";
import { Session } from "./session.ts";
import { takeAll, takeExactly } from "./source.ts";

export function runInterpreter(
  program: Program,
  variables: Readonly<Record<string, string>>,
  store: ScriptStore,
  options: ScriptOptions,
): Result<ScriptOutcome, Fault> {
  const unknown = program.features.find(({ name }) => !isFeature(name));
  if (unknown !== undefined) {
    return err(unknownFeature(unknown.name));
  }
  const own = program.features.map(({ name }) => name);
  const session = new Session(store, new Set([...options.featureFlags, ...own]));
  const fault = declare(program.variables, variables, session) ?? execute(program, session);
  if (fault !== undefined) {
    return err(fault);
  }
  const { postings, metadata, balances } = session;
  const invalid = postings.find((posting) => !isValid(posting));
  return invalid === undefined
    ? ok({
        postings,
        metadata: metadata.transaction,
        accountMetadata: metadata.accounts,
        asked: balances.asked,
      })
    : err(invalidPosting(invalid));
}

/** Where bad assets in the script's text come to light. */
function isValid({ source, destination, amount, asset }: Posting): boolean {
  return amount >= 0n && isAsset(asset) && isAddress(source) && isAddress(destination);
}

/** Gives variables their values in order; the later of two declarations of a name counts. */
function declare(
  declarations: readonly Declaration[],
  given: Readonly<Record<string, string>>,
  session: Session,
): Fault | undefined {
  for (const declaration of declarations) {
    const value = valueOf(declaration, given, session);
    if (!value.ok) {
      return value.error;
    }
    session.variables.set(declaration.name.text, value.value);
  }
  session.isDeclaring = false;
  return undefined;
}

function valueOf(
  { name, type, origin }: Declaration,
  given: Readonly<Record<string, string>>,
  session: Session,
): Result<Value, Fault> {
  if (origin === undefined) {
    const text = Object.hasOwn(given, name.text) ? given[name.text] : undefined;
    return text === undefined ? err(missingVariable(name.text)) : readTyped(type.text, text, type);
  }
  if (origin.kind !== "call") {
    const fault = session.missing("experimental-mid-script-function-call");
    return fault === undefined ? evaluate(origin, session) : err(fault);
  }
  if (origin.name.text !== "meta") {
    return evaluate(origin, session);
  }
  const values = evaluateAll(origin.arguments, session);
  return values.ok ? readMeta(type, values.value, origin, session) : values;
}

function execute({ statements }: Program, session: Session): Fault | undefined {
  let fault = preload(statements, session);
  for (const statement of statements) {
    fault ??= executeStatement(statement, session);
  }
  return fault;
}

function executeStatement(statement: Statement, session: Session): Fault | undefined {
  switch (statement.kind) {
    case "send":
      return send(statement, session);
    case "save":
      return save(statement, session);
    case "call": {
      const { name, arguments: values } = statement.call;
      const evaluated = evaluateAll(values, session);
      return evaluated.ok ? callStatement(name, evaluated.value, session) : evaluated.error;
    }
    case "print":
    case "fail":
      // The interpreter's grammar has neither.
      return undefined;
  }
}

function send({ sent, source, destination }: Send, session: Session): Fault | undefined {
  const value = evaluateSent(sent, session);
  if (!value.ok) {
    return value.error;
  }
  const { asset, amount } = value.value;
  if (amount !== undefined && amount < 0n) {
    return negativeAmount(amount);
  }
  const sending = { asset, queue: new FundsQueue(), session };
  const taken =
    amount === undefined ? takeAll(source, sending) : takeExactly(source, amount, sending);
  return taken.ok ? give(destination, taken.value, sending) : taken.error;
}

/**
 * Hides money from the sends that follow: never more than there is, and a debt stays what it is.
 */
function save({ sent, account }: Save, session: Session): Fault | undefined {
  const value = evaluateSent(sent, session);
  if (!value.ok) {
    return value.error;
  }
  const address = evaluateAs(account, "account", session);
  if (!address.ok) {
    return address.error;
  }
  const { asset, amount } = value.value;
  if (amount !== undefined && amount < 0n) {
    return negativeAmount(amount, sent);
  }
  const held = session.balances.get(address.value.address, asset);
  if (held > 0n) {
    const left = amount === undefined || amount > held ? 0n : held - amount;
    session.balances.set(address.value.address, asset, left);
  }
  return undefined;
}
