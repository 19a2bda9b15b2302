/**
 * Running a script the way v1 first had it (contract Appendix C): the answer is always 200, and its
 * body tells success from failure. Formance v2 no longer serves this route.
 */
import { Hono } from "hono";
import type { CreateTransaction } from "../../core/command.ts";
import type { ErrorCode, LedgerError } from "../../core/error.ts";
import { quote } from "../../core/json.ts";
import type { Result } from "../../core/result.ts";
import { readObject } from "../body.ts";
import type { App, Env } from "../context.ts";
import { queryOf } from "../query.ts";
import { json } from "../respond.ts";
import { hitHeader } from "../write.ts";
import { readScriptCreation } from "./creation.ts";
import { execute } from "./on-demand.ts";
import { withTxid } from "./views.ts";

export function scriptRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/script", async (c) => {
    const command = await readCommand(c);
    if (!command.ok) {
      return failure(command.error.code, command.error.message);
    }
    if (command.value.script === "") {
      return failure("NO_SCRIPT", "no script to execute");
    }
    const outcome = await execute(c, command.value, queryOf(c));
    if (!outcome.ok) {
      return failure(CODES[outcome.error.code] ?? outcome.error.code, outcome.error.message);
    }
    const { transaction = "{}" } = outcome.value;
    return json(`{"transaction":${withTxid(transaction)}}`, 200, hitHeader(outcome.value));
  });

  return routes;
}

async function readCommand(c: App): Promise<Result<CreateTransaction, LedgerError>> {
  const body = await readObject(c);
  return body.ok ? readScriptCreation(body.value) : body;
}

/** What v1 called what it had no word for. */
const CODES: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  INTERPRETER_PARSE: "COMPILATION_FAILED",
  INTERPRETER_RUNTIME: "COMPILATION_FAILED",
  NO_POSTINGS: "VALIDATION",
  // The account whose metadata a script asks for.
  NOT_FOUND: "COMPILATION_FAILED",
  SCHEMA_NOT_SPECIFIED: "VALIDATION",
};

/** The code stands under its older name, too; the link shows the message in a playground. */
function failure(code: ErrorCode | "NO_SCRIPT", message: string): Response {
  const details = quote(
    `https://play.numscript.org/?payload=${base64(`{"error":${quote(message)}}`)}`,
  );
  return json(
    `{"errorCode":"${code}","errorMessage":${quote(message)},"error_code":"${code}",` +
      `"details":${details}}`,
  );
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}
