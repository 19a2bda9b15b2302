/**
 * The newest committed logs as facts in memory, oldest first, as far as the read model may lack
 * them. It is a shortcut, not a store: what was dropped, or never loaded after a restart, is read
 * again from the segments.
 */
import type { LogFacts } from "../engine/facts.ts";
import { weightOf } from "./weight.ts";

/** Parsed, a log takes several times its weight of the object's 128 MB. */
const CHARS_MAX = 8_000_000;

export class Backlog {
  #logs: LogFacts[] = [];
  #weight = 0;
  /** Every committed log with an id above this one is here. */
  #complete: number;
  readonly #pins: number[] = [];

  /** `lastLog` is the last one committed so far. */
  constructor(lastLog: number) {
    this.#complete = lastLog;
  }

  push(logs: readonly LogFacts[]): void {
    for (const facts of logs) {
      this.#logs.push(facts);
      this.#weight += weightOf(facts);
    }
    const last = this.#logs.at(-1);
    if (this.#weight > CHARS_MAX && last !== undefined) {
      this.#keep([]);
      this.#complete = last.id;
    }
  }

  #keep(logs: LogFacts[]): void {
    this.#logs = logs;
    this.#weight = logs.reduce((sum, facts) => sum + weightOf(facts), 0);
  }

  /** Whether every log above `afterLog` is here; `lastLog` is the last one committed. */
  covers(afterLog: number, lastLog: number): boolean {
    return afterLog >= this.#complete || afterLog >= lastLog;
  }

  after(logId: number): readonly LogFacts[] {
    const first = this.#logs.findIndex(({ id }) => id > logId);
    return first === -1 ? [] : this.#logs.slice(first);
  }

  /** Forgets logs up to an id, but none that a pinned reader still needs. */
  drop(upTo: number): void {
    const limit = Math.min(upTo, ...this.#pins);
    this.#keep([...this.after(limit)]);
    this.#complete = Math.max(this.#complete, limit);
  }

  /** Keeps every log above an id until the pin is taken out. */
  pin(above: number): void {
    this.#pins.push(above);
  }

  unpin(above: number): void {
    const index = this.#pins.indexOf(above);
    if (index !== -1) {
      this.#pins.splice(index, 1);
    }
  }
}
