-- Inside each tenant's registry object: what the tenant has, before any book is opened.

-- Counters: 'version' of the last change, 'ledger' the last number given away. Neither is ever taken back.
CREATE TABLE counters (
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (name)
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('version', 0), ('ledger', 0);

CREATE TABLE ledgers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  bucket TEXT NOT NULL,
  features TEXT NOT NULL,           -- JSON object
  metadata TEXT NOT NULL,           -- JSON object
  added_at TEXT NOT NULL,
  deleted_at TEXT,                  -- NULL: alive
  state TEXT NOT NULL,              -- 'reserved', then 'ready', at last 'purging'
  told INTEGER NOT NULL             -- 0: the ledger's object does not know its deleted_at yet
);
CREATE UNIQUE INDEX ledgers_by_name ON ledgers (name);
CREATE INDEX ledgers_by_bucket ON ledgers (bucket);
-- What a crash may have left half done, and what the clean-up waits for.
CREATE INDEX ledgers_unfinished ON ledgers (id) WHERE state <> 'ready' OR told = 0;
CREATE INDEX ledgers_deleted ON ledgers (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE exporters (
  id TEXT NOT NULL,
  driver TEXT NOT NULL,
  config TEXT NOT NULL,             -- JSON as it was given
  destination TEXT NOT NULL,        -- JSON, what it means (ledger/destination.ts)
  created_at TEXT NOT NULL,
  PRIMARY KEY (id)
) WITHOUT ROWID;

-- Which ledger feeds which exporter; how far each has come is the business of the ledger's object.
CREATE TABLE pipelines (
  id TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  exporter_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  told INTEGER NOT NULL,            -- 0: the ledger's object does not know it, or its destination, yet
  leaving INTEGER NOT NULL,         -- 1: deleted; gone once the ledger's object has dropped it
  PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX pipelines_by_ledger ON pipelines (ledger, exporter_id);
CREATE INDEX pipelines_unfinished ON pipelines (id) WHERE told = 0 OR leaving = 1;

-- What the read model does not know yet: the keys of changed rows. Empty when it is up to date.
CREATE TABLE changes (
  version INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,               -- 'ledger' or 'exporter'
  key TEXT NOT NULL
);
CREATE UNIQUE INDEX changes_by_key ON changes (kind, key);
