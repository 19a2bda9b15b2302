/**
 * From v1's bodies to the command that creates a transaction, and back from its errors (contract
 * §14.3, Appendix C). What v2 added to the body is not looked at; everything else is read and
 * checked as there.
 */
import type { CreateTransaction } from "../../core/command.ts";
import { validation, type ErrorCode, type LedgerError } from "../../core/error.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { isObject, kindOf, member } from "../../core/json-read.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { objectMember } from "../body.ts";
import { creationOf, decodeCreation } from "../commands.ts";

type Read<T> = Result<T, LedgerError>;

/** The body of POST transactions, and an item of a batch. */
export function readCreation(body: JsonObject): Read<CreateTransaction> {
  const known = pick(body, ["postings", "timestamp", "reference", "metadata"]);
  const given = objectMember(body, "script");
  const script = given.ok ? readScript(given.value ?? {}, false) : given;
  const raw = script.ok ? decodeCreation({ ...known, script: script.value }) : script;
  if (!raw.ok) {
    return err(undecodable(raw.error));
  }
  if (raw.value.postings.length > 0 === (raw.value.plain !== "")) {
    return err(validation("invalid payload: should contain either postings or script"));
  }
  return creationOf(raw.value, false);
}

/** The body of POST script: the script's members stand beside the others. */
export function readScriptCreation(body: JsonObject): Read<CreateTransaction> {
  const known = pick(body, ["timestamp", "reference", "metadata"]);
  const script = readScript(body, true);
  const raw = script.ok ? decodeCreation({ ...known, script: script.value }) : script;
  return raw.ok ? creationOf(raw.value, false) : err(undecodable(raw.error));
}

/** The original's words for any body that does not decode, and ours for what is wrong with it. */
export function undecodable(error: LedgerError): LedgerError {
  return { ...error, message: `invalid transaction format: ${error.message}` };
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, member(object, name) ?? null]));
}

function readScript(script: JsonObject, takesNumbers: boolean): Read<JsonObject> {
  const vars = objectMember(script, "vars");
  const texts = vars.ok ? readVariables(vars.value ?? {}, takesNumbers) : vars;
  return texts.ok ? ok({ ...pick(script, ["plain"]), vars: texts.value }) : texts;
}

/** Texts, and monetaries as objects; numbers only where v1 took them. */
function readVariables(vars: JsonObject, takesNumbers: boolean): Read<JsonObject> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(vars)) {
    const text = textOf(value, takesNumbers);
    if (text === undefined) {
      const shape = 'a string or {"asset": string, "amount": integer}';
      return err(
        validation(`vars[${JSON.stringify(name)}] must be ${shape}, got ${kindOf(value)}`),
      );
    }
    entries.push([name, text]);
  }
  return ok(Object.fromEntries(entries));
}

function textOf(value: Json, takesNumbers: boolean): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  return takesNumbers && isInteger(value) ? String(value) : monetary(value);
}

function isInteger(value: Json | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Here, for once, names of members count as they are written; a null amount is nothing at all. */
function monetary(value: Json): string | undefined {
  if (!isObject(value) || !("amount" in value)) {
    return undefined;
  }
  const asset = value["asset"];
  const amount = value["amount"] ?? 0;
  return typeof asset === "string" && isInteger(amount) ? `${asset} ${amount}` : undefined;
}

/** What v1 calls invalid, and v2 tells apart. */
const INVALID: ReadonlySet<ErrorCode> = new Set(["NO_POSTINGS"]);
const INVALID_SCRIPT: ReadonlySet<ErrorCode> = new Set([
  ...INVALID,
  "COMPILATION_FAILED",
  "INTERPRETER_PARSE",
  "INTERPRETER_RUNTIME",
  "METADATA_OVERRIDE",
]);

/** The codes of creations, by what was given (contract §14.3). */
export function creationError(error: LedgerError, command: CreateTransaction): LedgerError {
  const invalid = command.postings === undefined ? INVALID_SCRIPT : INVALID;
  return invalid.has(error.code) ? { ...error, code: "VALIDATION" } : error;
}
