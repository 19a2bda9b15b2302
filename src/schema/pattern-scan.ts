/**
 * Where the reader of a pattern stands. It stops at the first error, which is kept in RE2's words:
 * what is wrong, and the part of the pattern that is.
 */
export interface Flags {
  readonly ignoreCase: boolean;
  /** `^` and `$` also stand at line feeds. */
  readonly multiline: boolean;
  /** `.` is a line feed too. */
  readonly dotAll: boolean;
}

export interface Scan {
  readonly source: string;
  at: number;
  flags: Flags;
  problem: string | undefined;
}

export function scanOf(source: string): Scan {
  const flags = { ignoreCase: false, multiline: false, dotAll: false };
  return { source, at: 0, flags, problem: undefined };
}

/** Notes the first error; always undefined, so that a reader can return it. */
export function fail(scan: Scan, problem: string, part: string): undefined {
  scan.problem ??= `error parsing regexp: ${problem}: \`${part}\``;
  return undefined;
}
