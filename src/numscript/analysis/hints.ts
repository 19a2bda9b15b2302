/**
 * Hints that a script's author leaves in comments: the version it is written for, and the
 * experimental features it means to use.
 *
 *     // @version interpreter 0.0.15
 *     // @feature_flag experimental-oneof
 */
export interface Hints {
  readonly version: Version | undefined;
  readonly flags: ReadonlySet<string>;
}

/** "machine", or major, minor and patch of the interpreter. */
export type Version = "machine" | readonly [number, number, number];

const VERSION =
  /\/\/[ \t]*@version[ \t]+(?:(machine)|interpreter[ \t]+(\d+)\.(\d+)\.(\d+))[ \t]*\r?$/m;
const FLAG = /\/\/[ \t]*@feature_flag[ \t]+(\S+)/g;

export function readHints(source: string): Hints {
  const flags = [...source.matchAll(FLAG)].map(([, flag = ""]) => flag);
  return { version: readVersion(source), flags: new Set(flags) };
}

function readVersion(source: string): Version | undefined {
  const found = VERSION.exec(source);
  if (found === null) {
    return undefined;
  }
  const [, machine, major, minor, patch] = found;
  return machine === undefined ? [Number(major), Number(minor), Number(patch)] : "machine";
}

export function versionText(version: Version): string {
  return version === "machine" ? version : `interpreter ${version.join(".")}`;
}

export function isAtLeast(version: Version, required: readonly [number, number, number]): boolean {
  if (version === "machine") {
    return false;
  }
  const at = required.findIndex((number, i) => number !== version[i]);
  return at < 0 || (version[at] ?? 0) > (required[at] ?? 0);
}
