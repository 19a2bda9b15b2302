/** The newest logs in memory: what is dropped, what a reader holds on to, and that it knows. */
import { describe, expect, test } from "vitest";
import { Backlog } from "../../src/ledger/backlog.ts";
import { transferFacts } from "../support/facts.ts";

function filled(from: number, to: number): Backlog {
  const backlog = new Backlog(from - 1);
  for (let id = from; id <= to; id++) {
    backlog.push([transferFacts(id)]);
  }
  return backlog;
}

function idsAfter(backlog: Backlog, logId: number): readonly number[] {
  return backlog.after(logId).map(({ id }) => id);
}

describe("what the backlog has", () => {
  test("is every log since it began", () => {
    const backlog = filled(5, 8);
    expect(idsAfter(backlog, 4)).toEqual([5, 6, 7, 8]);
    expect(idsAfter(backlog, 6)).toEqual([7, 8]);
    expect(idsAfter(backlog, 8)).toEqual([]);
    expect(backlog.covers(4, 8)).toBe(true);
    expect(backlog.covers(3, 8)).toBe(false);
  });

  test("nothing is missing after the last log, wherever the backlog begins", () => {
    const backlog = new Backlog(9);
    expect(backlog.covers(9, 9)).toBe(true);
    expect(backlog.covers(8, 9)).toBe(false);
  });

  test("is less what was dropped", () => {
    const backlog = filled(1, 8);
    backlog.drop(5);
    expect(idsAfter(backlog, -1)).toEqual([6, 7, 8]);
    expect(backlog.covers(5, 8)).toBe(true);
    expect(backlog.covers(4, 8)).toBe(false);
  });

  test("ids may have holes", () => {
    const backlog = new Backlog(2);
    backlog.push([transferFacts(5), transferFacts(9)]);
    expect(idsAfter(backlog, 6)).toEqual([9]);
    backlog.drop(6);
    expect(idsAfter(backlog, -1)).toEqual([9]);
    expect(backlog.covers(6, 9)).toBe(true);
  });
});

describe("a pin", () => {
  test("keeps what lies above it, and so does every other pin", () => {
    const backlog = filled(1, 8);
    backlog.pin(3);
    backlog.pin(6);
    backlog.drop(8);
    expect(idsAfter(backlog, -1)).toEqual([4, 5, 6, 7, 8]);
    backlog.unpin(3);
    backlog.drop(8);
    expect(idsAfter(backlog, -1)).toEqual([7, 8]);
    backlog.unpin(6);
    backlog.drop(8);
    expect(idsAfter(backlog, -1)).toEqual([]);
  });

  test("of two readers at one log holds until both are gone", () => {
    const backlog = filled(1, 4);
    backlog.pin(2);
    backlog.pin(2);
    backlog.unpin(2);
    backlog.drop(4);
    expect(idsAfter(backlog, -1)).toEqual([3, 4]);
  });
});

describe("logs that weigh too much together", () => {
  const heavy = { ...transferFacts(2), line: "x".repeat(5_000_000) };

  test("are forgotten, and the backlog says so", () => {
    const backlog = filled(1, 1);
    backlog.push([heavy]);
    expect(idsAfter(backlog, -1)).toEqual([1, 2]);
    backlog.push([{ ...heavy, id: 3 }]);
    expect(idsAfter(backlog, -1)).toEqual([]);
    expect(backlog.covers(2, 3)).toBe(false);
    expect(backlog.covers(3, 3)).toBe(true);
  });

  test("weigh nothing once they are dropped", () => {
    const backlog = filled(1, 1);
    backlog.push([heavy]);
    backlog.drop(2);
    backlog.push([{ ...heavy, id: 3 }]);
    expect(idsAfter(backlog, -1)).toEqual([3]);
  });

  test("weigh by the metadata they lead to, too", () => {
    const backlog = new Backlog(-1);
    const account = {
      address: "a",
      metadata: { k: "x".repeat(9_000_000) },
      firstUsage: heavy.date,
      insertionDate: heavy.date,
      updatedAt: heavy.date,
      isNew: true,
      revision: undefined,
    };
    backlog.push([{ ...transferFacts(1), accounts: [account] }]);
    expect(backlog.covers(0, 1)).toBe(false);
  });
});
