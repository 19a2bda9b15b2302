/**
 * Parsed scripts, kept by their text: what a client sends again and again is parsed once. Bounded
 * in number; a script that does not parse is remembered too.
 */
import type { Result } from "../core/result.ts";
import { parseScript, type Program, type Runtime, type ScriptError } from "../numscript/script.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Longer scripts are parsed each time, so that the cache stays within a few megabytes. */
const CACHED_CHARS_MAX = 8_192;

export class ScriptCache {
  readonly #programs: BoundedMap<string, Result<Program, ScriptError>>;

  constructor(limit: number) {
    this.#programs = new BoundedMap(limit);
  }

  parse(source: string, runtime: Runtime): Result<Program, ScriptError> {
    if (source.length > CACHED_CHARS_MAX) {
      return parseScript(source, runtime);
    }
    const key = `${runtime} ${source}`;
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = parseScript(source, runtime);
      this.#programs.set(key, program);
    }
    return program;
  }
}
