/**
 * The small parts that decide who gives how much: fundings, the funds queue, exchanges of scale.
 */
import { describe, expect, test } from "vitest";
import { exchange } from "../../src/numscript/interpreter/exchange.ts";
import { FundsQueue, type Fund } from "../../src/numscript/interpreter/queue.ts";
import {
  append,
  concat,
  take,
  takeUpTo,
  type Funding,
} from "../../src/numscript/machine/funding.ts";

/** "a 10, b 5" */
function funding(text: string): Funding {
  return text.split(", ").flatMap((part) => {
    const [account = "", amount = "0"] = part.split(" ");
    return account === "" ? [] : [{ account, amount: BigInt(amount) }];
  });
}

function text(parts: Funding | undefined): string | undefined {
  return parts?.map(({ account, amount }) => `${account} ${amount}`).join(", ");
}

describe("a funding", () => {
  test.each([
    ["a 10, b 5", 12n, "a 10, b 2", "b 3"],
    ["a 10, b 5", 10n, "a 10", "b 5"],
    ["a 0, b 5", 2n, "a 0, b 2", "b 3"],
    ["a 5, b 0, c 5", 5n, "a 5", "b 0, c 5"],
    ["a 5", 0n, "a 0", "a 5"],
    ["", 0n, "", ""],
  ])("of %s gives exactly %s", (given, amount, taken, rest) => {
    const result = take(funding(given), amount);
    expect([text(result?.taken), text(result?.rest)]).toEqual([taken, rest]);
  });

  test.each([
    ["a 5", 6n],
    ["a 5", -1n],
    ["", 1n],
  ])("of %s does not give %s", (given, amount) => {
    expect(take(funding(given), amount)).toBeUndefined();
  });

  test("gives up to an amount what there is, and of nothing nothing", () => {
    expect(takeUpTo(funding("a 5"), 8n)).toEqual({
      taken: funding("a 5"),
      rest: [],
      missing: 3n,
    });
    expect(takeUpTo(funding("a 5"), 0n).taken).toEqual([]);
  });

  test("joins with another, two parts of one account becoming one where they meet", () => {
    expect(text(concat(funding("a 1, b 2"), funding("b 3, a 4")))).toBe("a 1, b 5, a 4");
    expect(text(concat(funding("a 1"), funding("")))).toBe("a 1");
    const shared = funding("a 1");
    concat(shared, funding("a 2"));
    expect(text(shared)).toBe("a 1");
    const own = [...funding("a 1")];
    append(own, funding("a 2, b 3"));
    expect(text(own)).toBe("a 3, b 3");
  });
});

describe("the funds queue", () => {
  function queueOf(...funds: readonly (readonly [account: string, amount: bigint])[]): FundsQueue {
    const queue = new FundsQueue();
    funds.forEach(([account, amount]) => queue.push({ account, asset: "COIN", amount }));
    return queue;
  }

  function pulled(funds: readonly Fund[]): string {
    return funds.map(({ account, amount }) => `${account} ${amount}`).join(", ");
  }

  test("gives first what came first, neighbours as one", () => {
    const queue = queueOf(["a", 2n], ["a", 3n], ["b", 10n], ["a", 1n]);
    expect(pulled(queue.pull(4n))).toBe("a 4");
    expect(pulled(queue.pull(4n))).toBe("a 1, b 3");
    expect(pulled(queue.pull(0n))).toBe("");
    expect(pulled(queue.pull(100n))).toBe("b 7, a 1");
    expect(pulled(queue.pull(1n))).toBe("");
  });

  test("never holds nothing, so that what is around it is neighbours", () => {
    const queue = queueOf(["a", 2n], ["b", 0n], ["a", 3n]);
    expect(pulled(queue.pull(5n))).toBe("a 5");
  });

  test("forgets what came after a mark", () => {
    const queue = queueOf(["a", 2n]);
    const mark = queue.mark();
    queue.push({ account: "b", asset: "COIN", amount: 5n });
    queue.rollBack(mark);
    expect(pulled(queue.pull(10n))).toBe("a 2");
  });
});

describe("an exchange", () => {
  function exchanged(
    wanted: bigint | undefined,
    scale: number,
    held: Record<number, bigint>,
  ): string {
    const balances = new Map(Object.entries(held).map(([at, amount]) => [Number(at), amount]));
    const { conversions, total } = exchange(wanted, scale, balances);
    const gives = conversions.map((conversion) => `${conversion.amount}/${conversion.scale}`);
    return `${gives.join(" ")} = ${total}`;
  }

  test("takes the finest scale first and splits no unit", () => {
    expect(exchanged(150n, 2, { 0: 5n, 2: 10n })).toBe("2/0 = 200");
    expect(exchanged(1234n, 2, { 0: 3n, 2: 100n, 3: 99n, 4: 2550n })).toBe("2500/4 90/3 3/0 = 334");
    expect(exchanged(1n, 0, { 2: 123n })).toBe("100/2 = 1");
  });

  test("gives nothing when there is enough", () => {
    expect(exchanged(200n, 2, { 2: 201n, 0: 5n })).toBe(" = 0");
  });

  test("gives everything when everything is wanted", () => {
    expect(exchanged(undefined, 2, { 0: 1n, 2: 7n, 3: 15n })).toBe("10/3 1/0 = 101");
  });

  test("leaves scales alone that are worlds apart", () => {
    expect(exchanged(undefined, 0, { 999_999: 1n })).toBe(" = 0");
  });
});
