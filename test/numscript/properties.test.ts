/**
 * What holds for every script: money is conserved, bounds hold, both dialects mean the same, and no
 * text brings the parser down.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Posting } from "../../src/core/transaction.ts";
import { allocate, portionText, sum, type Portion } from "../../src/numscript/portion.ts";
import {
  parseScript,
  runScript,
  type Runtime,
  type ScriptOutcome,
} from "../../src/numscript/script.ts";
import {
  ASSET,
  balances,
  leavesOf,
  scriptOf,
  sendOf,
  type Balances,
  type Send,
} from "./arbitraries.ts";

const RUNTIMES: readonly Runtime[] = ["machine", "experimental-interpreter"];

/** undefined: the script was refused or failed. */
function run(script: string, books: Balances, runtime: Runtime): ScriptOutcome | undefined {
  const program = parseScript(script, runtime);
  if (!program.ok) {
    return undefined;
  }
  const store = {
    balance: (account: string) => books[account] ?? 0n,
    assets: () => [ASSET],
    accountMetadata: () => undefined,
  };
  const outcome = runScript(program.value, {}, store, { featureFlags: [] });
  return outcome.ok ? outcome.value : undefined;
}

function totalOf(postings: readonly Posting[]): bigint {
  return postings.reduce((total, { amount }) => total + amount, 0n);
}

describe("money", () => {
  test("a send that keeps nothing gives exactly what it sends", () => {
    const keepsNothing = sendOf({ keeps: false });
    fc.assert(
      fc.property(keepsNothing, balances, fc.constantFrom(...RUNTIMES), (send, books, runtime) => {
        const outcome = run(scriptOf([send]), books, runtime);
        fc.pre(outcome !== undefined && send.amount !== undefined);
        expect(totalOf(outcome.postings)).toBe(send.amount);
      }),
      { numRuns: 500 },
    );
  });

  test("a send never gives more than it sends", () => {
    const keepsSome = sendOf({ keeps: true });
    fc.assert(
      fc.property(keepsSome, balances, fc.constantFrom(...RUNTIMES), (send, books, runtime) => {
        const outcome = run(scriptOf([send]), books, runtime);
        fc.pre(outcome !== undefined && send.amount !== undefined);
        expect(totalOf(outcome.postings) <= send.amount).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("sending all from accounts with a bound gives what they had within it", () => {
    const accounts = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 });
    fc.assert(
      fc.property(accounts, balances, fc.constantFrom(...RUNTIMES), (names, books, runtime) => {
        const sources = names.map((account) => {
          return { kind: "account" as const, account, overdraft: 5n };
        });
        const send: Send = {
          amount: undefined,
          source: { kind: "list", sources },
          destination: { kind: "account", account: "z" },
        };
        const outcome = run(scriptOf([send]), books, runtime);
        const available = names.map((name) => (books[name] ?? 0n) + 5n);
        const expected = available.reduce((total, some) => total + (some > 0n ? some : 0n), 0n);
        expect(totalOf(outcome?.postings ?? [])).toBe(expected);
      }),
    );
  });

  test("no source but an unbounded one goes below its bound", () => {
    const sends = fc.array(sendOf({ keeps: true }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sends, balances, fc.constantFrom(...RUNTIMES), (list, books, runtime) => {
        const outcome = run(scriptOf(list), books, runtime);
        const bounds = boundsOf(list);
        const held = new Map(Object.entries(books));
        for (const { source, destination, amount } of outcome?.postings ?? []) {
          held.set(source, (held.get(source) ?? 0n) - amount);
          const bound = bounds.get(source);
          const isWithin = bound === undefined || (held.get(source) ?? 0n) >= -bound;
          expect(isWithin || amount === 0n).toBe(true);
          held.set(destination, (held.get(destination) ?? 0n) + amount);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The largest overdraft a script grants an account; none for an account without bound. */
function boundsOf(sends: readonly Send[]): Map<string, bigint> {
  const bounds = new Map<string, bigint>();
  const unbounded = new Set<string>();
  for (const { source } of sends) {
    for (const { account, overdraft } of leavesOf(source)) {
      if (overdraft === undefined) {
        unbounded.add(account);
      } else if (overdraft >= (bounds.get(account) ?? 0n)) {
        bounds.set(account, overdraft);
      }
    }
  }
  unbounded.forEach((account) => bounds.delete(account));
  return bounds;
}

describe("the dialects", () => {
  test("agree on every script without kept money that both accept, zero postings aside", () => {
    const sends = fc.array(sendOf({ keeps: false }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sends, balances, (list, books) => {
        const script = scriptOf(list);
        const machine = run(script, books, "machine");
        const interpreter = run(script, books, "experimental-interpreter");
        fc.pre(machine !== undefined && interpreter !== undefined);
        expect(joined(interpreter.postings)).toEqual(joined(machine.postings));
      }),
      { numRuns: 1_000 },
    );
  });

  test("agree on when there is not enough", () => {
    const sends = fc.array(sendOf({ keeps: false }), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(sends, balances, (list, books) => {
        const script = scriptOf(list);
        fc.pre(parseScript(script, "machine").ok);
        fc.pre(list.every(({ amount }) => amount !== undefined));
        const machine = run(script, books, "machine");
        const interpreter = run(script, books, "experimental-interpreter");
        expect(interpreter === undefined).toBe(machine === undefined);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Without zeros, and neighbours of one source and destination as one. */
function joined(postings: readonly Posting[]): readonly string[] {
  const result: Posting[] = [];
  for (const posting of postings) {
    const last = result.at(-1);
    if (last?.source === posting.source && last.destination === posting.destination) {
      result[result.length - 1] = { ...last, amount: last.amount + posting.amount };
    } else if (posting.amount !== 0n) {
      result.push(posting);
    }
  }
  return result.map(({ source, destination, amount }) => `${source} ${destination} ${amount}`);
}

describe("portions", () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { minLength: 1, maxLength: 12 });

  test("a split loses no unit and makes none, and no part is more than one unit off", () => {
    fc.assert(
      fc.property(weights, fc.bigInt({ min: 0n, max: 10n ** 30n }), (list, amount) => {
        const total = list.reduce((a, b) => a + b, 0n);
        fc.pre(total > 0n);
        const portions = list.map((weight) => ({ numerator: weight, denominator: total }));
        const parts = allocate(amount, portions);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(amount);
        for (const [at, part] of parts.entries()) {
          const exact = amount * (list[at] ?? 0n);
          expect(part * total > exact - total && part * total <= exact + total).toBe(true);
        }
      }),
    );
  });

  test("adding up does not depend on how fractions are written", () => {
    const fraction = fc.record({
      numerator: fc.bigInt({ min: 0n, max: 50n }),
      denominator: fc.bigInt({ min: 1n, max: 50n }),
    });
    const scaled = ({ numerator, denominator }: Portion): Portion => {
      return { numerator: numerator * 6n, denominator: denominator * 6n };
    };
    fc.assert(
      fc.property(fc.array(fraction, { maxLength: 8 }), (list) => {
        const plain = sum(list);
        const other = sum(list.map(scaled).toReversed());
        expect(other && portionText(other)).toBe(plain && portionText(plain));
      }),
    );
  });
});

describe("any text", () => {
  const runtime = fc.constantFrom(...RUNTIMES);

  test("is a script or is refused with a message that is not endless", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), runtime, (text, dialect) => {
        const program = parseScript(text, dialect);
        expect(program.ok || program.error.message.length < 5_000).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("that is made of the language's own pieces, too", () => {
    const pieces =
      "vars { } ( ) [ ] send save source destination = max from to remaining kept oneof " +
      "allowing unbounded overdraft up with scaling through @a @b: : $x $ USD/2 1 1/2 50% " +
      '* + - / \\ " "s" ' +
      "// /* */ #! print fail account number set_tx_meta meta balance , % _ 1_0 \n \r\n " +
      "é 😀 \u0000";
    const soup = fc.array(fc.constantFrom(...pieces.split(" "), " ", "\n"), { maxLength: 60 });
    fc.assert(
      fc.property(soup, fc.constantFrom("", " ", "\n"), runtime, (list, glue, dialect) => {
        const program = parseScript(list.join(glue), dialect);
        expect(program.ok || program.error.message.length < 20_000).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test("that is a script with a few characters changed, too, and runs or fails in words", () => {
    const send = sendOf({ keeps: true });
    const piece = fc.constantFrom("", "{", "\n", "@", "1", "/");
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece), { maxLength: 3 });
    fc.assert(
      fc.property(send, edits, balances, runtime, (given, changes, books, dialect) => {
        let script = scriptOf([given]);
        for (const [position, removed, added] of changes) {
          const at = position % (script.length + 1);
          script = script.slice(0, at) + added + script.slice(at + removed);
        }
        const outcome = run(script, books, dialect);
        expect((outcome?.postings ?? []).every(({ amount }) => amount >= 0n)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
