/**
 * From v1's bodies to the command that creates a transaction (contract §14.3). What v2 added to the
 * body is not looked at; everything else is read and checked as there.
 */
import type { CreateTransaction } from "../../core/command.ts";
import { validation, type LedgerError } from "../../core/error.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { isObject, kindOf, member } from "../../core/json-read.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { objectMember } from "../body.ts";
import { creationOf, decodeCreation } from "../commands.ts";

type Read<T> = Result<T, LedgerError>;

export function readCreation(body: JsonObject): Read<CreateTransaction> {
  const known = pick(body, ["postings", "timestamp", "reference", "metadata"]);
  const script = readScript(body);
  const raw = script.ok ? decodeCreation({ ...known, script: script.value }) : script;
  if (!raw.ok) {
    return err(undecodable(raw.error));
  }
  if (raw.value.postings.length > 0 === (raw.value.plain !== "")) {
    return err(validation("invalid payload: should contain either postings or script"));
  }
  return creationOf(raw.value, false);
}

/** The original's words for any body that does not decode, and ours for what is wrong with it. */
export function undecodable(error: LedgerError): LedgerError {
  return { ...error, message: `invalid transaction format: ${error.message}` };
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, member(object, name) ?? null]));
}

function readScript(body: JsonObject): Read<JsonObject> {
  const script = objectMember(body, "script");
  if (!script.ok || script.value === undefined) {
    return script.ok ? ok({}) : script;
  }
  const vars = objectMember(script.value, "vars");
  const texts = vars.ok ? readVariables(vars.value ?? {}) : vars;
  return texts.ok ? ok({ ...pick(script.value, ["plain"]), vars: texts.value }) : texts;
}

/** Texts, and monetaries as objects; nothing else is a variable here. */
export function readVariables(vars: JsonObject): Read<JsonObject> {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(vars)) {
    const text = typeof value === "string" ? value : monetary(value);
    if (text === undefined) {
      const field = `script.vars[${JSON.stringify(name)}]`;
      const shape = 'a string or {"asset": string, "amount": integer}';
      return err(validation(`${field} must be ${shape}, got ${kindOf(value)}`));
    }
    entries.push([name, text]);
  }
  return ok(Object.fromEntries(entries));
}

/** Here, for once, names of members count as they are written; a null amount is nothing at all. */
function monetary(value: Json): string | undefined {
  if (!isObject(value) || !("amount" in value)) {
    return undefined;
  }
  const asset = value["asset"];
  const amount = value["amount"] ?? 0;
  const isAmount = typeof amount === "number" || typeof amount === "bigint";
  return typeof asset === "string" && isAmount ? `${asset} ${amount}` : undefined;
}
