/**
 * The bookkeeper: a command and a view of the books in, a log or a refusal out. Pure, total and
 * without waiting; the order of the checks is the order in which their errors take precedence
 * (contract §4.4).
 */
import type { Request } from "../core/command.ts";
import { validation, type LedgerError } from "../core/error.ts";
import { memberText } from "../core/json.ts";
import { must } from "../core/assert.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Schema } from "../schema/schema.ts";
import { forgingError, refuse, type Context, type Decision } from "./context.ts";
import { createTransaction } from "./create-transaction.ts";
import { keyProblem } from "./idempotency-key.ts";
import { fingerprint } from "./fingerprint.ts";
import { insertSchema } from "./insert-schema.ts";
import { deleteMetadata, saveMetadata } from "./metadata.ts";
import { revertTransaction } from "./revert-transaction.ts";
import type { UsedKey } from "./view.ts";

export function decide(request: Request, context: Context): Decision {
  const { command, idempotencyKey } = request;
  const print = fingerprint(command);
  const isKeepable = idempotencyKey !== "" && keyProblem(idempotencyKey) === undefined;
  const used = isKeepable ? context.view.usedKey(idempotencyKey) : undefined;
  if (used !== undefined) {
    return replay(idempotencyKey, print, used);
  }
  if (command.kind === "insert-schema") {
    return insertSchema(request, command, print, context);
  }
  const schema = schemaOf(request.schemaVersion, context);
  if (!schema.ok) {
    return refuse(schema.error);
  }
  switch (command.kind) {
    case "create-transaction":
      return createTransaction(request, command, print, schema.value, context);
    case "revert-transaction":
      return revertTransaction(request, command, print, context);
    case "save-metadata":
      return saveMetadata(request, command, print, schema.value, context);
    case "delete-metadata":
      return deleteMetadata(request, command, print, context);
  }
}

/**
 * The same key again: the stored answer if the input is the same, else a refusal. Nothing is
 * written.
 */
function replay(key: string, print: string, used: UsedKey): Decision {
  if (used.hash !== "" && used.hash !== print) {
    return refuse(
      validation(
        `invalid idempotency hash when using idempotency key '${key}', ` +
          `has computed '${print}' but '${used.hash}' is stored`,
      ),
    );
  }
  const { logId, line } = used;
  const transaction = createdBy(line);
  return {
    result: ok({ facts: undefined, logId, idempotencyHit: true, transaction }),
    usesTransactionId: false,
    usesLogId: false,
  };
}

/** JSON of the transaction a log made, as it was then. */
function createdBy(line: string): string | undefined {
  return memberText(must(memberText(line, "data"), "a kept log has data"), "transaction");
}

/** The schema the command names; undefined when it names none and need not (contract §12.5). */
function schemaOf(version: string, context: Context): Result<Schema | undefined, LedgerError> {
  const latest = context.view.latestSchema();
  if (version === "") {
    return latest !== undefined && context.options.schemaEnforcement === "strict"
      ? err(
          forgingError(
            "SCHEMA_NOT_SPECIFIED",
            `a schema version must be specified for this ledger, ` +
              `latest available version is ${latest}`,
          ),
        )
      : ok(undefined);
  }
  const schema = context.view.schema(version);
  if (schema !== undefined) {
    return ok(schema);
  }
  const hint =
    latest === undefined
      ? "this ledger doesn't have a schema"
      : `latest available version is \`${latest}\``;
  return err(forgingError("NOT_FOUND", `schema version \`${version}\` not found, ${hint}`));
}
