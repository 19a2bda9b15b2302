/**
 * Entering a version of the ledger's schema (contract §12.1). Versions are immutable; the newest is
 * the one named in hints.
 */
import type { InsertSchema, Request } from "../core/command.ts";
import { quote } from "../core/json.ts";
import { formatTimestamp, type Timestamp } from "../core/timestamp.ts";
import { forgingError, refuse, seal, type Context, type Decision } from "./context.ts";

export function insertSchema(
  request: Request,
  command: InsertSchema,
  print: string,
  context: Context,
): Decision {
  const { version, data } = command;
  if (context.view.schema(version) !== undefined) {
    const problem = `schema version \`${version}\` already exists`;
    return refuse(forgingError("SCHEMA_ALREADY_EXISTS", problem));
  }
  const { date } = context.position;
  const schema = formatSchemaObject(data, version, date);
  const entry = `{"schema":${schema}}`;
  // It stands under no version itself, whatever the request names.
  return seal(context, { ...request, schemaVersion: "" }, print, {
    type: "INSERTED_SCHEMA",
    data: entry,
    memento: entry,
    transaction: undefined,
    changes: { schema: { version, createdAt: date, schema } },
  });
}

/** The schema as the API shows it: its data, and what it is filed under. */
export function formatSchemaObject(data: string, version: string, createdAt: Timestamp): string {
  const stamp = `"version":${quote(version)},"createdAt":"${formatTimestamp(createdAt)}"`;
  return `${data.slice(0, -1)},${stamp}}`;
}
