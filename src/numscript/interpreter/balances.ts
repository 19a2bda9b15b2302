/**
 * The balances an interpreter's script knows: what it asked the books for, with what it moved
 * since. The world is never asked and starts at nothing; so does an account that is only given to
 * before anything is asked of it (numscript contract §9.7).
 */
import { WORLD } from "../../core/address.ts";
import type { ScriptStore } from "../outcome.ts";

interface Change {
  readonly assets: Map<string, bigint>;
  readonly asset: string;
  readonly before: bigint | undefined;
}

export class Balances {
  readonly #store: ScriptStore;
  readonly #accounts = new Map<string, Map<string, bigint>>();
  readonly #asked: (readonly [account: string, asset: string])[] = [];
  readonly #changes: Change[] = [];

  constructor(store: ScriptStore) {
    this.#store = store;
  }

  /** Pairs that were read from the books, in order. */
  get asked(): readonly (readonly [account: string, asset: string])[] {
    return this.#asked;
  }

  /** Reads a pair from the books, unless it is known. */
  ask(account: string, asset: string): void {
    const assets = this.#assetsOf(account);
    if (account !== WORLD && !assets.has(asset)) {
      this.#asked.push([account, asset]);
      assets.set(asset, this.#store.balance(account, asset));
    }
  }

  /** Reads what an account holds of all assets in the books that pass. */
  askAll(account: string, passes: (asset: string) => boolean): void {
    for (const asset of this.#store.assets(account)) {
      if (passes(asset)) {
        this.ask(account, asset);
      }
    }
  }

  get(account: string, asset: string): bigint {
    return this.#accounts.get(account)?.get(asset) ?? 0n;
  }

  /** What is known of an account, asset by asset. */
  of(account: string): ReadonlyMap<string, bigint> {
    return this.#assetsOf(account);
  }

  set(account: string, asset: string, balance: bigint): void {
    const assets = this.#assetsOf(account);
    this.#changes.push({ assets, asset, before: assets.get(asset) });
    assets.set(asset, balance);
  }

  add(account: string, asset: string, amount: bigint): void {
    this.set(account, asset, this.get(account, asset) + amount);
  }

  /** A point to come back to. */
  mark(): number {
    return this.#changes.length;
  }

  rollBack(mark: number): void {
    while (this.#changes.length > mark) {
      const change = this.#changes.pop();
      if (change?.before === undefined) {
        change?.assets.delete(change.asset);
      } else {
        change.assets.set(change.asset, change.before);
      }
    }
  }

  #assetsOf(account: string): Map<string, bigint> {
    let assets = this.#accounts.get(account);
    if (assets === undefined) {
      assets = new Map();
      this.#accounts.set(account, assets);
    }
    return assets;
  }
}
