/**
 * The chart of accounts: which addresses a schema allows, and the metadata new accounts start with
 * (contract §12.2, §12.3). A tree, one level a segment of an address.
 */
import { err, ok, type Result } from "../core/result.ts";
import type { Metadata, Posting } from "../core/transaction.ts";
import { matches, type Pattern } from "./pattern.ts";
import type { Schema } from "./schema.ts";

export interface ChartNode {
  readonly fixed: ReadonlyMap<string, ChartNode>;
  readonly variable: VariableSegment | undefined;
  /** undefined: addresses that end here are no accounts. */
  readonly account: ChartAccount | undefined;
}

export interface VariableSegment {
  /** For readers of the chart only. */
  readonly label: string;
  readonly pattern: Pattern | undefined;
  readonly node: ChartNode;
}

export interface ChartAccount {
  /** Key → default value, undefined for a key without one. undefined: none were given. */
  readonly metadata: ReadonlyMap<string, string | undefined> | undefined;
}

/** What stands below the root. The chart must name `world` too, if it is to be used. */
export type Chart = ReadonlyMap<string, ChartNode>;

/** What is wrong with a posting, in the original's words; undefined when the chart allows it. */
export function checkPosting(schema: Schema, posting: Posting): string | undefined {
  for (const address of [posting.source, posting.destination]) {
    const account = findAccount(schema.chart, address);
    if (!account.ok) {
      return account.error;
    }
  }
  return undefined;
}

/** What a new account starts with; nothing where the chart does not know the address. */
export function defaultMetadata(schema: Schema, address: string): Metadata {
  const account = findAccount(schema.chart, address);
  const defaults = account.ok ? [...(account.value.metadata ?? [])] : [];
  return Object.fromEntries(
    defaults.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/**
 * Walks down the tree. A fixed segment wins over the variable one beside it, also where the walk
 * then ends in vain.
 */
function findAccount(chart: Chart, address: string): Result<ChartAccount, string> {
  const segments = address.split(":");
  let node: ChartNode = { fixed: chart, variable: undefined, account: undefined };
  for (const [depth, segment] of segments.entries()) {
    const next = node.fixed.get(segment) ?? nodeOf(node.variable, segment);
    if (next === undefined) {
      return err(refusal(segments, depth, node.variable !== undefined));
    }
    node = next;
  }
  return node.account === undefined
    ? err(refusal(segments, segments.length - 1, false))
    : ok(node.account);
}

function nodeOf(variable: VariableSegment | undefined, segment: string): ChartNode | undefined {
  const { pattern } = variable ?? {};
  return pattern === undefined || matches(pattern, segment) ? variable?.node : undefined;
}

function refusal(segments: readonly string[], depth: number, isMismatch: boolean): string {
  const segment = segments[depth] ?? "";
  if (depth === 0) {
    const subject = segments.length > 1 ? "account starting with" : "account";
    return `${subject} \`${segment}\` is not defined in the chart of accounts`;
  }
  const path = segments.slice(0, depth).join(":");
  return isMismatch
    ? `segment \`${segment}\` defined by the chart of accounts at \`${path}\` ` +
        `does not match the pattern`
    : `segment \`${segment}\` is not allowed by the chart of accounts at \`${path}\``;
}
