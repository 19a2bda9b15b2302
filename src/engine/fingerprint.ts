/**
 * The fingerprint of a command: equal inputs, equal text. It tells a retry from a different use of
 * the same idempotency key, and stands in every log (contract §4.8: the members, their order and
 * Go's way of writing JSON are part of it).
 */
import { createHash } from "node:crypto";
import type { Command, CreateTransaction } from "../core/command.ts";
import { compareText, formatStringMap, quote } from "../core/json.ts";
import { formatTimestamp, ZERO_TIME } from "../core/timestamp.ts";
import type { Metadata } from "../core/transaction.ts";
import { scriptFromPostings } from "../numscript/from-postings.ts";

/** URL-safe base64, padded, of the SHA-256 of the command's input. */
export function fingerprint(command: Command): string {
  const digest = createHash("sha256")
    .update(`${inputOf(command)}\n`)
    .digest("base64");
  return digest.replaceAll("+", "-").replaceAll("/", "_");
}

function inputOf(command: Command): string {
  switch (command.kind) {
    case "create-transaction":
      return creationOf(command);
    case "revert-transaction":
      return (
        `{"Force":${command.force},"AtEffectiveDate":${command.atEffectiveDate},` +
        `"TransactionID":${command.id},"Metadata":${mapOf(command.metadata)}}`
      );
    case "save-metadata":
      return command.target.type === "ACCOUNT"
        ? `{"Address":${quote(command.target.address)},"Metadata":${mapOf(command.metadata)}}`
        : `{"TransactionID":${command.target.id},"Metadata":${mapOf(command.metadata)}}`;
    case "delete-metadata":
      return command.target.type === "ACCOUNT"
        ? `{"Address":${quote(command.target.address)},"Key":${quote(command.key)}}`
        : `{"TransactionID":${command.target.id},"Key":${quote(command.key)}}`;
    case "insert-schema":
      return `{"Version":${quote(command.version)},"Data":${command.data}}`;
  }
}

function creationOf(command: CreateTransaction): string {
  const { postings, template, force } = command;
  const script = postings === undefined ? undefined : scriptFromPostings(postings, () => force);
  const plain = script?.plain ?? command.script ?? "";
  const metadata = command.metadata ?? (script === undefined ? undefined : {});
  return (
    "{" +
    (plain === "" ? "" : `"plain":${quote(plain)},`) +
    (template === undefined ? "" : `"template":${quote(template)},`) +
    `"vars":${formatStringMap(script?.variables ?? command.variables)},` +
    `"timestamp":"${formatTimestamp(command.timestamp ?? ZERO_TIME)}",` +
    `"metadata":${mapOf(metadata)},"reference":${quote(command.reference ?? "")},` +
    `"AccountMetadata":${accountsOf(command.accountMetadata)},"Runtime":${quote(command.runtime)}}`
  );
}

function mapOf(metadata: Metadata | undefined): string {
  return metadata === undefined ? "null" : formatStringMap(metadata);
}

function accountsOf(accounts: Readonly<Record<string, Metadata>> | undefined): string {
  if (accounts === undefined) {
    return "null";
  }
  const entries = Object.entries(accounts).toSorted(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, value]) => `${quote(key)}:${mapOf(value)}`).join(",")}}`;
}
