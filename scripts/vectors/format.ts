/**
 * The shape of vector files (vectors/numscript/README.md): cases with a script, the books it runs
 * on, and what the original's runtimes made of it.
 */
export interface VectorFile {
  readonly flavour?: string;
  readonly cases?: readonly VectorCase[];
}

export interface VectorCase {
  readonly name: string;
  /** Of unit vectors: which function they are about. */
  readonly kind?: string;
  readonly flavour?: string;
  readonly script?: string | null;
  readonly vars?: Readonly<Record<string, string>>;
  readonly featureFlags?: readonly string[];
  readonly balances?: readonly BalanceRow[];
  readonly accountMeta?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly txMetaInput?: Readonly<Record<string, string>>;
  /** The original's store answered with errors; nothing here can. */
  readonly store?: string;
  readonly scriptObjectJSON?: string;
  readonly varsStrings?: Readonly<Record<string, string>>;
  readonly request?: ApiRequest;
  readonly expected?: Expectation | string | readonly string[] | Readonly<Record<string, unknown>>;
  readonly reference?: Recorded;
  readonly withoutFlags?: { readonly error: ExpectedError };
  readonly results?: Readonly<Record<string, Recorded>>;
}

export interface ApiRequest {
  readonly script: { readonly plain: string; readonly vars: Readonly<Record<string, string>> };
  readonly metadata: Readonly<Record<string, string>>;
}

export interface BalanceRow {
  readonly account: string;
  readonly asset: string;
  readonly amount: string;
  readonly color?: string;
}

export interface PostingRow {
  readonly source: string;
  readonly destination: string;
  readonly asset: string;
  readonly amount: string;
}

/** Lines and characters count from 0. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** Lines count from 1, columns from 0. */
export interface CompileError {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly msg: string;
}

export interface RecordedError {
  readonly kind: string;
  readonly phase?: string;
  readonly message: string;
  readonly range?: Range;
  readonly compileErrors?: readonly CompileError[];
}

/** Everything the original's code gave back. */
export interface Recorded {
  readonly postings?: readonly PostingRow[];
  readonly txMeta?: Readonly<Record<string, string>>;
  readonly accountMeta?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly printed?: readonly string[];
  readonly error?: RecordedError;
  readonly parseErrors?: readonly { readonly msg: string; readonly range: Range }[];
  /** Status and code of the API. */
  readonly api?: readonly [status: number, code: string];
  /** Account → assets (machine). */
  readonly balanceQuery?: Readonly<Record<string, readonly string[]>>;
  /** Batches of pairs (interpreter). */
  readonly balanceQueries?: readonly (readonly { account: string; asset: string }[])[];
  readonly diagnostics?: readonly Diagnostic[];
}

export interface Diagnostic {
  readonly kind: string;
  readonly severity?: string;
  readonly message?: string;
  readonly range: Range;
}

/** What the original's own tests assert. */
export interface Expectation {
  readonly postings?: readonly PostingRow[];
  readonly txMeta?: Readonly<Record<string, string>>;
  readonly txMetaResult?: Readonly<Record<string, string>>;
  readonly accountMeta?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly accountMetaValues?: Readonly<Record<string, string>>;
  readonly printed?: readonly string[];
  readonly requestedAccounts?: readonly string[];
  readonly error?: ExpectedError;
  readonly parseErrorCount?: number | string;
  readonly version?: unknown;
  readonly neededVariables?: Readonly<Record<string, string>>;
  readonly diagnostics?: readonly Diagnostic[];
}

export interface ExpectedError {
  readonly kind?: string;
  readonly phase?: string;
  readonly contains?: string;
  readonly containsMatchesSourceExcerptOnly?: boolean;
}

/** One comparison: a case in one runtime. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly difference: string; readonly script: string }
  | { readonly kind: "deliberate"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

export const PASSED: Verdict = { kind: "passed" };
