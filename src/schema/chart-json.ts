/**
 * Charts of accounts as JSON (contract §12.2): read and checked in the original's words when a
 * schema is inserted, and written in their one normal form, which answers, logs and fingerprints
 * share.
 *
 * node := { segment: node… [, "$label": node] [, ".self": {}] [, ".metadata": {…}] [, ".rules": {}]
 * [, ".pattern": "…"] }, where only the nodes of variables have a pattern
 */
import { formatJson, type Json, type JsonObject } from "../core/json.ts";
import { isObject, kindOf, member } from "../core/json-read.ts";
import { CHART_DEPTH_MAX, CHART_PATTERNS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Chart, ChartAccount, ChartNode, VariableSegment } from "./chart.ts";
import { formatMembers, type Member } from "./format.ts";
import { parsePattern, type Pattern } from "./pattern.ts";

type Read<T> = Result<T, string>;

const KEY = /^[$.]?[a-zA-Z0-9_-]+$/;

/** Null is the chart without accounts. */
export function readChart(json: Json): Read<Chart> {
  const chart = objectOf(json, "chart");
  if (!chart.ok) {
    return err(`invalid JSON: ${chart.error}`);
  }
  const patterns = { size: 0 };
  const nodes = new Map<string, ChartNode>();
  for (const [key, value] of Object.entries(chart.value)) {
    const problem = rootProblem(key, value);
    if (problem !== undefined) {
      return err(problem);
    }
    const node = readNode(isObject(value) ? value : {}, { depth: 1, patterns });
    if (!node.ok) {
      return err(`invalid segment \`${key}\`: ${node.error}`);
    }
    nodes.set(key, node.value);
  }
  return ok(nodes);
}

function rootProblem(key: string, value: Json): string | undefined {
  if (!KEY.test(key)) {
    return `invalid segment name: ${key}`;
  }
  if (key.startsWith("$")) {
    return `invalid key ${key}: root cannot have a variable segment`;
  }
  if (key.startsWith(".")) {
    return `invalid key ${key}: the root cannot be an account`;
  }
  const node = objectOf(value, key);
  if (!node.ok) {
    return `invalid segment: ${node.error}`;
  }
  return Object.hasOwn(node.value, ".pattern")
    ? "cannot have a pattern on a fixed segment"
    : undefined;
}

/** Null stands for an empty object. */
function objectOf(json: Json, name: string): Read<JsonObject> {
  if (json === null) {
    return ok({});
  }
  return isObject(json) ? ok(json) : err(`${name} must be an object, got ${kindOf(json)}`);
}

interface Place {
  readonly depth: number;
  /** How much there is of patterns so far, in the whole chart. */
  readonly patterns: { size: number };
}

function readNode(object: JsonObject, place: Place): Read<ChartNode> {
  if (place.depth > CHART_DEPTH_MAX) {
    return err(`a chart of accounts may be ${CHART_DEPTH_MAX} segments deep`);
  }
  const segments = readSegments(object, place);
  if (!segments.ok) {
    return segments;
  }
  const account = readAccount(object);
  if (!account.ok) {
    return account;
  }
  const { fixed, variable } = segments.value;
  const isLeaf = fixed.size === 0 && variable === undefined;
  if (isLeaf || Object.hasOwn(object, ".self")) {
    return ok({ ...segments.value, account: account.value });
  }
  const stray = [".metadata", ".rules"].find((key) => Object.hasOwn(object, key));
  return stray === undefined
    ? ok({ ...segments.value, account: undefined })
    : err(`cannot have ${stray} on a non-account segment`);
}

function readSegments(
  object: JsonObject,
  place: Place,
): Read<Pick<ChartNode, "fixed" | "variable">> {
  const fixed = new Map<string, ChartNode>();
  let variable: VariableSegment | undefined;
  for (const [key, value] of Object.entries(object)) {
    if (key.startsWith(".")) {
      continue;
    }
    const segment = readSegment(key, value, place);
    if (!segment.ok) {
      return segment;
    }
    const { node, pattern } = segment.value;
    if (!key.startsWith("$")) {
      fixed.set(key, node);
    } else if (variable === undefined) {
      variable = { label: key.slice(1), pattern, node };
    } else {
      return err("cannot have two variable segments with the same prefix");
    }
  }
  return ok({ fixed: fixed.size === 0 ? NO_SEGMENTS : fixed, variable });
}

/** Most nodes are leaves: they share what they do not have. */
const NO_SEGMENTS: ReadonlyMap<string, ChartNode> = new Map();
const PLAIN: ChartAccount = { metadata: undefined };

interface Segment {
  readonly node: ChartNode;
  readonly pattern: Pattern | undefined;
}

function readSegment(key: string, value: Json, place: Place): Read<Segment> {
  if (!KEY.test(key)) {
    return err(`invalid address segment: ${key}`);
  }
  const object = objectOf(value, key);
  if (!object.ok) {
    return err(`invalid segment: ${object.error}`);
  }
  const pattern = readPattern(object.value[".pattern"], place);
  if (!pattern.ok) {
    return pattern;
  }
  const node = readNode(object.value, { ...place, depth: place.depth + 1 });
  if (!node.ok) {
    return err(`invalid segment: ${node.error}`);
  }
  return pattern.value !== undefined && !key.startsWith("$")
    ? err("cannot have a pattern on a fixed segment")
    : ok({ node: node.value, pattern: pattern.value });
}

function readPattern(value: Json | undefined, place: Place): Read<Pattern | undefined> {
  if (value === undefined) {
    return ok(undefined);
  }
  if (typeof value !== "string") {
    return err("pattern must be a string");
  }
  const pattern = parsePattern(value);
  if (!pattern.ok) {
    return err(`invalid pattern regex: ${pattern.error}`);
  }
  const { patterns } = place;
  patterns.size += value.length + pattern.value.steps.length;
  return patterns.size > CHART_PATTERNS_MAX
    ? err(`the patterns of a chart may have ${CHART_PATTERNS_MAX} characters and steps together`)
    : pattern;
}

/** The properties of an account; what they are missing on is not looked at here. */
function readAccount(object: JsonObject): Read<ChartAccount> {
  const self = objectOf(object[".self"] ?? null, ".self");
  if (!self.ok || Object.keys(self.value).length > 0) {
    return err(".self must be an empty object");
  }
  const rules = objectOf(object[".rules"] ?? null, ".rules");
  if (!rules.ok) {
    return err(`invalid account rules: ${rules.error}`);
  }
  const given = object[".metadata"] ?? null;
  if (given === null) {
    return ok(PLAIN);
  }
  const metadata = readDefaults(given);
  return metadata.ok
    ? ok({ metadata: metadata.value })
    : err(`invalid default metadata: ${metadata.error}`);
}

function readDefaults(json: Json): Read<ReadonlyMap<string, string | undefined>> {
  const object = objectOf(json, ".metadata");
  if (!object.ok) {
    return object;
  }
  const defaults = new Map<string, string | undefined>();
  for (const [key, value] of Object.entries(object.value)) {
    const entry = objectOf(value, key);
    if (!entry.ok) {
      return entry;
    }
    const text = member(entry.value, "default") ?? undefined;
    if (text !== undefined && typeof text !== "string") {
      return err(`${key}.default must be a string, got ${kindOf(text)}`);
    }
    defaults.set(key, text);
  }
  return ok(defaults);
}

// --- the normal form ---

/** The chart as compact JSON: members sorted, only what has a meaning. */
export function formatChart(chart: Chart): string {
  return formatMembers([...chart].map(([key, node]) => [key, formatNode(node, undefined)]));
}

function formatNode(node: ChartNode, pattern: Pattern | undefined): string {
  const { fixed, variable, account } = node;
  const members: Member[] = [...fixed].map(([key, inner]) => [key, formatNode(inner, undefined)]);
  if (variable !== undefined) {
    members.push([`$${variable.label}`, formatNode(variable.node, variable.pattern)]);
  }
  if (account !== undefined && members.length > 0) {
    members.push([".self", "{}"]);
  }
  if (account?.metadata !== undefined) {
    members.push([".metadata", formatDefaults(account.metadata)]);
  }
  if (pattern !== undefined) {
    members.push([".pattern", formatJson(pattern.source)]);
  }
  return formatMembers(members);
}

function formatDefaults(defaults: NonNullable<ChartAccount["metadata"]>): string {
  return formatMembers([...defaults].map(([key, value]) => [key, formatJson({ default: value })]));
}
