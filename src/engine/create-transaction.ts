/**
 * Creating a transaction from postings, a script or a template: what moves, who may, and the log of
 * it. The ladder of checks follows contract §4.4; a refusal changes nothing, though some use up the
 * transaction's id.
 */
import type { CreateTransaction, Request } from "../core/command.ts";
import { compareText } from "../core/json.ts";
import type { LedgerError } from "../core/error.ts";
import { formatAccountMetadata, formatTransactionMemento } from "../core/log.ts";
import { err, ok, type Result } from "../core/result.ts";
import { formatTransaction } from "../core/transaction-json.ts";
import type { Metadata, Posting, Transaction } from "../core/transaction.ts";
import type { Runtime } from "../numscript/script.ts";
import { checkPosting } from "../schema/chart.ts";
import type { Schema } from "../schema/schema.ts";
import { hasTemplates, templateOf } from "../schema/template.ts";
import { mergeMetadata, NO_METADATA, touchAccounts } from "./account-upsert.ts";
import { forgingError, refuse, seal, type Context, type Decision } from "./context.ts";
import { contractViolation } from "./contracts.ts";
import { funded, scripted, type Draft } from "./draft.ts";
import { emptyPair, move } from "./movement.ts";
import { pairKey } from "./overlay.ts";
import type { PairState } from "./view.ts";

export function createTransaction(
  request: Request,
  command: CreateTransaction,
  print: string,
  schema: Schema | undefined,
  context: Context,
): Decision {
  const draft = draftOf(command, schema, context);
  if (!draft.ok) {
    return refuse(draft.error);
  }
  const { postings, asked } = draft.value;
  if (postings.length === 0) {
    return refuse(forgingError("NO_POSTINGS", "numscript execution returned no postings"));
  }
  const metadata = mergeOwn(draft.value.metadata, command.metadata ?? NO_METADATA);
  if (!metadata.ok) {
    return refuse(metadata.error);
  }
  const { reference } = command;
  if (reference !== undefined && context.view.isReferenceUsed(reference)) {
    const problem = `failed to insert transaction: duplicate reference "${reference}"`;
    return refuse(forgingError("CONFLICT", problem), true);
  }
  const violation = chartViolation(postings, schema, context);
  if (violation !== undefined) {
    return refuse(violation, true);
  }
  const { date, transactionId } = context.position;
  const timestamp = command.timestamp ?? date;
  const movement = move(context.view, postings, timestamp, date, context.totals);
  const isJudged = command.postings !== undefined && !command.force;
  const broken = isJudged ? contractViolation(context.view, movement.pairs) : undefined;
  if (broken !== undefined) {
    return refuse(broken);
  }
  const transaction: Transaction = {
    id: transactionId,
    postings,
    metadata: metadata.value,
    timestamp,
    reference,
    template: command.template,
    insertedAt: date,
    updatedAt: date,
    revertedAt: undefined,
    postCommitVolumes: movement.postCommitVolumes,
    postCommitEffectiveVolumes: movement.postCommitEffectiveVolumes,
  };
  const accountMetadata = mergeAccounts(draft.value.accountMetadata, command.accountMetadata);
  const json = formatTransaction(transaction);
  const accountsJson = formatAccountMetadata(accountMetadata);
  const memento = formatTransactionMemento(transaction);
  return seal(context, request, print, {
    type: "NEW_TRANSACTION",
    data: `{"transaction":${json},"accountMetadata":${accountsJson}}`,
    memento: `{"transaction":${memento},"accountMetadata":${accountsJson}}`,
    transaction: json,
    changes: {
      transaction: { ...transaction, moves: movement.moves },
      pairs: withAsked(movement.pairs, asked, context),
      accounts: touchAccounts(context.view, postings, accountMetadata, {
        firstUsage: timestamp,
        date,
        schema,
      }),
    },
  });
}

function draftOf(
  command: CreateTransaction,
  schema: Schema | undefined,
  context: Context,
): Result<Draft, LedgerError> {
  const template = resolveTemplate(command, schema, context);
  if (!template.ok) {
    return template;
  }
  const chosen = command.runtime === "" ? (template.value?.runtime ?? "") : command.runtime;
  const runtime = runtimeOf(chosen, context.options.defaultRuntime);
  const script = template.value?.script ?? command.script;
  return command.postings === undefined || script !== undefined
    ? scripted(script ?? "", command.variables, runtime, context)
    : funded(command.postings, command.force, runtime, context);
}

function runtimeOf(name: string, byDefault: Runtime): Runtime {
  return name === "machine" || name === "experimental-interpreter" ? name : byDefault;
}

/** The template of the schema that the command names (contract §12.4). */
function resolveTemplate(
  command: CreateTransaction,
  schema: Schema | undefined,
  context: Context,
): Result<{ readonly script: string; readonly runtime: string } | undefined, LedgerError> {
  const isDefined = schema !== undefined && hasTemplates(schema);
  if (command.template === undefined) {
    return isDefined ? err(adHocRefusal(schema, context)) : ok(undefined);
  }
  if (!isDefined) {
    const problem = "can only use templates on a schema with transaction definitions";
    return err(schemaViolation(schema, problem));
  }
  const template = templateOf(schema, command.template);
  return template === undefined ? err(templateNotFound(schema, command.template)) : ok(template);
}

function adHocRefusal(schema: Schema, context: Context): LedgerError {
  return context.options.schemaEnforcement === "strict"
    ? schemaViolation(schema, "transactions on this ledger must use a template")
    : templateNotFound(schema, "");
}

function templateNotFound(schema: Schema, id: string): LedgerError {
  return schemaViolation(schema, `failed to find transaction template \`${id}\``);
}

function schemaViolation(schema: Schema | undefined, problem: string): LedgerError {
  return forgingError("VALIDATION", `schema version [${schema?.version ?? ""}]: ${problem}`);
}

/**
 * Request metadata onto script metadata: a key the script gave a value cannot be given another
 * (contract §4.5).
 */
function mergeOwn(script: Metadata, given: Metadata): Result<Metadata, LedgerError> {
  const taken = Object.keys(given)
    .filter((key) => Object.hasOwn(script, key) && script[key] !== "")
    .toSorted(compareText);
  return taken[0] === undefined
    ? ok(mergeMetadata(script, given))
    : err(forgingError("METADATA_OVERRIDE", `cannot override metadata '${taken[0]}'`));
}

function mergeAccounts(
  script: ReadonlyMap<string, Metadata>,
  given: CreateTransaction["accountMetadata"],
): ReadonlyMap<string, Metadata> {
  if (given === undefined) {
    return script;
  }
  const merged = new Map(script);
  for (const [address, metadata] of Object.entries(given)) {
    merged.set(address, mergeMetadata(merged.get(address) ?? NO_METADATA, metadata));
  }
  return merged;
}

/** The first posting that the chart does not allow; only strict enforcement refuses it. */
function chartViolation(
  postings: readonly Posting[],
  schema: Schema | undefined,
  context: Context,
): LedgerError | undefined {
  if (schema === undefined || context.options.schemaEnforcement === "audit") {
    return undefined;
  }
  for (const posting of postings) {
    const problem = checkPosting(schema, posting);
    if (problem !== undefined) {
      return schemaViolation(schema, problem);
    }
  }
  return undefined;
}

/** A pair that a script asked for exists from then on, with no volumes (contract I.5). */
function withAsked(
  pairs: readonly PairState[],
  asked: Draft["asked"],
  context: Context,
): readonly PairState[] {
  if (asked.length === 0) {
    return pairs;
  }
  const known = new Set(pairs.map(({ account, asset }) => pairKey(account, asset)));
  const created = [...pairs];
  for (const [account, asset] of asked) {
    const key = pairKey(account, asset);
    if (!known.has(key) && context.view.pair(account, asset) === undefined) {
      known.add(key);
      created.push(emptyPair(account, asset));
    }
  }
  return created;
}
