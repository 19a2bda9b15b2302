/**
 * Whatever of the registry's work involves the object of a ledger: creation, deletion and
 * restoration of buckets, and the end. All of it is done in steps that can be repeated: a mark in
 * the registry's own tables, then the object, then the mark taken away; `finish` goes on where a
 * crash stopped.
 */
import { unavailable, type LedgerError } from "../core/error.ts";
import { formatStringMap } from "../core/json.ts";
import { err, ok, type Result } from "../core/result.ts";
import { fromMillis } from "../core/timestamp.ts";
import { faultPoint } from "./faults.ts";
import type { LedgerObject } from "./object.ts";
import type { NewLedger } from "./registry-rpc.ts";
import type { RegistryStore, StoredLedger } from "./registry-store.ts";

/** What the steps need of the registry's object. */
export interface Surroundings {
  readonly tenant: string;
  readonly objectOf: (ledger: string) => DurableObjectStub<LedgerObject>;
  /** There is something unfinished: the alarm goes on with it after a crash. */
  readonly arm: () => void;
  /** The read model hears of changes in the background. */
  readonly projectSoon: () => void;
}

const EXISTS: LedgerError = { code: "LEDGER_ALREADY_EXISTS", message: "ledger already exists" };
const OUT_OF_REACH = unavailable("not every ledger of the bucket could be reached yet");

export class RegistryLedgers {
  readonly #store: RegistryStore;
  readonly #around: Surroundings;
  /** Creations under way in this life of the object, by name. */
  readonly #creations = new Map<string, Promise<void>>();
  #telling: Promise<boolean> = Promise.resolve(true);

  constructor(store: RegistryStore, around: Surroundings) {
    this.#store = store;
    this.#around = around;
  }

  async create(ledger: NewLedger): Promise<Result<void, LedgerError>> {
    const known = this.#store.byName(ledger.name);
    if (known === undefined) {
      const reserved = this.#store.reserve(ledger, fromMillis(Date.now()));
      this.#around.arm();
      return this.#complete(reserved);
    }
    if (known.state !== "reserved") {
      return err(EXISTS);
    }
    const isUnderWay = this.#creations.has(ledger.name);
    const completed = await this.#complete(known);
    // A creation that a crash left half done belongs to whoever asks for the same again.
    return completed.ok && (isUnderWay || !isSameLedger(known, ledger)) ? err(EXISTS) : completed;
  }

  /** Every ledger of the bucket knows that it is deleted, or no longer is, when this answers. */
  async tellAll(): Promise<Result<void, LedgerError>> {
    this.#around.arm();
    faultPoint("registry-marked");
    // One after the other, so that a ledger never hears of a deletion after the restoration that
    // followed it.
    const telling = this.#telling.then(() => this.#tellUntold());
    this.#telling = telling.catch(() => false);
    const isTold = await telling;
    this.#around.projectSoon();
    return isTold ? ok(undefined) : err(OUT_OF_REACH);
  }

  /** Goes on with all that a crash, or an object out of reach, left half done. */
  async finish(): Promise<void> {
    await Promise.all([
      ...this.#store.reserved().map((ledger) => this.#complete(ledger)),
      ...this.#store.purging().map((ledger) => this.#purge(ledger)),
      this.tellAll(),
    ]);
  }

  /**
   * Second and third step of a creation: the ledger's object learns what it is, then the name is
   * confirmed. Whoever asks meanwhile waits for the same.
   */
  async #complete(ledger: StoredLedger): Promise<Result<void, LedgerError>> {
    const creation = this.#creations.get(ledger.name) ?? this.#configureAndConfirm(ledger);
    this.#creations.set(ledger.name, creation);
    try {
      await creation;
      return ok(undefined);
    } catch (error) {
      console.warn("a ledger could not be set up yet", error);
      return err(unavailable("the ledger could not be set up yet"));
    } finally {
      this.#creations.delete(ledger.name);
    }
  }

  async #configureAndConfirm(ledger: StoredLedger): Promise<void> {
    faultPoint("registry-reserved");
    await this.#configure(ledger);
    faultPoint("registry-configured");
    this.#store.confirm(ledger.id);
    this.#around.projectSoon();
  }

  async #configure(ledger: StoredLedger): Promise<void> {
    const { id, name, bucket, features, addedAt, deletedAt } = ledger;
    const { tenant } = this.#around;
    const info = { tenant, id, name, bucket, features, addedAt, deletedAt };
    await this.#around.objectOf(name).configure(info);
  }

  /**
   * Whether all could be told; one that cannot be reached does not keep the others from hearing.
   */
  async #tellUntold(): Promise<boolean> {
    let isTold = true;
    let last = 0;
    for (;;) {
      const ledgers = this.#store.untold(last);
      const told = await Promise.all(ledgers.map((ledger) => this.#tell(ledger)));
      isTold &&= !told.includes(false);
      const end = ledgers.at(-1);
      if (end === undefined) {
        return isTold;
      }
      last = end.id;
    }
  }

  async #tell(ledger: StoredLedger): Promise<boolean> {
    try {
      await this.#configure(ledger);
      this.#store.markTold(ledger.id, ledger.deletedAt);
      return true;
    } catch (error) {
      console.warn("a ledger could not be told of its deletion or restoration yet", error);
      return false;
    }
  }

  async #purge(ledger: StoredLedger): Promise<void> {
    try {
      // Nobody may still be telling a ledger something when its object is already another's.
      await this.#telling;
      const destroyed = await this.#around.objectOf(ledger.name).destroy();
      if (destroyed.ok) {
        faultPoint("registry-destroyed");
        this.#store.remove(ledger.id);
        this.#around.projectSoon();
      }
    } catch (error) {
      console.warn("a ledger could not be taken away yet", error);
    }
  }
}

function isSameLedger(known: StoredLedger, wanted: NewLedger): boolean {
  const text = ({ bucket, features, metadata }: NewLedger): string => {
    return `${bucket} ${formatStringMap({ ...features })} ${formatStringMap(metadata)}`;
  };
  return text(known) === text(wanted);
}
