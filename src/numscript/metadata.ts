/**
 * The metadata a script sets, on its transaction and on accounts. The last value of a key counts.
 */
import type { Metadata } from "../core/transaction.ts";
import { valueText, type Value } from "./value.ts";

export class ScriptMetadata {
  readonly #transaction = new Map<string, string>();
  readonly #accounts = new Map<string, Map<string, string>>();

  setOnTransaction(key: string, value: Value): void {
    this.#transaction.set(key, valueText(value));
  }

  setOnAccount(account: string, key: string, value: Value): void {
    let keys = this.#accounts.get(account);
    if (keys === undefined) {
      keys = new Map();
      this.#accounts.set(account, keys);
    }
    keys.set(key, valueText(value));
  }

  get transaction(): Metadata {
    return Object.fromEntries(this.#transaction);
  }

  get accounts(): ReadonlyMap<string, Metadata> {
    const accounts = new Map<string, Metadata>();
    for (const [account, keys] of this.#accounts) {
      accounts.set(account, Object.fromEntries(keys));
    }
    return accounts;
  }
}
