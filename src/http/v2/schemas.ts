/**
 * Inserting, reading and listing schemas (contract §12.1). A schema is checked here, before the
 * ledger's object is asked; the object adds version and date, and never looks inside again.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { RawJson, type JsonObject } from "../../core/json.ts";
import { SCHEMA_BYTES_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { readSchema } from "../../schema/schema.ts";
import { answerPage } from "../answer.ts";
import { asObject, parseText, readText } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub, pathParam, refuse } from "../ledger-of.ts";
import { readList } from "../page-request.ts";
import { queryOf } from "../query.ts";
import { askSchemas, SCHEMA_RULES } from "../reads/schemas.ts";
import { data, noContent } from "../respond.ts";
import { execute, hitHeader } from "../write.ts";

export function schemaRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/schemas/:version", async (c) => {
    const version = pathParam(c, "version");
    const body = await readBody(c);
    const schema = body.ok ? checked(c, body.value) : body;
    if (!schema.ok) {
      return refuse(c, schema.error);
    }
    if (version.includes("\0")) {
      return refuse(c, validation("a schema version must not contain the character NUL"));
    }
    const command = { kind: "insert-schema", version, data: schema.value } as const;
    const outcome = await execute(c, command, queryOf(c));
    return outcome.ok ? noContent(hitHeader(outcome.value)) : errorResponse(outcome.error);
  });

  routes.get("/schemas", async (c) => {
    const request = await readList(c, SCHEMA_RULES);
    return request.ok
      ? answerPage(await askSchemas(c, request.value), ({ schema }) => schema)
      : refuse(c, request.error);
  });

  routes.get("/schemas/:version", async (c) => {
    const schema = await ledgerStub(c).schema(pathParam(c, "version"));
    return schema.ok ? data(new RawJson(schema.value.schema)) : errorResponse(schema.error);
  });

  return routes;
}

async function readBody(c: App): Promise<Result<JsonObject, LedgerError>> {
  const text = await readText(c, SCHEMA_BYTES_MAX);
  const body = text.ok ? parseText(text.value) : text;
  return body.ok ? asObject(body.value, "the body") : body;
}

function checked(c: App, body: JsonObject): Result<string, LedgerError> {
  const { numscriptInterpreter } = c.get("config");
  const schema = readSchema(body, numscriptInterpreter ? "experimental-interpreter" : "machine");
  return schema.ok ? ok(schema.value) : err(validation(schema.error));
}
