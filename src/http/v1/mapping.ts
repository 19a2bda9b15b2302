/**
 * The mapping of a ledger: contracts about the balances of accounts (contract Appendix C). It is
 * kept as it is given; which contracts bind, and whom, is `schema/contracts.ts`. Formance v2 no
 * longer serves this route.
 */
import { Hono } from "hono";
import { validation, type LedgerError } from "../../core/error.ts";
import { depthOf, formatJson, RawJson, type Json, type Writable } from "../../core/json.ts";
import { CONTRACT_DEPTH_MAX, CONTRACTS_MAX, MAPPING_CHARS_MAX } from "../../core/limits.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { asObject, listMember, objectMember, readObject, textMember } from "../body.ts";
import type { App, Env } from "../context.ts";
import { errorResponse } from "../errors.ts";
import { ledgerStub } from "../ledger-of.ts";
import { data } from "../respond.ts";
import { onDemand } from "./on-demand.ts";

type Read<T> = Result<T, LedgerError>;

export function mappingRoutes(): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/mapping", async (c) => {
    const mapping = await onDemand(c, () => ledgerStub(c).mapping());
    return mapping.ok ? data(new RawJson(mapping.value ?? "null")) : errorResponse(mapping.error);
  });

  routes.put("/mapping", async (c) => {
    const mapping = await readMapping(c);
    if (!mapping.ok) {
      return errorResponse(mapping.error);
    }
    const saved = await onDemand(c, () => ledgerStub(c).saveMapping(mapping.value));
    return saved.ok ? data(new RawJson(mapping.value)) : errorResponse(saved.error);
  });

  return routes;
}

/** As JSON. */
async function readMapping(c: App): Promise<Read<string>> {
  const body = await readObject(c);
  const list = body.ok ? listMember(body.value, "contracts") : body;
  if (!list.ok) {
    return list;
  }
  const items = list.value ?? [];
  if (items.length > CONTRACTS_MAX) {
    return err(validation(`contracts: there are ${items.length}, the limit is ${CONTRACTS_MAX}`));
  }
  const contracts: Writable[] = [];
  for (const [index, item] of items.entries()) {
    const contract = readContract(item, `contracts[${index}]`);
    if (!contract.ok) {
      return contract;
    }
    contracts.push(contract.value);
  }
  const mapping = formatJson({ contracts });
  return mapping.length > MAPPING_CHARS_MAX
    ? err(
        validation(
          `the mapping has ${mapping.length} characters, the limit is ${MAPPING_CHARS_MAX}`,
        ),
      )
    : ok(mapping);
}

function readContract(item: Json, field: string): Read<Writable> {
  const object = asObject(item, field);
  if (!object.ok) {
    return object;
  }
  const account = textMember(object.value, "account");
  if (!account.ok) {
    return account;
  }
  const name = textMember(object.value, "name");
  if (!name.ok) {
    return name;
  }
  const expr = objectMember(object.value, "expr");
  if (!expr.ok) {
    return expr;
  }
  const expression = formatJson(expr.value ?? {});
  return depthOf(expression) > CONTRACT_DEPTH_MAX
    ? err(validation(`${field}.expr is nested deeper than ${CONTRACT_DEPTH_MAX} levels`))
    : ok({
        account: account.value ?? "",
        expr: new RawJson(expression),
        name: name.value ?? "",
      });
}
