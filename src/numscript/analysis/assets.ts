/**
 * Which expressions are of one asset: classes that are merged as the script puts expressions
 * together, each with the asset it turned out to be, if any.
 */
export class AssetClass {
  #parent: AssetClass | undefined;
  #asset: string | undefined;

  constructor(asset?: string) {
    this.#asset = asset;
  }

  get asset(): string | undefined {
    return AssetClass.#rootOf(this).#asset;
  }

  /** Makes one class of two, unless they are of different assets. */
  merge(other: AssetClass): boolean {
    const a = AssetClass.#rootOf(this);
    const b = AssetClass.#rootOf(other);
    if (a === b) {
      return true;
    }
    if (a.#asset !== undefined && b.#asset !== undefined && a.#asset !== b.#asset) {
      return false;
    }
    b.#asset ??= a.#asset;
    a.#parent = b;
    return true;
  }

  /** On the way every second class is hung one level higher, so that long ways become short. */
  static #rootOf(start: AssetClass): AssetClass {
    let node = start;
    while (node.#parent !== undefined) {
      node.#parent = node.#parent.#parent ?? node.#parent;
      node = node.#parent;
    }
    return node;
  }
}
