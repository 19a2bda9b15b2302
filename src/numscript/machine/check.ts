/**
 * What the machine finds out about a script before it runs: names, types, and what a statement may
 * hold. The words are the original's, also where they are odd.
 */
import type { Call, Declaration, Program, Save, Send, Statement } from "../ast.ts";
import { Problems, type Problem } from "../problem.ts";
import { isType } from "../value.ts";
import { checkDestination, checkSource } from "./check-send.ts";
import { Types } from "./types.ts";

export function checkMachine(program: Program): readonly Problem[] {
  const problems = new Problems();
  const types = new Types(problems);
  for (const declaration of program.variables) {
    checkDeclaration(declaration, types, problems);
  }
  for (const statement of program.statements) {
    checkStatement(statement, types, problems);
  }
  return problems.list;
}

function checkDeclaration(declaration: Declaration, types: Types, problems: Problems): void {
  const { type, name, origin } = declaration;
  if (origin?.kind === "call") {
    checkOrigin(declaration, origin, types, problems);
  }
  if (!isType(type.text)) {
    problems.add(`mismatched input '${type.text}' expecting a type`, type);
  } else if (!types.declare(name.text, type.text)) {
    problems.add(`duplicate variable $${name.text}`, declaration);
  }
}

function checkOrigin(
  { type, name }: Declaration,
  { name: origin, arguments: [account, asset], start, end }: Call,
  types: Types,
  problems: Problems,
): void {
  const span = { start, end };
  const accountType = account && types.of(account);
  if (origin.text === "meta") {
    if (accountType !== undefined && accountType !== "account") {
      problems.add(
        `variable $${name.text}: type should be 'account' to pull account metadata`,
        span,
      );
    }
    return;
  }
  if (type.text !== "monetary") {
    problems.add(`variable $${name.text}: type should be 'monetary' to pull account balance`, span);
  }
  const expectArgument = (position: string, expected: string, found: string | undefined): void => {
    if (found !== undefined && found !== expected) {
      problems.add(
        `variable $${name.text}: the ${position} argument to pull account balance ` +
          `should be of type '${expected}'`,
        span,
      );
    }
  };
  expectArgument("first", "account", accountType);
  expectArgument("second", "asset", asset && types.of(asset));
}

function checkStatement(statement: Statement, types: Types, problems: Problems): void {
  switch (statement.kind) {
    case "send":
      return checkSend(statement, types, problems);
    case "save":
      return checkSave(statement, types);
    case "call":
      return checkCall(statement.call, types);
    case "print":
      types.of(statement.expression);
      return undefined;
    case "fail":
      return undefined;
  }
}

function checkSend({ sent, source, destination }: Send, types: Types, problems: Problems): void {
  if (sent.kind === "all") {
    const wrong = "send monetary all: the expression should be of type 'asset'";
    types.expect(sent.asset, "asset", (type) => `${wrong} instead of '${type}'`);
  } else {
    const wrong = "send monetary: the expression should be of type 'monetary'";
    types.expect(sent.monetary, "monetary", (type) => `${wrong} instead of '${type}'`);
  }
  checkSource(source, sent.kind === "all", types, problems);
  checkDestination(destination, types, problems);
}

function checkSave({ sent, account }: Save, types: Types): void {
  const wrong = (position: string, expected: string) => (type: string) =>
    `save monetary from account: the ${position} expression should be of type '${expected}' ` +
    `instead of '${type}'`;
  if (sent.kind === "all") {
    types.expect(sent.asset, "asset", wrong("first", "asset"));
  } else {
    types.expect(sent.monetary, "monetary", wrong("first", "monetary"));
  }
  types.expect(account, "account", wrong("second", "account"));
}

function checkCall({ name, arguments: values }: Call, types: Types): void {
  const [account, ...rest] = values;
  if (name.text === "set_account_meta" && account !== undefined) {
    types.expect(account, "account", (type) => {
      return `set_account_meta: expression is of type ${type}, and should be of type account`;
    });
    rest.forEach((value) => types.of(value));
  } else {
    values.forEach((value) => types.of(value));
  }
}
