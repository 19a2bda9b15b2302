/**
 * What a list of postings does to volumes: the pairs after it, the post-commit volumes of the
 * transaction, and where its moves lie in effective time (DESIGN §6). A move is on its pair's chain
 * if it is dated neither after its own log nor before the chain's last move; only then, or when it
 * is dated ahead, are its effective volumes known without asking the read model.
 */
import { keepsEffectiveVolumes } from "../core/features.ts";
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
 * `timestamp` is the effective date, `date` the insertion date; it is undefined where the moves
 * belong on no chain, because others were inserted later and stand before them. `totals` is
 * undefined where nobody needs them.
 */
export function move(
  view: LedgerView,
  postings: readonly Posting[],
  timestamp: Timestamp,
  date: Timestamp | undefined,
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
    const placed = place(view, before, moved, timestamp, date);
    const after = { input: placed.pair.input, output: placed.pair.output };
    pairs.push(placed.pair);
    moves.push({ account, asset, sides, after, chain: placed.chain, stray: placed.stray });
    put(volumes, account, asset, after);
    if (asked !== undefined) {
      const total = placed.isLate
        ? plus(asked.at(view, account, asset, timestamp), moved)
        : minus(after, laterThan(view, placed, timestamp));
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
  view: LedgerView,
  before: PairState,
  moved: Moved,
  timestamp: Timestamp,
  date: Timestamp | undefined,
): Placed {
  const { chainDate, strays } = before;
  const after = plus(before, moved);
  const pair = { ...before, ...after };
  if (view.features.MOVES_HISTORY === "OFF") {
    return { pair, chain: undefined, stray: undefined, isLate: false };
  }
  const isLate = chainDate !== undefined && timestamp < chainDate;
  if (!isLate && date !== undefined && timestamp <= date) {
    return chained(view, before, pair, timestamp);
  }
  const stray = { input: moved.input, output: moved.output };
  const off = plus(strays ?? NO_VOLUMES, stray);
  const chain = minus(after, off);
  if (!isLate && date === undefined) {
    // As if the chain had come so far: what is dated before it is late from now on.
    const ahead = aheadAt(view, before, timestamp);
    return {
      pair: { ...pair, chainDate: timestamp, strays: { ...off, ahead } },
      chain,
      stray,
      isLate,
    };
  }
  const isRemembered = !isLate && keepsEffectiveVolumes(view.features);
  const passed = strays?.ahead ?? NO_VOLUMES;
  const ahead = isRemembered ? plus(passed, stray) : passed;
  return { pair: { ...pair, strays: { ...off, ahead } }, chain, stray, isLate };
}

/** `pair` is the pair with the move added, before it was placed. */
function chained(
  view: LedgerView,
  before: PairState,
  pair: PairState,
  timestamp: Timestamp,
): Placed {
  const { strays } = before;
  const onChain = { ...pair, chainDate: timestamp };
  return strays === undefined
    ? { pair: onChain, chain: undefined, stray: undefined, isLate: false }
    : {
        pair: { ...onChain, strays: { ...strays, ahead: aheadAt(view, before, timestamp) } },
        chain: minus({ input: pair.input, output: pair.output }, strays),
        stray: undefined,
        isLate: false,
      };
}

/** What lies ahead of a pair once its chain has come to a date. */
function aheadAt(view: LedgerView, pair: PairState, timestamp: Timestamp): Volumes {
  const { account, asset, chainDate, strays } = pair;
  const ahead = strays?.ahead ?? NO_VOLUMES;
  return isNothing(ahead)
    ? ahead
    : view.aheadMoves(account, asset, chainDate, timestamp).reduce(minus, ahead);
}

/** What was moved before, dated after a move that is not late. */
function laterThan(view: LedgerView, { pair, stray }: Placed, timestamp: Timestamp): Volumes {
  const { account, asset, strays } = pair;
  const ahead = strays?.ahead ?? NO_VOLUMES;
  return stray === undefined || isNothing(ahead)
    ? ahead
    : view.aheadMoves(account, asset, timestamp, undefined).reduce(plus, NO_VOLUMES);
}

function isNothing({ input, output }: Volumes): boolean {
  return input === 0n && output === 0n;
}

function plus(a: Volumes, b: Volumes): Volumes {
  return { input: a.input + b.input, output: a.output + b.output };
}

/** The same object when nothing is taken away. */
function minus(a: Volumes, b: Volumes): Volumes {
  return isNothing(b) ? a : { input: a.input - b.input, output: a.output - b.output };
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
