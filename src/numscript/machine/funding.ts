/**
 * Fundings: money taken from sources and not yet given, as an ordered list of parts. Parts of zero
 * are real, and the rules here decide which zero postings a script makes (numscript contract §8).
 * Lists are never changed once they are shared.
 */
export interface Part {
  readonly account: string;
  readonly amount: bigint;
}

export type Funding = readonly Part[];

/** What a walk from the front came by. */
export interface Taken {
  readonly taken: Funding;
  readonly rest: Funding;
  readonly missing: bigint;
}

export function total(funding: Funding): bigint {
  let amount = 0n;
  for (const part of funding) {
    amount += part.amount;
  }
  return amount;
}

/** One after the other; where they meet, two parts of one account become one. */
export function concat(front: Funding, back: Funding): Funding {
  if (front.length === 0 || back.length === 0) {
    return front.length === 0 ? back : front;
  }
  const joined = [...front];
  append(joined, back);
  return joined;
}

/** The same onto a list that nobody else holds. */
export function append(front: Part[], back: Funding): void {
  const last = front.at(-1);
  const next = back[0];
  if (last === undefined || next === undefined || last.account !== next.account) {
    front.push(...back);
    return;
  }
  front[front.length - 1] = { account: last.account, amount: last.amount + next.amount };
  front.push(...back.slice(1));
}

/**
 * Takes from the front up to an amount. Parts of zero that are passed before the amount is reached
 * are taken, too; of nothing, nothing is taken.
 */
export function takeUpTo(funding: Funding, amount: bigint): Taken {
  const taken: Part[] = [];
  let missing = amount;
  let at = 0;
  for (; missing > 0n && at < funding.length; at++) {
    const part = funding[at];
    if (part === undefined) {
      break;
    }
    if (part.amount > missing) {
      taken.push({ account: part.account, amount: missing });
      const tail = { account: part.account, amount: part.amount - missing };
      return { taken, rest: [tail, ...funding.slice(at + 1)], missing: 0n };
    }
    taken.push(part);
    missing -= part.amount;
  }
  return { taken, rest: funding.slice(at), missing };
}

/**
 * Takes an exact amount; undefined when it is not there. Taking nothing of something takes a zero
 * from the first account and leaves the rest as it is.
 */
export function take(funding: Funding, amount: bigint): Taken | undefined {
  const first = funding[0];
  if (amount === 0n && first !== undefined) {
    return { taken: [{ account: first.account, amount: 0n }], rest: funding, missing: 0n };
  }
  const result = takeUpTo(funding, amount);
  return result.missing === 0n ? result : undefined;
}

export function reverse(funding: Funding): Funding {
  return funding.toReversed();
}
