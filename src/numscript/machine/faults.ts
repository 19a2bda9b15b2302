/**
 * How a run of the machine can fail, in the original's words. Where the original answered 500, the
 * answer here is a refusal: the script asked for something that cannot be.
 */
import type { Fault } from "../outcome.ts";
import { monetaryText, type Monetary } from "../value.ts";
import type { Part } from "./funding.ts";

export function invalidVariables(message: string): Fault {
  return { code: "COMPILATION_FAILED", message: `failed to set vars from JSON: ${message}` };
}

export function unresolved(message: string): Fault {
  return { code: "VALIDATION", message: `failed to resolve resources: ${message}` };
}

export function unknownAccount(account: string): Fault {
  const message = `failed to resolve resources: account @${account}: not found`;
  return { code: "NOT_FOUND", message };
}

export function negativeBalance(account: string, asset: string, balance: bigint): Fault {
  return {
    code: "VALIDATION",
    message:
      `failed to resolve balances: tried to request the balance of account ${account} ` +
      `for asset ${asset}: received ${balance}: monetary amounts must be non-negative`,
  };
}

export function worldAsVariable(): Fault {
  return {
    code: "COMPILATION_FAILED",
    message:
      "failed to resolve balances: `@world` can only be used as a variable in the experimental " +
      "interpreter, or if it is never used as a source",
  };
}

function stopped(code: Fault["code"], message: string): Fault {
  return { code, message: `failed to execute machine: ${message}` };
}

const ACCOUNTS_NAMED_MAX = 100;

export function insufficientFunds(funding: readonly Part[]): Fault {
  const named = funding.slice(0, ACCOUNTS_NAMED_MAX).map(({ account }) => `@${account}`);
  const accounts = [...named, ...(funding.length > named.length ? ["…"] : [])].join("|");
  return stopped("INSUFFICIENT_FUND", `account(s) ${accounts} had/have insufficient funds`);
}

export function unlikeAssets(doing: string, left: string, right: string): Fault {
  return stopped("VALIDATION", `cannot ${doing} different assets: ${left} and ${right}`);
}

export function overdraftInOtherAsset(account: string, asset: string): Fault {
  return stopped("VALIDATION", `missing ${asset} balance from @${account}`);
}

export function negativeAmount(monetary: Omit<Monetary, "type">): Fault {
  const text = `[${monetaryText(monetary)}]`;
  return stopped("VALIDATION", `cannot send a monetary with a negative amount: ${text}`);
}

export function badPortions(message: string): Fault {
  return stopped("VALIDATION", message);
}

export function tooManyPostings(limit: number): Fault {
  return stopped("VALIDATION", `too many postings, the limit is ${limit}`);
}

export function scriptFailed(): Fault {
  return stopped("VALIDATION", "script exited with error code");
}
