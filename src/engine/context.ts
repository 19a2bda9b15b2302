/**
 * What a decision is given besides the command, and what it gives back. Pure: the date, the ids and
 * the chain's last hash are handed in; nothing is kept unless the caller keeps it.
 */
import { chainHash } from "../core/chain.ts";
import type { ExecuteOptions, Request } from "../core/command.ts";
import { validation, type LedgerError } from "../core/error.ts";
import { formatLog, type LogType } from "../core/log.ts";
import { err, type Result } from "../core/result.ts";
import type { Timestamp } from "../core/timestamp.ts";
import type { Program, Runtime, ScriptError } from "../numscript/script.ts";
import type { EffectiveTotals } from "./effective-totals.ts";
import type { LogFacts } from "./facts.ts";
import { keyProblem } from "./idempotency-key.ts";
import type { LedgerView } from "./view.ts";

/** Where the next log goes. */
export interface Position {
  /**
   * Later than every date given before (DESIGN §2); shared by the elements of an atomic bulk only.
   */
  readonly date: Timestamp;
  readonly transactionId: number;
  readonly logId: number;
  /** Hash of the log before; undefined for the first, or where logs are not hashed. */
  readonly previousHash: string | undefined;
}

export interface Context {
  readonly view: LedgerView;
  readonly position: Position;
  readonly options: ExecuteOptions;
  readonly totals: EffectiveTotals;
  /** Parses a script, or remembers what it parsed to. */
  readonly parse: (source: string, runtime: Runtime) => Result<Program, ScriptError>;
}

export interface Decided {
  /** undefined: the command was executed before (idempotency hit), and changes nothing now. */
  readonly facts: LogFacts | undefined;
  readonly logId: number;
  readonly idempotencyHit: boolean;
  /** JSON of the created or reverting transaction; undefined for other commands. */
  readonly transaction: string | undefined;
}

/** Ids can be used up without a log (contract §2.7): by dry runs and by failures found late. */
export interface Decision {
  readonly result: Result<Decided, LedgerError>;
  readonly usesTransactionId: boolean;
  readonly usesLogId: boolean;
}

export function refuse(error: LedgerError, usesTransactionId = false): Decision {
  return { result: err(error), usesTransactionId, usesLogId: false };
}

/** A refusal with the words the original puts before everything found while deciding. */
export function forgingError(
  code: LedgerError["code"],
  message: string,
  more?: Partial<LedgerError>,
): LedgerError {
  return { code, message: `unexpected error while forging log: ${message}`, ...more };
}

type Changes = Pick<LogFacts, "transaction" | "pairs" | "accounts" | "amendment" | "schema">;

const NO_CHANGES: Changes = {
  transaction: undefined,
  pairs: [],
  accounts: [],
  amendment: undefined,
  schema: undefined,
};

export interface Entry {
  readonly type: LogType;
  /** The log's data as compact JSON, and the part of it that is hashed. */
  readonly data: string;
  readonly memento: string;
  readonly changes: Partial<Changes>;
  readonly transaction: string | undefined;
}

/** Makes the log: id, date and hash onto the previous one. */
export function seal(context: Context, request: Request, print: string, entry: Entry): Decision {
  const { date, logId, previousHash } = context.position;
  const { idempotencyKey, schemaVersion } = request;
  const problem = keyProblem(idempotencyKey);
  if (problem !== undefined) {
    return refuse(validation(problem), entry.changes.transaction !== undefined);
  }
  const { type } = entry;
  const isHashed = context.view.features.HASH_LOGS === "SYNC";
  const hash = isHashed
    ? chainHash(previousHash, { type, memento: entry.memento, date, idempotencyKey })
    : null;
  const head = {
    type,
    date,
    idempotencyKey,
    idempotencyHash: print,
    id: logId,
    hash,
    schemaVersion,
  };
  const facts: LogFacts = {
    ...NO_CHANGES,
    ...entry.changes,
    id: logId,
    type,
    date,
    hash,
    line: formatLog(head, entry.data),
    idempotencyKey,
    idempotencyHash: print,
    completed: undefined,
  };
  return {
    result: {
      ok: true,
      value: { facts, logId, idempotencyHit: false, transaction: entry.transaction },
    },
    usesTransactionId: facts.transaction !== undefined,
    usesLogId: true,
  };
}
