/**
 * Running the query templates of a schema (contract §12.6): the template and the call become a
 * request for a list, which is asked and shown as everywhere else.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { member } from "../../core/json-read.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { resolveQuery, type ResolvedQuery } from "../../schema/query-run.ts";
import { resourceOf, type QueryResource, type QueryTemplate } from "../../schema/query-template.ts";
import { queryOfSchema } from "../../schema/schema.ts";
import { formatPage, withAmounts, type Format } from "../answer.ts";
import { objectMember, readObject, textMember } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub, pathParam, refuse } from "../ledger-of.ts";
import { readAskedPage, readCursor, type ListRequest, type ListRules } from "../page-request.ts";
import type { Page } from "../../read-model/page.ts";
import { queryOf, text } from "../query.ts";
import { ACCOUNT_RULES, askAccounts } from "../reads/accounts.ts";
import { askLogs, LOG_RULES } from "../reads/logs.ts";
import { askTransactions, TRANSACTION_RULES } from "../reads/transactions.ts";
import { askVolumes, volumeOptions, VOLUME_RULES } from "../reads/volumes.ts";
import { json } from "../respond.ts";
import { formatAccountRow, formatTransactionRow, formatVolumesRow } from "../views.ts";
import { formatLogs } from "./logs.ts";

type Answer<T> = Result<T, LedgerError>;

export function queryRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/queries/:id/run", async (c) => {
    const body = await readObject(c);
    const call = body.ok ? readCall(body.value) : body;
    if (!call.ok) {
      return refuse(c, call.error);
    }
    const template = await findTemplate(c);
    if (!template.ok) {
      return errorResponse(template.error);
    }
    const resource = resourceOf(template.value);
    const request = requestOf(c, template.value, call.value);
    const cursor = request.ok ? await LISTS[resource].ask(c, request.value) : request;
    return cursor.ok
      ? json(`{"resource":"${resource}","cursor":${cursor.value}}`)
      : errorResponse(cursor.error);
  });

  return routes;
}

interface Call {
  readonly params: Json;
  readonly vars: JsonObject;
  /** undefined: the first page. Empty is given, and no cursor. */
  readonly cursor: string | undefined;
}

function readCall(body: JsonObject): Answer<Call> {
  const vars = objectMember(body, "vars");
  if (!vars.ok) {
    return vars;
  }
  const cursor = textMember(body, "cursor");
  return cursor.ok
    ? ok({ params: member(body, "params") ?? null, vars: vars.value ?? {}, cursor: cursor.value })
    : cursor;
}

/** A template that is not there is bad input, not a missing page. */
async function findTemplate(c: App): Promise<Answer<QueryTemplate>> {
  const version = text(queryOf(c), "schemaVersion");
  const id = pathParam(c, "id");
  const schema = await ledgerStub(c).schema(version);
  if (!schema.ok) {
    return schema.error.code === "NOT_FOUND"
      ? err(validation(`schema version [${version}]: failed to find schema: not found`))
      : schema;
  }
  const template = queryOfSchema(schema.value.schema, id);
  return template === undefined
    ? err(validation(`schema version [${version}]: unknown query template: ${id}`))
    : ok(template);
}

/** Beside a cursor, parameters and variables are not looked at. */
function requestOf(c: App, template: QueryTemplate, call: Call): Answer<ListRequest> {
  if (call.cursor !== undefined) {
    return readCursor(call.cursor, LISTS[resourceOf(template)].rules);
  }
  const query = resolveQuery(template, call);
  return query.ok
    ? firstPageOf(c, query.value)
    : err(validation(`failed to resolve query template: ${query.error}`));
}

function firstPageOf(c: App, { resource, params, filter }: ResolvedQuery): Answer<ListRequest> {
  const { column, order, endTime, startTime, expand, pageSize, groupBy, insertionDate } = params;
  const { rules } = LISTS[resource];
  return readAskedPage(c, rules, {
    sort: `${column ?? ""}${order === undefined ? "" : `:${order}`}`,
    pit: endTime,
    oot: startTime,
    expand,
    pageSize,
    filter: filter ?? null,
    options:
      resource === "volumes" ? volumeOptions(groupBy ?? 0, insertionDate ?? false) : undefined,
  });
}

interface List {
  readonly rules: ListRules;
  /** A page as JSON. */
  readonly ask: (c: App, request: ListRequest) => Promise<Answer<string>>;
}

const LISTS: Readonly<Record<QueryResource, List>> = {
  transactions: listOf(TRANSACTION_RULES, askTransactions, (c) => {
    return withAmounts(c, formatTransactionRow);
  }),
  accounts: listOf(ACCOUNT_RULES, askAccounts, (c) => withAmounts(c, formatAccountRow)),
  logs: listOf(LOG_RULES, askLogs, formatLogs),
  volumes: listOf(VOLUME_RULES, askVolumes, (c) => withAmounts(c, formatVolumesRow)),
};

function listOf<T>(
  rules: ListRules,
  ask: (c: App, request: ListRequest) => Promise<Answer<Page<T>>>,
  formatOf: (c: App) => Format<T>,
): List {
  return {
    rules,
    ask: async (c, request) => {
      const page = await ask(c, request);
      return page.ok ? ok(formatPage(page.value, formatOf(c))) : page;
    },
  };
}
