/**
 * Logs into the table `logs` of ClickHouse, by its HTTP interface. The table keeps one row a
 * (ledger, id), so a batch that comes again replaces itself. The native protocol of the original
 * cannot be spoken from a Worker; a DSN that asks for it fails with a sentence that says so.
 */
import { formatJson, JsonFloat, parseJson, type Json, type Writable } from "../../core/json.ts";
import { rawMembers } from "../../core/json-members.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { ClickhouseDestination } from "../destination.ts";
import type { KeptLog } from "../segments.ts";
import type { Delivery, Driver } from "./driver.ts";
import { decode, parseUrl, post } from "./post.ts";

const DATE = "DateTime64(6, 'UTC')";
const AMOUNTS = "JSON(input UInt256, output UInt256, balance Int256)";
const VOLUMES = `Map(String, Map(String, ${AMOUNTS}))`;
/** Whatever holds an amount has a type, because a number without one would become a float. */
const TRANSACTION = `JSON(
  id UInt256, timestamp ${DATE}, insertedAt ${DATE}, reference String, reverted Bool,
  postings Array(JSON(source String, destination String, amount UInt256, asset String)),
  metadata Map(String, String),
  preCommitVolumes ${VOLUMES}, postCommitVolumes ${VOLUMES},
  preCommitEffectiveVolumes ${VOLUMES}, postCommitEffectiveVolumes ${VOLUMES}
)`;
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS logs (
  ledger String, id Int64, type String, date ${DATE},
  data JSON(
    transaction ${TRANSACTION}, revertedTransaction ${TRANSACTION},
    accountMetadata Map(String, Map(String, String)),
    targetType Nullable(String), targetId Variant(UInt256, String),
    metadata Map(String, String), key Nullable(String)
  )
) ENGINE = ReplacingMergeTree PARTITION BY ledger PRIMARY KEY (ledger, id)`;
const INSERT = "INSERT INTO logs (ledger, id, type, date, data) FORMAT JSONEachRow";
/** The types above are recent, and dates come as RFC 3339. */
const SETTINGS = {
  allow_experimental_dynamic_type: "1",
  date_time_input_format: "best_effort",
  enable_json_type: "1",
  enable_variant_type: "1",
};

export function clickhouseDriver({ dsn }: ClickhouseDestination, ledger: string): Driver {
  let hasTable = false;
  return async (batch, signal) => {
    const server = parseDsn(dsn);
    if (!server.ok) {
      return server;
    }
    const run = (query: string, body: string): Promise<Delivery> => {
      return post({ ...withQuery(server.value, query), body }, signal);
    };
    const created = hasTable ? ok(undefined) : await run(CREATE_TABLE, "");
    const inserted = created.ok
      ? await run(INSERT, batch.map((log) => formatRow(log, ledger)).join(""))
      : created;
    // After a failure the table may be what is missing.
    hasTable = inserted.ok;
    return inserted;
  };
}

interface Server {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

function withQuery({ url, headers }: Server, query: string): Server {
  const asked = new URL(url);
  for (const [name, value] of Object.entries({ query, ...SETTINGS })) {
    asked.searchParams.set(name, value);
  }
  return { url: asked, headers };
}

/** The forms of the original's Go client: credentials before the host or in the query. */
function parseDsn(dsn: string): Result<Server, string> {
  if (/^(?:clickhouse|tcp|native):/i.test(dsn)) {
    return err(NATIVE);
  }
  const parsed = parseUrl(dsn);
  if (!parsed.ok) {
    return parsed;
  }
  const given = parsed.value;
  const option = (name: string): string => given.searchParams.get(name) ?? "";
  const database = option("database") || decode(given.pathname.slice(1));
  const username = option("username") || decode(given.username);
  const password = option("password") || decode(given.password);
  const url = new URL(`${given.protocol}//${given.host}/`);
  const named = { Database: database, User: username, Key: password };
  const headers = Object.entries(named)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [`X-ClickHouse-${name}`, value] as const);
  return ok({ url, headers: Object.fromEntries(headers) });
}

const NATIVE =
  "the native protocol of ClickHouse cannot be spoken from here: give the DSN of its HTTP " +
  "interface, http://user:password@host:8123/database";

function formatRow({ id, line }: KeptLog, ledger: string): string {
  const members = rawMembers(line);
  const data = parseJson(members.get("data") ?? "{}");
  const row = {
    ledger,
    id,
    type: JSON.parse(members.get("type") ?? '""') as string,
    date: JSON.parse(members.get("date") ?? '""') as string,
    data: data.ok ? quoteLargeIntegers(data.value) : {},
  };
  return `${formatJson(row)}\n`;
}

/** JSON readers that know only 64 bits take larger integers as text. */
function quoteLargeIntegers(value: Json): Writable {
  if (typeof value === "bigint") {
    return String(value);
  }
  if (typeof value !== "object" || value === null || value instanceof JsonFloat) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => quoteLargeIntegers(item as Json));
  }
  const members = Object.entries(value).map(([name, item]) => [name, quoteLargeIntegers(item)]);
  return Object.fromEntries(members) as Writable;
}
