-- Inside each ledger's Durable Object. The segments are the truth; every other table is a function of them, kept because
-- a commit must decide without reading the past.

-- Facts about the ledger itself: one row, key 'ledger', and the counters that used-up ids left behind.
CREATE TABLE meta (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (key)
) WITHOUT ROWID;

-- The log, several logs a row: one flush writes one segment. Lines are separated by a line feed; log ids inside a segment
-- are dense, so line k is log first_id + k. The last segment also tells where the ledger stands (counts, ids, hash).
CREATE TABLE segments (
  first_id INTEGER PRIMARY KEY,
  last_id INTEGER NOT NULL,
  first_transaction INTEGER,        -- NULL: no transaction inside
  last_transaction INTEGER NOT NULL, -- the greatest transaction id so far
  date TEXT NOT NULL,               -- of the last log
  hash TEXT,                        -- of the last log
  transactions INTEGER NOT NULL,    -- how many exist, this segment included
  accounts INTEGER NOT NULL,
  lines TEXT NOT NULL,
  notes TEXT                        -- JSON, see ledger/notes.ts; NULL for the ordinary
);

-- Volumes per (account, asset). The row that made its account exist also tells the account's dates, so that a new
-- account without metadata costs no row of its own.
CREATE TABLE volumes (
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  chain_date TEXT NOT NULL,         -- date of the chain's last move; '' when it has none
  strays TEXT,                      -- JSON [input, output, input ahead, output ahead], see engine/view.ts; NULL: none
  first_usage TEXT,                 -- NULL: the account came to be elsewhere, or does not exist
  insertion_date TEXT,
  PRIMARY KEY (account, asset)
) WITHOUT ROWID;

-- What was dated ahead when it moved, until the chain of its pair has passed it.
CREATE TABLE ahead_moves (
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  date TEXT NOT NULL,               -- effective
  log_id INTEGER NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  PRIMARY KEY (account, asset, date, log_id)
) WITHOUT ROWID;

-- Accounts that differ from what their volumes row tells: metadata, a later update, or no volumes at all.
CREATE TABLE accounts (
  address TEXT NOT NULL,
  first_usage TEXT NOT NULL,
  insertion_date TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  metadata TEXT NOT NULL,
  PRIMARY KEY (address)
) WITHOUT ROWID;

-- What happened to a transaction after its own log.
CREATE TABLE amendments (
  transaction_id INTEGER PRIMARY KEY,
  metadata TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  reverted_at TEXT
);

CREATE TABLE transaction_references (
  reference TEXT NOT NULL,
  transaction_id INTEGER NOT NULL,
  PRIMARY KEY (reference)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  key TEXT NOT NULL,
  log_id INTEGER NOT NULL,
  PRIMARY KEY (key)
) WITHOUT ROWID;

-- Transactions whose ids do not rise with their logs (imports only).
CREATE TABLE unordered_transactions (
  transaction_id INTEGER PRIMARY KEY,
  log_id INTEGER NOT NULL
);

CREATE TABLE schemas (
  version TEXT NOT NULL,
  log_id INTEGER NOT NULL,
  schema TEXT NOT NULL,
  PRIMARY KEY (version)
) WITHOUT ROWID;

-- The pipelines that hand this ledger's logs on (exporters belong to the registry), and how far each has come.
CREATE TABLE pipelines (
  id TEXT NOT NULL,
  exporter_id TEXT NOT NULL,
  destination TEXT NOT NULL,        -- JSON (ledger/destination.ts)
  created_at TEXT NOT NULL,
  last_log INTEGER,                 -- NULL: nothing handed on yet
  error TEXT,                       -- why the last try failed; NULL: it did not
  stopped_until INTEGER,            -- milliseconds of the epoch; NULL: not stopped
  PRIMARY KEY (id)
) WITHOUT ROWID;
