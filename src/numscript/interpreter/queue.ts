/**
 * The money taken by a send and not yet given, first in, first out. Neighbours of one account and
 * asset are one when they are given.
 */
export interface Fund {
  readonly account: string;
  /** The asset that is sent, in its color. */
  readonly asset: string;
  readonly amount: bigint;
}

export class FundsQueue {
  #funds: Fund[] = [];
  #head = 0;

  /** Nothing is never queued. */
  push(fund: Fund): void {
    if (fund.amount !== 0n) {
      this.#funds.push(fund);
    }
  }

  /** Takes up to an amount from the head; nothing is one fund less than it looks. */
  pull(amount: bigint): Fund[] {
    const pulled: Fund[] = [];
    let missing = amount;
    while (missing !== 0n) {
      const fund = this.#takeHead();
      if (fund === undefined) {
        break;
      }
      if (fund.amount > missing) {
        this.#head--;
        this.#funds[this.#head] = { ...fund, amount: fund.amount - missing };
        pulled.push({ ...fund, amount: missing });
        break;
      }
      pulled.push(fund);
      missing -= fund.amount;
    }
    return pulled;
  }

  /** The head, together with the equal ones behind it. */
  #takeHead(): Fund | undefined {
    let fund = this.#funds[this.#head];
    if (fund === undefined) {
      return undefined;
    }
    this.#head++;
    for (;;) {
      const next = this.#funds[this.#head];
      if (next?.account !== fund.account || next.asset !== fund.asset) {
        return fund;
      }
      fund = { ...fund, amount: fund.amount + next.amount };
      this.#head++;
    }
  }

  /** A point to come back to, while nothing is pulled. */
  mark(): number {
    return this.#funds.length;
  }

  rollBack(mark: number): void {
    this.#funds.length = mark;
  }
}
