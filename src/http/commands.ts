/**
 * From request bodies to commands: the v2 shapes, shared by single requests and bulks, and used by
 * v1 for what it shares. What is found wrong here is found before the ledger is asked (contract
 * §4.4, step 1).
 */
import { isAddress } from "../core/address.ts";
import { isAsset } from "../core/asset.ts";
import type { CreateTransaction } from "../core/command.ts";
import { validation, type LedgerError } from "../core/error.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parseTimestamp, ZERO_TIME, type Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting } from "../core/transaction.ts";
import { POSTINGS_MAX } from "../core/limits.ts";
import { variablesFromJson } from "../core/script-variables.ts";
import {
  asObject,
  asStringMap,
  flagMember,
  listMember,
  objectMember,
  stringMapMember,
  textMember,
} from "./body.ts";

type Read<T> = Result<T, LedgerError>;

/** A posting as it came: its amount may be missing until it is checked. */
interface RawPosting {
  readonly source: string;
  readonly destination: string;
  readonly asset: string;
  readonly amount: bigint | undefined;
}

/** The body of POST transactions. `force` is what the query says; the body may add to it. */
export function readCreation(body: JsonObject, force: boolean): Read<CreateTransaction> {
  const raw = decodeCreation(body);
  if (!raw.ok) {
    return raw;
  }
  const { postings, plain, template } = raw.value;
  const modes = [
    ...(postings.length > 0 ? ["postings"] : []),
    ...(plain !== "" ? ["numscript"] : []),
    ...(template !== "" ? ["template"] : []),
  ];
  if (modes.length > 1) {
    return err(validation(`cannot pass ${modes[0]} and ${modes[1]} in the same request`));
  }
  if (modes.length === 0) {
    return err({
      code: "NO_POSTINGS",
      message: "you must pass either a posting array, a numscript script, or a template",
    });
  }
  return creationOf(raw.value, force);
}

/** A creation as it came: well typed, not checked. */
export interface RawCreation {
  readonly postings: readonly RawPosting[];
  readonly plain: string;
  readonly template: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timestamp: Timestamp | undefined;
  readonly reference: string;
  readonly metadata: Metadata | undefined;
  readonly accountMetadata: Readonly<Record<string, Metadata>> | undefined;
  readonly runtime: string;
  readonly force: boolean;
}

/**
 * The command of a creation whose postings are sound. Of several modes postings win, and none at
 * all is the empty script: single requests refuse both before.
 */
export function creationOf(raw: RawCreation, force: boolean): Read<CreateTransaction> {
  const postings = checkPostings(raw.postings);
  if (!postings.ok) {
    return postings;
  }
  const { plain, template, reference } = raw;
  const hasPostings = postings.value.length > 0;
  return ok({
    kind: "create-transaction",
    postings: hasPostings ? postings.value : undefined,
    script: hasPostings || template !== "" ? undefined : plain,
    template: hasPostings || template === "" ? undefined : template,
    variables: raw.variables,
    timestamp: raw.timestamp,
    reference: reference === "" ? undefined : reference,
    metadata: raw.metadata,
    accountMetadata: raw.accountMetadata,
    runtime: raw.runtime,
    force: force || raw.force,
  });
}

export function decodeCreation(body: JsonObject): Read<RawCreation> {
  const postings = readPostings(body);
  if (!postings.ok) {
    return postings;
  }
  const script = readScript(body);
  if (!script.ok) {
    return script;
  }
  const timestamp = readTimestamp(body, "timestamp");
  if (!timestamp.ok) {
    return timestamp;
  }
  const reference = textMember(body, "reference");
  if (!reference.ok) {
    return reference;
  }
  const metadata = stringMapMember(body, "metadata");
  if (!metadata.ok) {
    return metadata;
  }
  const accountMetadata = readAccountMetadata(body);
  if (!accountMetadata.ok) {
    return accountMetadata;
  }
  const runtime = textMember(body, "runtime");
  if (!runtime.ok) {
    return runtime;
  }
  const force = flagMember(body, "force");
  if (!force.ok) {
    return force;
  }
  return ok({
    postings: postings.value,
    ...script.value,
    timestamp: timestamp.value,
    reference: reference.value ?? "",
    metadata: metadata.value,
    accountMetadata: accountMetadata.value,
    runtime: runtime.value ?? "",
    force: force.value,
  });
}

/** `{plain, template, vars}`; absent members are empty. */
export function readScript(
  body: JsonObject,
): Read<Pick<RawCreation, "plain" | "template" | "variables">> {
  const script = objectMember(body, "script");
  if (!script.ok) {
    return script;
  }
  const plain = textMember(script.value ?? {}, "plain");
  if (!plain.ok) {
    return plain;
  }
  const template = textMember(script.value ?? {}, "template");
  if (!template.ok) {
    return template;
  }
  const vars = objectMember(script.value ?? {}, "vars");
  if (!vars.ok) {
    return vars;
  }
  const variables = variablesFromJson(vars.value ?? {});
  return variables.ok
    ? ok({
        plain: plain.value ?? "",
        template: template.value ?? "",
        variables: variables.value,
      })
    : err(validation(variables.error));
}

export function readPostings(body: JsonObject): Read<readonly RawPosting[]> {
  const list = listMember(body, "postings");
  if (!list.ok) {
    return list;
  }
  const items = list.value ?? [];
  if (items.length > POSTINGS_MAX) {
    return err(validation(`postings: there are ${items.length}, the limit is ${POSTINGS_MAX}`));
  }
  const postings: RawPosting[] = [];
  for (const [index, item] of items.entries()) {
    const posting = readPosting(item, `postings[${index}]`);
    if (!posting.ok) {
      return posting;
    }
    postings.push(posting.value);
  }
  return ok(postings);
}

function readPosting(item: Json, field: string): Read<RawPosting> {
  const object = asObject(item, field);
  if (!object.ok) {
    return object;
  }
  const source = textMember(object.value, "source");
  if (!source.ok) {
    return source;
  }
  const destination = textMember(object.value, "destination");
  if (!destination.ok) {
    return destination;
  }
  const asset = textMember(object.value, "asset");
  if (!asset.ok) {
    return asset;
  }
  const amount = member(object.value, "amount") ?? undefined;
  if (amount !== undefined && typeof amount !== "number" && typeof amount !== "bigint") {
    return err(validation(`invalid JSON: ${field}.amount must be an integer`));
  }
  return ok({
    source: source.value ?? "",
    destination: destination.value ?? "",
    asset: asset.value ?? "",
    amount: amount === undefined ? undefined : BigInt(amount),
  });
}

/** The first fault in order of the postings, in the original's words (contract §2.2). */
export function checkPostings(postings: readonly RawPosting[]): Read<readonly Posting[]> {
  const checked: Posting[] = [];
  for (const { source, destination, amount, asset } of postings) {
    if (amount === undefined) {
      return err(validation("no amount defined"));
    }
    if (amount < 0n) {
      return err(validation("negative amount"));
    }
    if (!isAddress(source)) {
      return err(validation("invalid source address"));
    }
    if (!isAddress(destination)) {
      return err(validation("invalid destination address"));
    }
    if (!isAsset(asset)) {
      return err(validation("invalid asset"));
    }
    checked.push({ source, destination, amount, asset });
  }
  return ok(checked);
}

/** RFC 3339; absent, null and Go's zero time are undefined. */
export function readTimestamp(body: JsonObject, name: string): Read<Timestamp | undefined> {
  const value = member(body, name) ?? undefined;
  if (value === undefined) {
    return ok(undefined);
  }
  const timestamp = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (timestamp === undefined) {
    return err(validation(`invalid date format: ${name} must be an RFC 3339 date`));
  }
  return ok(timestamp === ZERO_TIME ? undefined : timestamp);
}

/** Account → string map; null for an account's map is an empty one. */
function readAccountMetadata(
  body: JsonObject,
): Read<Readonly<Record<string, Metadata>> | undefined> {
  const accounts = objectMember(body, "accountMetadata");
  if (!accounts.ok || accounts.value === undefined) {
    return accounts.ok ? ok(undefined) : accounts;
  }
  const entries: [string, Metadata][] = [];
  for (const [address, value] of Object.entries(accounts.value)) {
    const metadata = asStringMap(value, `accountMetadata[${JSON.stringify(address)}]`);
    if (!metadata.ok) {
      return metadata;
    }
    entries.push([address, metadata.value ?? {}]);
  }
  return ok(Object.fromEntries(entries));
}

/** Ids that no ledger can reach count as an id that does not exist. */
export function transactionNumber(id: bigint): number {
  return id < 0n || id > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : Number(id);
}
