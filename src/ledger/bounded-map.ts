/**
 * A map that forgets: when it is full, the half that was not used lately goes. Volumes, accounts
 * and parsed scripts in the object's memory are kept so, because a ledger may hold more of them
 * than 128 MB.
 */
export class BoundedMap<K, V> {
  readonly #limit: number;
  #recent = new Map<K, V>();
  #older = new Map<K, V>();

  /** At most `limit` entries, at least half of them the latest used. */
  constructor(limit: number) {
    this.#limit = Math.max(2, limit);
  }

  get(key: K): V | undefined {
    const value = this.#recent.get(key);
    if (value !== undefined) {
      return value;
    }
    const older = this.#older.get(key);
    if (older !== undefined) {
      this.set(key, older);
    }
    return older;
  }

  set(key: K, value: V): void {
    this.#recent.set(key, value);
    if (this.#recent.size * 2 >= this.#limit) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
  }

  delete(key: K): void {
    this.#recent.delete(key);
    this.#older.delete(key);
  }

  clear(): void {
    this.#recent = new Map();
    this.#older = new Map();
  }
}
