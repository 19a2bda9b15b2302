/**
 * Every bound of the system on one page, each with its reason. Over a limit the answer is 400 or
 * 413 and names it.
 */

/**
 * A request body that is held in memory whole: parsed, it takes several times its size of the
 * isolate's 128 MB.
 */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** Commands waiting for one ledger's turn; each holds its body in the object's 128 MB. */
export const QUEUE_UNITS_MAX = 5_000;

/**
 * Logs the read model may be behind before writes are refused with 503: an hour without D1 at some
 * 30 writes a second.
 */
export const BACKLOG_LOGS_MAX = 100_000;

/**
 * One log and the metadata it leads to, as JSON texts. Rows of both stores hold at most 2 MB, and
 * the read model keeps postings and metadata beside the log.
 */
export const LOG_BYTES_MAX = 900_000;

/** Conditions of a filter: a thousand compile in some 10 ms, and their tree is ten levels deep. */
export const FILTER_LEAVES_MAX = 1_000;

/**
 * A filter as SQL. D1 allows 100,000 bytes per statement, and pages sorted by a date hold the
 * condition twice.
 */
export const FILTER_SQL_BYTES_MAX = 45_000;

/**
 * Nesting of a filter. SQLite allows expressions of depth 100; conditions and the statement around
 * them need half.
 */
export const FILTER_DEPTH_MAX = 40;

/** All texts of a filter together, since they reach D1 as bound values of up to 2 MB. */
export const FILTER_BYTES_MAX = 1_000_000;

/** Postings of one transaction; each makes up to four volumes in its log, which must fit a row. */
export const POSTINGS_MAX = 5_000;

/** A script. Five thousand postings as a script take some 600,000 characters. */
export const SCRIPT_CHARS_MAX = 1_000_000;

/** Nesting within a script: every level is a few frames of a recursion, a thousand are safe. */
export const SCRIPT_NESTING_MAX = 100;

/** Variables of a script: three for each of POSTINGS_MAX postings. */
export const SCRIPT_VARIABLES_MAX = 3 * POSTINGS_MAX;

/**
 * Sources, destinations and operands of one statement. What is kept may pass each source by each
 * destination, so half of them each is six million steps.
 */
export const STATEMENT_PARTS_MAX = 5_000;

/**
 * Digits of a number in a script or its variables: fractions of such numbers reduce within a
 * millisecond.
 */
export const SCRIPT_DIGITS_MAX = 1_000;

/**
 * Digits of the common denominator of an allotment. Thousands of portions without a common measure
 * would take seconds to add up.
 */
export const DENOMINATOR_DIGITS_MAX = 10_000;

/** Problems told of one script; the first ones explain the rest. */
export const SCRIPT_PROBLEMS_MAX = 10;

/**
 * Decimals between two scales of an asset that a script may exchange; six digits of scale could ask
 * for amounts of a million digits.
 */
export const SCALES_APART_MAX = 100;

/** Characters of an idempotency key: the original's column. */
export const IDEMPOTENCY_KEY_MAX = 255;

/**
 * Metadata of a ledger as JSON. The registry keeps it in one row, and rows change hands in batches
 * of D1's 2 MB.
 */
export const LEDGER_METADATA_CHARS_MAX = 100_000;

/** Elements of a bulk that cross to the ledger's object at once: a turn of some 50 ms. */
export const BULK_CHUNK_ELEMENTS = 1_000;

/** Logs of an import that cross to the ledger's object at once, and about how much text. */
export const IMPORT_CHUNK_LOGS = 1_000;
export const IMPORT_CHUNK_CHARS = 1024 * 1024;

/** How much of an import is read at once. */
export const IMPORT_PIECE_BYTES = 256 * 1024;

/** How long an import keeps others from writing after its last sign of life. */
export const IMPORT_LEASE_MS = 60_000;

/** How far an import runs ahead of the read model: so many logs are kept in memory as facts. */
export const IMPORT_LAG_LOGS = 5_000;

/**
 * How far ahead of the clock an imported date may lie. Later writes must be dated after it, so one
 * in the far future would date them all.
 */
export const IMPORT_LEAD_MICROS = 3_600_000_000n;

/** How much of a stream is taken in before its elements are executed; some 900 fit. */
export const BULK_PIECE_BYTES = 128 * 1024;

/** A line of a script stream: the original's bound. */
export const SCRIPT_LINE_CHARS_MAX = 64 * 1024;

/**
 * The answer to a long bulk: what of it is held as text, and what compressed, in an isolate of 128
 * MB. Together they tell some 200,000 transactions.
 */
export const ANSWER_PLAIN_CHARS_MAX = 4_000_000;
export const ANSWER_PACKED_BYTES_MAX = 24_000_000;

/**
 * What the transactions of one visit's answer may take together. A message between Worker and
 * object holds 32 MiB, and a character up to two bytes; the last transaction may go over by its
 * log.
 */
export const BULK_ANSWER_CHARS_MAX = 12_000_000;

/**
 * A schema as it is sent. Compiled, it takes up to 16 times as much of the object's 128 MB, which
 * keeps eight of them.
 */
export const SCHEMA_BYTES_MAX = 512 * 1024;

/** Characters of a chart's pattern; also bounds how deep its groups nest. */
export const PATTERN_CHARS_MAX = 1_000;

/**
 * Steps of a chart's pattern with its counts written out: the time of a match grows with the steps
 * times the length of a segment. RE2 itself ends counts at 1,000.
 */
export const PATTERN_STEPS_MAX = 1_000;

/** Characters and steps of all patterns of a chart together; either takes some 60 bytes. */
export const CHART_PATTERNS_MAX = 50_000;

/** Segments of the longest address a chart describes; it is walked by recursion. */
export const CHART_DEPTH_MAX = 100;

/** Contracts of a v1 mapping: every account of a transaction is held against them, in order. */
export const CONTRACTS_MAX = 100;

/** Nesting of a contract's expression, read by recursion; two levels of JSON make a condition. */
export const CONTRACT_DEPTH_MAX = 40;

/** A v1 mapping as text: it is compiled when its ledger's object wakes. */
export const MAPPING_CHARS_MAX = 65_536;

/** Exporters of a tenant: their list has no pages. */
export const EXPORTERS_MAX = 100;

/** The configuration of an exporter as JSON; the largest sensible one holds a few hundred. */
export const EXPORTER_CONFIG_CHARS_MAX = 10_000;

/** Nesting of that configuration, which is written out by recursion; what is known nests twice. */
export const EXPORTER_CONFIG_DEPTH_MAX = 32;

/** Pipelines of a tenant: a list of them asks the object of every ledger that has one. */
export const PIPELINES_MAX = 1_000;

/** Pipelines of one ledger: each may hold a page of logs in the object's memory. */
export const PIPELINES_PER_LEDGER_MAX = 16;
