/**
 * From the elements of a bulk to commands, in two steps as the original takes them (contract §9.2):
 * what is not of the right JSON type makes the whole request unreadable; what is readable but wrong
 * fails in its place, when its turn comes. Nothing here asks the ledger.
 */
import type { Command, Request, Target } from "../core/command.ts";
import { validation, type LedgerError } from "../core/error.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { BulkElement } from "../ledger/rpc.ts";
import { asObject, flagMember, stringMapMember, textMember } from "./body.ts";
import { creationOf, decodeCreation, transactionNumber } from "./commands.ts";

type Read<T> = Result<T, LedgerError>;

/** An element ready for the ledger, and the word by which its answer says what it was. */
export interface Element {
  readonly action: string;
  readonly element: BulkElement;
}

/** What came of a readable element: its command, or why it fails. */
type Checked = Result<Command, LedgerError>;
type Reader = (data: JsonObject) => Read<Checked>;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ["CREATE_TRANSACTION", readCreation],
  ["REVERT_TRANSACTION", readRevert],
  ["ADD_METADATA", readAddition],
  ["DELETE_METADATA", readDeletion],
]);

export function readElements(
  items: readonly Json[],
  schemaVersion: string,
): Read<readonly Element[]> {
  const elements: Element[] = [];
  for (const item of items) {
    const element = readElement(item, schemaVersion);
    if (!element.ok) {
      return element;
    }
    elements.push(element.value);
  }
  return ok(elements);
}

/** One element; an error makes the request, or the rest of the stream, unreadable. */
export function readElement(item: Json, schemaVersion: string): Read<Element> {
  const object = asObject(item, "an element");
  if (!object.ok) {
    return unreadable(object.error);
  }
  const action = textMember(object.value, "action");
  if (!action.ok) {
    return unreadable(action.error);
  }
  const key = textMember(object.value, "ik");
  if (!key.ok) {
    return unreadable(key.error);
  }
  const data = member(object.value, "data");
  if (data === undefined) {
    return unreadable(validation("data is missing"));
  }
  const name = action.value ?? "";
  const reader = READERS.get(name);
  if (reader === undefined) {
    return unreadable(validation(`unknown action ${JSON.stringify(name)}`));
  }
  const body = asObject(data, "data");
  const checked = body.ok ? reader(body.value) : body;
  return checked.ok
    ? ok({ action: name, element: elementOf(checked.value, key.value ?? "", schemaVersion) })
    : unreadable(checked.error);
}

function unreadable(error: LedgerError): Read<never> {
  return err({ ...error, message: `error parsing element: ${error.message}` });
}

/** The command as a request of its own, or what is wrong with it. */
export function elementOf(
  checked: Checked,
  idempotencyKey: string,
  schemaVersion: string,
): BulkElement {
  return checked.ok
    ? ({ command: checked.value, idempotencyKey, dryRun: false, schemaVersion } satisfies Request)
    : { refusal: checked.error };
}

/** What the original does not tell apart from a fault of its own. */
function internal(message: string): LedgerError {
  return { code: "INTERNAL", message };
}

function readCreation(data: JsonObject): Read<Checked> {
  const raw = decodeCreation(data);
  if (!raw.ok) {
    return raw;
  }
  const command = creationOf(raw.value, false);
  return ok(
    command.ok ? command : err(internal(`error parsing element: ${command.error.message}`)),
  );
}

const ID_MAX = 2n ** 64n - 1n;

/** An unsigned integer of 64 bits; undefined for anything else. */
function unsigned(value: Json): bigint | undefined {
  const id = typeof value === "number" || typeof value === "bigint" ? BigInt(value) : -1n;
  return id >= 0n && id <= ID_MAX ? id : undefined;
}

/** A missing id is 0, which no ledger's first transaction has. */
function readRevert(data: JsonObject): Read<Checked> {
  const id = unsigned(member(data, "id") ?? 0);
  if (id === undefined) {
    return err(validation("id must be an unsigned integer of 64 bits"));
  }
  const force = flagMember(data, "force");
  if (!force.ok) {
    return force;
  }
  const atEffectiveDate = flagMember(data, "atEffectiveDate");
  if (!atEffectiveDate.ok) {
    return atEffectiveDate;
  }
  const metadata = stringMapMember(data, "metadata");
  if (!metadata.ok) {
    return metadata;
  }
  return ok(
    ok({
      kind: "revert-transaction",
      id: transactionNumber(id),
      force: force.value,
      atEffectiveDate: atEffectiveDate.value,
      metadata: metadata.value,
    }),
  );
}

/** Null for a transaction's metadata is an empty map; in an account's log it stays null. */
function readAddition(data: JsonObject): Read<Checked> {
  const type = textMember(data, "targetType");
  if (!type.ok) {
    return type;
  }
  const metadata = stringMapMember(data, "metadata");
  if (!metadata.ok) {
    return metadata;
  }
  const target = readTarget(type.value ?? "", member(data, "targetId"), "invalid");
  if (!target.ok) {
    return ok(target);
  }
  const given = metadata.value ?? (target.value.type === "TRANSACTION" ? {} : undefined);
  return ok(ok({ kind: "save-metadata", target: target.value, metadata: given }));
}

function readDeletion(data: JsonObject): Read<Checked> {
  const type = textMember(data, "targetType");
  if (!type.ok) {
    return type;
  }
  const key = textMember(data, "key");
  if (!key.ok) {
    return key;
  }
  const target = readTarget(type.value ?? "", member(data, "targetId"), "unsupported");
  return ok(
    target.ok
      ? ok({ kind: "delete-metadata", target: target.value, key: key.value ?? "" })
      : target,
  );
}

/** `adjective` is how the original speaks of a type it does not know. */
function readTarget(
  type: string,
  id: Json | undefined,
  adjective: string,
): Result<Target, LedgerError> {
  if (type !== "ACCOUNT" && type !== "TRANSACTION") {
    return err(internal(`${adjective} target type: ${type}`));
  }
  if (id === undefined) {
    return err(internal("unexpected end of JSON input"));
  }
  if (type === "ACCOUNT") {
    return typeof id === "string"
      ? ok({ type, address: id })
      : err(validation("targetId of an ACCOUNT must be a string"));
  }
  const number = unsigned(id ?? 0);
  return number === undefined
    ? err(validation("targetId of a TRANSACTION must be an unsigned integer of 64 bits"))
    : ok({ type, id: transactionNumber(number) });
}
