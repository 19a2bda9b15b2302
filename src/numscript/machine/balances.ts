/**
 * The balances the machine keeps track of: those of the pairs it asked for before it started. What
 * happens to other pairs is nobody's concern, because nothing is taken from them within bounds.
 */
export class Balances {
  readonly #byAsset = new Map<string, Map<string, bigint>>();

  /** Reads a pair once; false when it was read before. */
  track(account: string, asset: string, read: () => bigint): boolean {
    let accounts = this.#byAsset.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      this.#byAsset.set(asset, accounts);
    }
    if (accounts.has(account)) {
      return false;
    }
    accounts.set(account, read());
    return true;
  }

  get(account: string, asset: string): bigint | undefined {
    return this.#byAsset.get(asset)?.get(account);
  }

  set(account: string, asset: string, balance: bigint): void {
    this.#byAsset.get(asset)?.set(account, balance);
  }

  /** Nothing happens to a pair that is not tracked. */
  add(account: string, asset: string, amount: bigint): void {
    const accounts = this.#byAsset.get(asset);
    const balance = accounts?.get(account);
    if (accounts !== undefined && balance !== undefined) {
      accounts.set(account, balance + amount);
    }
  }
}
