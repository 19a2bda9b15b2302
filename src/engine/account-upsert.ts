/**
 * How writes make and change accounts (contract §4.6, §7.1, §12.3). An account is what remembers
 * when it was first used, inserted and changed, and its metadata.
 */
import type { Timestamp } from "../core/timestamp.ts";
import type { Metadata, Posting } from "../core/transaction.ts";
import { defaultMetadata } from "../schema/chart.ts";
import type { Schema } from "../schema/schema.ts";
import type { AccountFact } from "./facts.ts";
import type { LedgerView } from "./view.ts";

export const NO_METADATA: Metadata = {};

/** When and under which schema accounts are touched. */
export interface Touch {
  /** The effective date of what touches them. */
  readonly firstUsage: Timestamp;
  /** The insertion date. */
  readonly date: Timestamp;
  readonly schema: Schema | undefined;
}

/** The account after it was touched; undefined when nothing changes. */
export function touchAccount(
  view: LedgerView,
  address: string,
  given: Metadata,
  touch: Touch,
): AccountFact | undefined {
  const { firstUsage, date, schema } = touch;
  const before = view.account(address);
  if (before === undefined) {
    const defaults = schema === undefined ? NO_METADATA : defaultMetadata(schema, address);
    const metadata = mergeMetadata(defaults, given);
    const revision = isEmpty(metadata) ? undefined : date;
    return {
      address,
      metadata,
      firstUsage,
      insertionDate: date,
      updatedAt: date,
      isNew: true,
      revision,
    };
  }
  const isEarlier = firstUsage < before.firstUsage;
  const isChanged = !containsMetadata(before.metadata, given);
  if (!isEarlier && !isChanged) {
    return undefined;
  }
  return {
    ...before,
    metadata: isChanged ? mergeMetadata(before.metadata, given) : before.metadata,
    firstUsage: isEarlier ? firstUsage : before.firstUsage,
    updatedAt: date,
    isNew: false,
    revision: isChanged ? date : undefined,
  };
}

/** The accounts that a transaction changes: those it moves between, and those it describes. */
export function touchAccounts(
  view: LedgerView,
  postings: readonly Posting[],
  accountMetadata: ReadonlyMap<string, Metadata>,
  touch: Touch,
): readonly AccountFact[] {
  const addresses = new Set<string>();
  for (const { source, destination } of postings) {
    addresses.add(source).add(destination);
  }
  for (const address of accountMetadata.keys()) {
    addresses.add(address);
  }
  const touched: AccountFact[] = [];
  for (const address of addresses) {
    const given = accountMetadata.get(address) ?? NO_METADATA;
    const account = touchAccount(view, address, given, touch);
    if (account !== undefined) {
      touched.push(account);
    }
  }
  return touched;
}

function isEmpty(metadata: Metadata): boolean {
  for (const _ in metadata) {
    return false;
  }
  return true;
}

/** Later wins. Safe for every key a client may choose. */
export function mergeMetadata(below: Metadata, above: Metadata): Metadata {
  if (isEmpty(above)) {
    return below;
  }
  return isEmpty(below) ? above : { ...below, ...above };
}

export function containsMetadata(whole: Metadata, part: Metadata): boolean {
  return Object.entries(part).every(([key, value]) => {
    return Object.hasOwn(whole, key) && whole[key] === value;
  });
}

export function withoutKey(metadata: Metadata, key: string): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== key));
}
