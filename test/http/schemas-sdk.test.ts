/**
 * The official SDK, unchanged, over schemas and queries.
 */
import { SDK } from "@formance/formance-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";

let server: Server;
let v2: SDK["ledger"]["v2"];
beforeAll(async () => {
  server = await startServer();
  ({ v2 } = new SDK({ serverURL: server.url }).ledger);
});
afterAll(() => server.stop());

const DATA = {
  chart: {
    world: {},
    users: {
      additionalProperties: {
        $user: {
          dotPattern: "^[0-9]{3}$",
          dotMetadata: { kind: { default: "person" } },
          dotSelf: {},
          additionalProperties: { main: {} },
        },
      },
    },
  },
  transactions: {
    JOIN: {
      description: "pays in",
      script: "vars {\n account $to\n}\nsend [USD 5] (\n source = @world\n destination = $to\n)",
      runtime: "machine" as const,
    },
  },
  queries: {
    PEOPLE: {
      resource: "accounts" as const,
      vars: { kind: { type: "string", default: "person" }, least: { type: "int", default: 0 } },
      body: {
        $and: [{ $match: { "metadata[kind]": "$kind" } }, { $gte: { "balance[USD]": "${least}" } }],
      },
    },
  },
};

test("schemas are inserted, read and listed; templates and queries run", async () => {
  const ledger = "books";
  await v2.createLedger({ ledger, v2CreateLedgerRequest: {} });
  const inserted = await v2.insertSchema({ ledger, version: "v1", v2SchemaData: DATA });
  expect(inserted.statusCode).toBe(204);

  const read = await v2.getSchema({ ledger, version: "v1" });
  const schema = read.v2SchemaResponse?.data;
  expect(schema).toMatchObject({ version: "v1", transactions: DATA.transactions });
  expect(schema?.chart["users"]).toEqual(DATA.chart.users);
  const listed = await v2.listSchemas({ ledger });
  expect(listed.v2SchemasCursorResponse?.cursor.data).toEqual([schema]);

  await v2.createTransaction({
    ledger,
    schemaVersion: "v1",
    v2PostTransaction: { metadata: {}, script: { template: "JOIN", vars: { to: "users:001" } } },
  });
  const ran = await v2.runQuery({
    ledger,
    id: "PEOPLE",
    schemaVersion: "v1",
    requestBody: { vars: { kind: "person" } },
  });
  expect(ran.oneOf).toMatchObject({
    resource: "accounts",
    cursor: { data: [{ address: "users:001", metadata: { kind: "person" } }] },
  });
});
