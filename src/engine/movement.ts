/**
 * What a list of postings does to volumes: the pairs after it, the post-commit volumes of the
 * transaction, and where its moves lie in effective time (DESIGN §6). A move is on its pair's chain
 * if it is dated neither after its own log nor before the chain's last move; only then, or when it
 * is dated ahead, are its effective volumes known without asking the read model.
 */
import { keepsEffectiveVolumes, type Features } from "../core/features.ts";
import type { Timestamp } from "../core/timestamp.ts";
import { NO_VOLUMES, type Posting, type Volumes, type VolumeTable } from "../core/transaction.ts";
import type { EffectiveTotals } from "./effective-totals.ts";
import { DESTINATION_SIDE, SOURCE_SIDE, type MoveFact } from "./facts.ts";
import { pairKey } from "./overlay.ts";
import type { LedgerView, PairState } from "./view.ts";

export interface Movement {
  readonly pairs: readonly PairState[];
  readonly moves: readonly MoveFact[];
  readonly postCommitVolumes: VolumeTable;
  /**
   * The same object as postCommitVolumes where nothing is dated out of order; undefined where not
   * kept.
   */
  readonly postCommitEffectiveVolumes: VolumeTable | undefined;
}

interface Moved {
  readonly account: string;
  readonly asset: string;
  sides: number;
  input: bigint;
  output: bigint;
}

/**
 * `timestamp` is the effective date, `date` the insertion date. `totals` is undefined where nobody
 * needs them.
 */
export function move(
  view: LedgerView,
  postings: readonly Posting[],
  timestamp: Timestamp,
  date: Timestamp,
  totals: EffectiveTotals | undefined,
): Movement {
  const pairs: PairState[] = [];
  const moves: MoveFact[] = [];
  const volumes = new Map<string, Map<string, Volumes>>();
  const effective = new Map<string, Map<string, Volumes>>();
  const asked = keepsEffectiveVolumes(view.features) ? totals : undefined;
  let differs = false;
  for (const moved of merge(postings)) {
    const { account, asset, sides } = moved;
    const before = view.pair(account, asset) ?? emptyPair(account, asset);
    const placed = place(view.features, before, moved, timestamp, date);
    const after = { input: placed.pair.input, output: placed.pair.output };
    pairs.push(placed.pair);
    moves.push({ account, asset, sides, after, chain: placed.chain, stray: placed.stray });
    put(volumes, account, asset, after);
    if (asked !== undefined) {
      const total = placed.isLate
        ? plus(asked.at(view, account, asset, timestamp), moved)
        : minusAhead(after, before, timestamp);
      differs ||= total !== after;
      put(effective, account, asset, total);
    }
  }
  return {
    pairs,
    moves,
    postCommitVolumes: volumes,
    postCommitEffectiveVolumes: asked === undefined ? undefined : differs ? effective : volumes,
  };
}

function merge(postings: readonly Posting[]): Iterable<Moved> {
  const merged = new Map<string, Moved>();
  for (const { source, destination, amount, asset } of postings) {
    const from = entry(merged, source, asset);
    from.sides |= SOURCE_SIDE;
    from.output += amount;
    const to = entry(merged, destination, asset);
    to.sides |= DESTINATION_SIDE;
    to.input += amount;
  }
  return merged.values();
}

function entry(merged: Map<string, Moved>, account: string, asset: string): Moved {
  const key = pairKey(account, asset);
  let moved = merged.get(key);
  if (moved === undefined) {
    moved = { account, asset, sides: 0, input: 0n, output: 0n };
    merged.set(key, moved);
  }
  return moved;
}

export function emptyPair(account: string, asset: string): PairState {
  return { account, asset, input: 0n, output: 0n, chainDate: undefined, strays: undefined };
}

interface Placed {
  readonly pair: PairState;
  readonly chain: Volumes | undefined;
  readonly stray: Volumes | undefined;
  readonly isLate: boolean;
}

function place(
  features: Features,
  before: PairState,
  moved: Moved,
  timestamp: Timestamp,
  date: Timestamp,
): Placed {
  const { account, asset, chainDate, strays } = before;
  const input = before.input + moved.input;
  const output = before.output + moved.output;
  if (features.MOVES_HISTORY === "OFF") {
    const pair = { account, asset, input, output, chainDate: undefined, strays: undefined };
    return { pair, chain: undefined, stray: undefined, isLate: false };
  }
  const isLate = chainDate !== undefined && timestamp < chainDate;
  if (!isLate && timestamp <= date) {
    const pair = { account, asset, input, output, chainDate: timestamp, strays };
    if (strays === undefined) {
      return { pair, chain: undefined, stray: undefined, isLate };
    }
    const ahead = strays.ahead.filter((stray) => stray.date > timestamp);
    const chain = { input: input - strays.input, output: output - strays.output };
    return { pair: { ...pair, strays: { ...strays, ahead } }, chain, stray: undefined, isLate };
  }
  const off = strays ?? { ...NO_VOLUMES, ahead: [] };
  const stray = { input: moved.input, output: moved.output };
  const total = plus(off, stray);
  const ahead = isLate ? off.ahead : [...off.ahead, { date: timestamp, ...stray }];
  return {
    pair: { account, asset, input, output, chainDate, strays: { ...total, ahead } },
    chain: { input: input - total.input, output: output - total.output },
    stray,
    isLate,
  };
}

/** The volumes without what lies ahead of a date; the same object when nothing does. */
function minusAhead(after: Volumes, before: PairState, timestamp: Timestamp): Volumes {
  let total = after;
  for (const stray of before.strays?.ahead ?? []) {
    if (stray.date > timestamp) {
      total = { input: total.input - stray.input, output: total.output - stray.output };
    }
  }
  return total;
}

function plus(a: Volumes, b: Volumes): Volumes {
  return { input: a.input + b.input, output: a.output + b.output };
}

function put(
  table: Map<string, Map<string, Volumes>>,
  account: string,
  asset: string,
  volumes: Volumes,
): void {
  const assets = table.get(account);
  if (assets === undefined) {
    table.set(account, new Map([[asset, volumes]]));
  } else {
    assets.set(asset, volumes);
  }
}
