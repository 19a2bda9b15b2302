/**
 * Committed logs that the read model may not have yet, as facts in memory, oldest first. It is a shortcut, not a store:
 * what was dropped, or never loaded after a restart, is read again from the segments.
 */
import type { LogFacts } from "../engine/facts.ts";

export class Backlog {
  #logs: LogFacts[] = [];
  #pins: number[] = [];

  get logs(): readonly LogFacts[] {
    return this.#logs;
  }

  push(logs: readonly LogFacts[]): void {
    for (const facts of logs) {
      this.#logs.push(facts);
    }
  }

  /** Forgets logs up to an id, but none that a pinned reader still needs. */
  drop(upTo: number): void {
    const limit = Math.min(upTo, ...this.#pins);
    const first = this.#logs.findIndex(({ id }) => id > limit);
    this.#logs = first === -1 ? [] : this.#logs.slice(first);
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
