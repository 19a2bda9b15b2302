/**
 * The tables of the read model as drizzle sees them; the migrations say what every column means.
 * Queries take column names from here and from nowhere else, so that nothing of a request becomes
 * an identifier. A test compares both.
 */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

const tenant = () => text("tenant").notNull();
const ledger = () => integer("ledger").notNull();

export const ledgers = sqliteTable(
  "ledgers",
  {
    tenant: tenant(),
    id: integer("id").notNull(),
    name: text("name").notNull(),
    bucket: text("bucket").notNull(),
    features: text("features").notNull(),
    metadata: text("metadata").notNull(),
    addedAt: text("added_at").notNull(),
    deletedAt: text("deleted_at"),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);

export const batches = sqliteTable(
  "batches",
  {
    tenant: tenant(),
    ledger: ledger(),
    afterLog: integer("after_log").notNull(),
    lastLog: integer("last_log").notNull(),
    firstDate: text("first_date").notNull(),
    lastTransaction: integer("last_transaction").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.afterLog] })],
);

export const transactions = sqliteTable(
  "transactions",
  {
    tenant: tenant(),
    ledger: ledger(),
    id: integer("id").notNull(),
    logId: integer("log_id").notNull(),
    type: text("type"),
    logDate: text("log_date"),
    insertedAt: text("inserted_at").notNull(),
    timestamp: text("timestamp"),
    updatedAt: text("updated_at"),
    revertedAt: text("reverted_at"),
    reference: text("reference"),
    template: text("template"),
    metadata: text("metadata").notNull(),
    postings: text("postings").notNull(),
    log: text("log").notNull(),
    unordered: integer("unordered"),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.id] })],
);

export const logs = sqliteTable(
  "logs",
  {
    tenant: tenant(),
    ledger: ledger(),
    id: integer("id").notNull(),
    type: text("type").notNull(),
    date: text("date").notNull(),
    log: text("log").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.id] })],
);

export const accounts = sqliteTable(
  "accounts",
  {
    tenant: tenant(),
    ledger: ledger(),
    address: text("address").notNull(),
    firstUsage: text("first_usage").notNull(),
    insertionDate: text("insertion_date").notNull(),
    updatedAt: text("updated_at").notNull(),
    metadata: text("metadata").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.address] })],
);

export const volumes = sqliteTable(
  "volumes",
  {
    tenant: tenant(),
    ledger: ledger(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    input: text("input").notNull(),
    output: text("output").notNull(),
    balanceKey: text("balance_key").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.account, table.asset] })],
);

export const moves = sqliteTable(
  "moves",
  {
    tenant: tenant(),
    ledger: ledger(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    transactionId: integer("transaction_id").notNull(),
    sides: integer("sides").notNull(),
    input: text("input").notNull(),
    output: text("output").notNull(),
    chainInput: text("chain_input"),
    chainOutput: text("chain_output"),
    effective: text("effective"),
    stray: integer("stray"),
    movedInput: text("moved_input"),
    movedOutput: text("moved_output"),
  },
  (table) => [
    primaryKey({
      columns: [table.tenant, table.ledger, table.account, table.asset, table.transactionId],
    }),
  ],
);

export const straySums = sqliteTable(
  "stray_sums",
  {
    tenant: tenant(),
    ledger: ledger(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    period: text("period").notNull(),
    input: text("input").notNull(),
    output: text("output").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenant, table.ledger, table.account, table.asset, table.period],
    }),
  ],
);

export const accountMetadata = sqliteTable(
  "account_metadata",
  {
    tenant: tenant(),
    ledger: ledger(),
    address: text("address").notNull(),
    date: text("date").notNull(),
    logId: integer("log_id").notNull(),
    metadata: text("metadata").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenant, table.ledger, table.address, table.date, table.logId],
    }),
  ],
);

export const transactionMetadata = sqliteTable(
  "transaction_metadata",
  {
    tenant: tenant(),
    ledger: ledger(),
    id: integer("id").notNull(),
    date: text("date").notNull(),
    logId: integer("log_id").notNull(),
    metadata: text("metadata").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.ledger, table.id, table.date, table.logId] }),
  ],
);

export const schemas = sqliteTable(
  "schemas",
  {
    tenant: tenant(),
    ledger: ledger(),
    version: text("version").notNull(),
    createdAt: text("created_at").notNull(),
    logId: integer("log_id").notNull(),
    schema: text("schema").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger, table.version] })],
);
