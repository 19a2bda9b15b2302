/**
 * What one run of an interpreter's script knows and makes: variables, flags, balances, postings,
 * metadata.
 */
import type { Posting } from "../../core/transaction.ts";
import { ScriptMetadata } from "../metadata.ts";
import type { Fault, ScriptStore } from "../outcome.ts";
import type { Value } from "../value.ts";
import { Balances } from "./balances.ts";
import { disabledFeature } from "./faults.ts";
import type { Feature } from "./features.ts";

export class Session {
  readonly store: ScriptStore;
  readonly balances: Balances;
  readonly variables = new Map<string, Value>();
  readonly postings: Posting[] = [];
  readonly metadata = new ScriptMetadata();
  readonly #features: ReadonlySet<string>;
  /** While variables are given their values, functions may be called freely. */
  isDeclaring = true;

  constructor(store: ScriptStore, features: ReadonlySet<string>) {
    this.store = store;
    this.balances = new Balances(store);
    this.#features = features;
  }

  /** Posts and books an amount at once, unless it is nothing. */
  move(source: string, destination: string, amount: bigint, asset: string): void {
    if (amount !== 0n) {
      this.balances.add(source, asset, -amount);
      this.balances.add(destination, asset, amount);
      this.postings.push({ source, destination, amount, asset });
    }
  }

  /** The fault of using a feature that is not switched on. */
  missing(feature: Feature): Fault | undefined {
    return this.#features.has(feature) ? undefined : disabledFeature(feature);
  }
}
