/**
 * One alarm for everything an object must do later. Each purpose names the instant it wants to be
 * woken at; the platform's single alarm stands at the earliest, and whoever is woken too early asks
 * again. Setting it costs a row, so an alarm that comes early enough is left alone.
 */
export class AlarmClock {
  readonly #storage: DurableObjectStorage;
  /** When the platform's alarm will ring; undefined: it is not set. */
  #set: number | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** What an earlier life of the object set: it must not be put off. */
  async load(): Promise<void> {
    this.#set = (await this.#storage.getAlarm()) ?? undefined;
  }

  /**
   * Rings at `at` (milliseconds of the epoch) or before. Joins the surrounding commit: it does not
   * wait.
   */
  ringBy(at: number): void {
    if (this.#set === undefined || this.#set > at) {
      this.#set = at;
      void this.#storage.setAlarm(at);
    }
  }

  /** The platform's alarm rang, or was taken away. */
  rang(): void {
    this.#set = undefined;
  }
}
