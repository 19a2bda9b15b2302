/**
 * A version of a ledger's schema: its chart of accounts, transaction templates and query templates
 * (contract §12). Data comes in as JSON, is checked in the original's order and words, and goes
 * into the log in one normal form.
 */
import { must } from "../core/assert.ts";
import { parseJson, type JsonObject } from "../core/json.ts";
import { isObject, member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Runtime } from "../numscript/script.ts";
import type { Chart } from "./chart.ts";
import { formatChart, readChart } from "./chart-json.ts";
import {
  checkQueries,
  formatQueries,
  readQueries,
  type QueryTemplate,
  type QueryTemplates,
} from "./query-template.ts";
import {
  checkRuntimes,
  checkScripts,
  formatTemplates,
  readTemplates,
  type TransactionTemplates,
} from "./template.ts";

export interface Schema {
  readonly version: string;
  readonly chart: Chart;
  readonly transactions: TransactionTemplates;
  readonly queries: QueryTemplates;
}

type SchemaData = Omit<Schema, "version">;

/** Said of everything that is found once the JSON has been read. */
const FORGING = "unexpected error while forging log: ";
const CREATING = `${FORGING}creating schema: invalid schema: `;

/**
 * The data of a schema as compact JSON, or what is wrong with it. `runtime` reads the scripts that
 * name none.
 */
export function readSchema(body: JsonObject, runtime: Runtime): Result<string, string> {
  const data = decodeSchema(body);
  if (!data.ok) {
    return data;
  }
  if (member(body, "chart") === undefined) {
    return err(`${CREATING}missing chart of accounts`);
  }
  const { transactions, queries } = data.value;
  const problem = checkRuntimes(transactions) ?? checkQueries(queries);
  if (problem !== undefined) {
    return err(CREATING + problem);
  }
  const scripts = checkScripts(transactions, runtime);
  return scripts === undefined
    ? ok(formatSchema(data.value))
    : err(`${FORGING}invalid schema: ${scripts}`);
}

function decodeSchema(body: JsonObject): Result<SchemaData, string> {
  const chart = readChart(member(body, "chart") ?? null);
  if (!chart.ok) {
    return chart;
  }
  const transactions = readTemplates(member(body, "transactions") ?? null);
  if (!transactions.ok) {
    return transactions;
  }
  const queries = readQueries(member(body, "queries") ?? null);
  return queries.ok
    ? ok({ chart: chart.value, transactions: transactions.value, queries: queries.value })
    : queries;
}

/** Templates of either kind are left out where there are none. */
function formatSchema({ chart, transactions, queries }: SchemaData): string {
  const templates = transactions.size > 0 ? `,"transactions":${formatTemplates(transactions)}` : "";
  const lists = queries.size > 0 ? `,"queries":${formatQueries(queries)}` : "";
  return `{"chart":${formatChart(chart)}${templates}${lists}}`;
}

/**
 * Compiles a schema that was checked when it was inserted; `schema` is the object as the API shows
 * it.
 */
export function compileSchema(version: string, schema: string): Schema {
  const data = decodeSchema(keptObject(schema));
  return { version, ...must(data.ok ? data.value : undefined, "a kept schema is valid") };
}

/** One of its queries, without compiling the rest. */
export function queryOfSchema(schema: string, id: string): QueryTemplate | undefined {
  const queries = readQueries(keptObject(schema)["queries"] ?? null);
  return must(queries.ok ? queries.value : undefined, "kept queries are valid").get(id);
}

function keptObject(schema: string): JsonObject {
  const parsed = parseJson(schema);
  return must(parsed.ok && isObject(parsed.value) ? parsed.value : undefined, "kept JSON");
}
