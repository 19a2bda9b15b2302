-- The read model: what the ledgers' logs say, laid out for questions. Every row is a function of the logs and can be
-- thrown away (POST /v2/{ledger}/_rebuild makes it again). Amounts are decimal TEXT; dates are fixed-width RFC 3339 TEXT
-- with six fraction digits, so that text order is time order. Tenant first in every key.

-- One row a ledger. Written by the tenant's registry object.
CREATE TABLE ledgers (
  tenant TEXT NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  bucket TEXT NOT NULL,
  features TEXT NOT NULL,
  metadata TEXT NOT NULL,
  added_at TEXT NOT NULL,
  deleted_at TEXT,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
-- A ledger by its name; a purged one may be on its way out under the same name.
CREATE INDEX ledgers_by_name ON ledgers (tenant, name, id);

CREATE TABLE exporters (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  driver TEXT NOT NULL,
  config TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- How far the registry of a tenant is projected: the number of its last change.
CREATE TABLE registry_heads (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (tenant)
) WITHOUT ROWID;

-- One row a projected batch of logs. The newest row is the projection head. A batch that does not start there (sent twice,
-- late, or by an object that was replaced) fails whole, by the guard in read-model/apply.ts. Since ids and insertion
-- dates rise together, a batch also turns a date or a log id into a narrow range of transaction ids: whatever was inserted
-- at or before t lies in a batch with first_date <= t, and in the batches up to one with last_date < t nothing was inserted
-- at t or later. An import may bring dates that fall; then the projector lowers the first_date of the earlier batches that
-- lie above the new one (one index probe, no row in the ordinary case).
CREATE TABLE batches (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  after_log INTEGER NOT NULL,       -- the head before this batch; -1 for the first
  last_log INTEGER NOT NULL,        -- the head after it
  first_date TEXT NOT NULL,         -- the earliest date in it and in all later batches (see above)
  last_date TEXT NOT NULL,          -- the latest date so far, this batch included
  last_transaction INTEGER NOT NULL, -- the greatest transaction id so far, this batch included
  PRIMARY KEY (tenant, ledger, after_log)
) WITHOUT ROWID;
CREATE INDEX batches_by_date ON batches (tenant, ledger, first_date, after_log);

-- A transaction and, beside it, the log that made it. A row of up to about 1,000 bytes needs no overflow page, so an
-- ordinary one is kept below that. NULL means "as inserted_at" for timestamp and updated_at, and only
-- where insertion dates rise with ids: the odd ones of an import carry all their dates.
CREATE TABLE transactions (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  id INTEGER NOT NULL,
  log_id INTEGER NOT NULL,
  type TEXT,                        -- NULL: NEW_TRANSACTION; else REVERTED_TRANSACTION
  log_date TEXT,                    -- NULL: as inserted_at
  inserted_at TEXT NOT NULL,
  timestamp TEXT,
  updated_at TEXT,
  reverted_at TEXT,
  reference TEXT,
  template TEXT,
  metadata TEXT NOT NULL,           -- JSON object, current, keys sorted; answers show this text as it stands
  postings TEXT NOT NULL,           -- JSON array of {source,destination,amount,asset}; amounts are JSON strings here
  log TEXT NOT NULL,                -- the log, one line of JSON, abridged where it can be (core/abridged-line.ts)
  completed TEXT,                   -- the log with what it leaves out of its transaction (imports only); NULL: nothing
  unordered INTEGER,                -- 1: an earlier log has a greater id, or a later date (imports only); else NULL
  PRIMARY KEY (tenant, ledger, id)
) WITHOUT ROWID;
-- The transactions whose ids or insertion dates do not rise with their logs, by log.
CREATE INDEX transactions_unordered ON transactions (tenant, ledger, log_id) WHERE unordered IS NOT NULL;
CREATE INDEX transactions_by_timestamp ON transactions (tenant, ledger, timestamp, id) WHERE timestamp IS NOT NULL;
CREATE INDEX transactions_by_update ON transactions (tenant, ledger, updated_at, id) WHERE updated_at IS NOT NULL;
CREATE INDEX transactions_by_revert ON transactions (tenant, ledger, reverted_at, id) WHERE reverted_at IS NOT NULL;
CREATE INDEX transactions_by_reference ON transactions (tenant, ledger, reference) WHERE reference IS NOT NULL;

-- The logs that made no transaction (those of transactions stand in their rows).
CREATE TABLE logs (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  id INTEGER NOT NULL,
  type TEXT NOT NULL,
  date TEXT NOT NULL,
  log TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, id)
) WITHOUT ROWID;

CREATE TABLE accounts (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  address TEXT NOT NULL,
  first_usage TEXT NOT NULL,
  insertion_date TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  metadata TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, address)
) WITHOUT ROWID;

-- Current volumes per (account, asset). balance_key orders balances of any size as text (core/decimal-key.ts).
CREATE TABLE volumes (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  balance_key TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, account, asset)
) WITHOUT ROWID;

-- One row for each (account, asset) a transaction moved (MOVES_HISTORY). input and output are the volumes after it, in
-- insertion order. The chain is the run of moves whose effective dates rise in insertion order and do not lie after
-- their own insertion; chain_* is its running total, NULL where it equals input and output. A stray is a move off the
-- chain (back-dated, dated ahead, or of an unordered transaction); it carries its own amounts, and the chain's total as it
-- stood. effective is NULL where a move of the chain is dated as it was inserted.
CREATE TABLE moves (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  transaction_id INTEGER NOT NULL,
  sides INTEGER NOT NULL,           -- 1 source, 2 destination, 3 both
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  chain_input TEXT,
  chain_output TEXT,
  effective TEXT,
  stray INTEGER,                    -- NULL on the chain, 1 off it
  moved_input TEXT,                 -- strays only: what this transaction moved in
  moved_output TEXT,
  PRIMARY KEY (tenant, ledger, account, asset, transaction_id)
) WITHOUT ROWID;
-- "The last dated move of the chain at or before t."
CREATE INDEX moves_dated ON moves (tenant, ledger, account, asset, effective, transaction_id)
  WHERE effective IS NOT NULL AND stray IS NULL;
-- "The strays between two dates."
CREATE INDEX moves_stray ON moves (tenant, ledger, account, asset, effective, transaction_id)
  WHERE stray IS NOT NULL;

-- Sums of strays per UTC day (period YYYY-MM-DD) and month (YYYY-MM), so that a long back-fill stays cheap to ask.
CREATE TABLE stray_sums (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  period TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, account, asset, period)
) WITHOUT ROWID;

-- Metadata revisions (ACCOUNT_METADATA_HISTORY, TRANSACTION_METADATA_HISTORY). An account or transaction that never had
-- any metadata has no row.
CREATE TABLE account_metadata (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  address TEXT NOT NULL,
  date TEXT NOT NULL,
  log_id INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, address, date, log_id)
) WITHOUT ROWID;

CREATE TABLE transaction_metadata (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  id INTEGER NOT NULL,
  date TEXT NOT NULL,
  log_id INTEGER NOT NULL,
  metadata TEXT NOT NULL,
  PRIMARY KEY (tenant, ledger, id, date, log_id)
) WITHOUT ROWID;

CREATE TABLE schemas (
  tenant TEXT NOT NULL,
  ledger INTEGER NOT NULL,
  version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  log_id INTEGER NOT NULL,
  schema TEXT NOT NULL,             -- the schema object as it is shown
  PRIMARY KEY (tenant, ledger, version)
) WITHOUT ROWID;
