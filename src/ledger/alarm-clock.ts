/**
 * One alarm for everything an object must do later. Each purpose names the instant it wants to be
 * woken at; the platform's single alarm stands at the earliest. Setting it costs a row, so an alarm
 * that comes early enough is left alone.
 */
export class AlarmClock {
  readonly #storage: DurableObjectStorage;
  /**
   * When the platform's alarm will ring, as far as this instance knows; undefined: not set by it.
   */
  #set: number | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
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

  /** The platform's alarm rang. */
  rang(): void {
    this.#set = undefined;
  }
}
