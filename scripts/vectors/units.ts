/**
 * Vectors of single functions: portions, fundings, the funds queue, exchange of scales and the
 * like.
 */
import type { Json, JsonObject } from "../../src/core/json.ts";
import { variablesFromJson } from "../../src/core/script-variables.ts";
import { balancesByScale, exchange } from "../../src/numscript/interpreter/exchange.ts";
import { FundsQueue, type Fund } from "../../src/numscript/interpreter/queue.ts";
import { withdrawable } from "../../src/numscript/interpreter/source.ts";
import { reverse, take, takeUpTo, type Funding } from "../../src/numscript/machine/funding.ts";
import {
  allocate,
  compareToWhole,
  parsePortion,
  portionText,
  readPortion,
  remainder,
  sum,
  WHOLE,
  type Portion,
} from "../../src/numscript/portion.ts";
import { isType, valueText } from "../../src/numscript/value.ts";
import { readInterpreterValue, readMachineValue } from "../../src/numscript/variables.ts";
import { difference } from "./compare.ts";
import { PASSED, type VectorCase, type Verdict } from "./format.ts";

/** A unit vector's members depend on its kind. */
interface Unit extends VectorCase {
  readonly portions?: readonly string[];
  readonly amount?: string;
  readonly expectedError?: boolean | string;
  readonly input?: string | FundingRow;
  readonly op?: string;
  readonly expected_result?: FundingRow;
  readonly expected_remainder?: FundingRow;
  readonly expected_rev?: FundingRow;
  readonly type?: string;
  readonly value?: string;
  readonly expectedOk?: boolean;
  readonly expectedJSON?: string;
  readonly inputVars?: JsonObject;
  readonly baseAsset?: string;
  readonly needed?: string | null;
  readonly scale?: number;
  readonly expectedConversions?: readonly { readonly scale: number; readonly amount: string }[];
  readonly expectedTotal?: string;
  readonly initial?: readonly FundRow[];
  readonly ops?: readonly QueueStep[];
  readonly balance?: string;
  readonly overdraft?: string;
  readonly requested?: string | null;
  readonly numerator?: string;
  readonly floatingDigits?: number;
  readonly expectedNumerator?: string;
  readonly expectedFloatingDigits?: number;
}

interface FundingRow {
  readonly parts: readonly (readonly [account: string, amount: string])[];
}

interface FundRow {
  readonly name: string;
  readonly amount: string;
  readonly color: string;
}

interface QueueStep {
  readonly op: string;
  readonly amount?: string;
  readonly color?: string;
  readonly senders?: readonly FundRow[];
  readonly expect?: readonly FundRow[];
}

/** Kinds about parts of the original that have no counterpart here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  codeActionCreateVar: "an editor's quick fix",
  testInit: "a command of the original's tool",
  builderOutput: "a builder that v0.0.24 lacks",
};

const KINDS: Readonly<Record<string, (unit: Unit) => string | undefined>> = {
  allotment: checkAllotment,
  funding: checkFunding,
  parseVar: checkVariable,
  marshalValue: checkText,
  parsePortion: checkPortion,
  scriptV1Vars: checkVariables,
  scalingCandidates: checkScales,
  scaling: checkExchange,
  fundsQueue: checkQueue,
  safeWithdraw: checkWithdrawal,
  percentageToRatio: checkRatio,
  parsePercentage: checkPercentage,
};

export function checkUnit(vector: VectorCase): Verdict {
  const unit = vector as Unit;
  const kind = unit.kind ?? "";
  const elsewhere = ELSEWHERE[kind];
  if (elsewhere !== undefined) {
    return { kind: "skipped", reason: elsewhere };
  }
  if (kind === "fundsQueue" && !isPlainQueue(unit)) {
    return { kind: "skipped", reason: "pulling one color, which no statement does" };
  }
  const check = KINDS[kind];
  const found = check === undefined ? `no such kind of unit: ${kind}` : check(unit);
  return found === undefined
    ? PASSED
    : { kind: "failed", difference: found, script: JSON.stringify(unit) };
}

function portionsOf({ portions = [] }: Unit): Portion[] {
  const known = sum(portions.flatMap((text) => readPortion(text) ?? [])) ?? WHOLE;
  return portions.map((text) => readPortion(text) ?? remainder(known));
}

function checkAllotment(unit: Unit): string | undefined {
  const portions = portionsOf(unit);
  const total = sum(portions);
  if (unit.expectedError === true) {
    return total !== undefined && compareToWhole(total) === 0 ? "the portions pass" : undefined;
  }
  return Array.isArray(unit.expected)
    ? difference("parts", unit.expected, allocate(BigInt(unit.amount ?? 0), portions).map(String))
    : undefined;
}

function fundingOf(row: FundingRow | undefined): Funding {
  return (row?.parts ?? []).map(([account, amount]) => ({ account, amount: BigInt(amount) }));
}

function rowOf(funding: Funding | undefined): FundingRow["parts"] | undefined {
  return funding?.map(({ account, amount }) => [account, String(amount)]);
}

function checkFunding(unit: Unit): string | undefined {
  const funding = fundingOf(typeof unit.input === "string" ? undefined : unit.input);
  if (unit.op === "Reverse") {
    return difference("reversed", unit.expected_rev?.parts, rowOf(reverse(funding)));
  }
  const amount = BigInt(unit.amount ?? 0);
  const result = unit.op === "Take" ? take(funding, amount) : takeUpTo(funding, amount);
  return (
    difference("taken", unit.expected_result?.parts, rowOf(result?.taken)) ??
    difference("rest", unit.expected_remainder?.parts, rowOf(result?.rest))
  );
}

function checkVariable(unit: Unit): string | undefined {
  const { type = "", input } = unit;
  const value =
    isType(type) && typeof input === "string" ? readMachineValue(type, input) : undefined;
  return difference("accepted", unit.expectedOk, value?.ok ?? false);
}

/** Metadata holds texts, so of the original's JSON only the text counts. */
function checkText(unit: Unit): string | undefined {
  const { type = "", value: text = "" } = unit;
  const value = isType(type) ? readInterpreterValue(type, text) : undefined;
  return value?.ok === true
    ? difference("text", text, valueText(value.value))
    : `not read: ${type} ${text}`;
}

function checkPortion(unit: Unit): string | undefined {
  const portion = parsePortion(typeof unit.input === "string" ? unit.input : "");
  if (typeof unit.expectedError === "string") {
    return portion.ok || !portion.error.includes(unit.expectedError)
      ? `expected an error with "${unit.expectedError}"`
      : undefined;
  }
  return portion.ok
    ? difference("portion", unit.expected, portionText(portion.value))
    : portion.error;
}

function checkVariables(unit: Unit): string | undefined {
  const variables = variablesFromJson(unit.inputVars ?? {});
  return difference("variables", unit.expected, variables.ok ? variables.value : variables.error);
}

function checkScales(unit: Unit): string | undefined {
  const plain = (unit.balances ?? []).filter(({ color = "" }) => color === "");
  const balances = new Map(plain.map(({ asset, amount }) => [asset, BigInt(amount)]));
  const byScale = balancesByScale(unit.baseAsset ?? "", balances);
  const found = Object.fromEntries([...byScale].map(([scale, held]) => [scale, String(held)]));
  return difference("scales", unit.expected, found);
}

function checkExchange(unit: Unit): string | undefined {
  const rows = Object.entries((unit.balances ?? {}) as unknown as Record<string, string>);
  const balances = new Map(rows.map(([scale, amount]) => [Number(scale), BigInt(amount)]));
  const wanted = typeof unit.needed === "string" ? BigInt(unit.needed) : undefined;
  const { conversions, total } = exchange(wanted, unit.scale ?? 0, balances);
  const found = conversions.map(({ scale, amount }) => ({ scale, amount: String(amount) }));
  return (
    difference("conversions", unit.expectedConversions, found) ??
    (unit.expectedTotal && difference("total", unit.expectedTotal, String(total)))
  );
}

function isPlainQueue(unit: Unit): boolean {
  return (unit.ops ?? []).every(({ op, color = "" }) => {
    return op !== "PullColored" && op !== "Clone" && color === "";
  });
}

function fundOf({ name, amount, color }: FundRow): Fund {
  return { account: name, asset: color, amount: BigInt(amount) };
}

function checkQueue(unit: Unit): string | undefined {
  const queue = new FundsQueue();
  const push = (rows: readonly FundRow[] = []): void => {
    rows.forEach((row) => queue.push(fundOf(row)));
  };
  push(unit.initial);
  for (const { op, amount, senders, expect } of unit.ops ?? []) {
    if (op === "Push") {
      push(senders);
      continue;
    }
    const pulled = queue.pull(op === "PullAll" ? EVERYTHING : BigInt(amount ?? 0));
    const found = expect && difference(op, expect.map(fundOf).map(textOf), pulled.map(textOf));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

const EVERYTHING = 10n ** 30n;

function textOf({ account, asset, amount }: Fund): string {
  return `${account} ${asset} ${amount}`;
}

function checkWithdrawal(unit: Unit): string | undefined {
  const { balance = "0", overdraft = "0", requested } = unit;
  const wanted = typeof requested === "string" ? BigInt(requested) : undefined;
  const amount = withdrawable(BigInt(balance), BigInt(overdraft), wanted);
  return difference("withdrawn", unit.expected, String(amount));
}

function checkRatio(unit: Unit): string | undefined {
  const digits = (unit.numerator ?? "").padStart((unit.floatingDigits ?? 0) + 1, "0");
  const point = digits.length - (unit.floatingDigits ?? 0);
  const decimals = digits.slice(point);
  const text = `${digits.slice(0, point)}${decimals === "" ? "" : `.${decimals}`}%`;
  const portion = readPortion(text);
  return difference("ratio", unit.expected, portion && portionText(portion));
}

function checkPercentage(unit: Unit): string | undefined {
  const portion = readPortion(typeof unit.input === "string" ? unit.input : "");
  const digits = portion === undefined ? 0 : String(portion.denominator).length - 3;
  return (
    difference("numerator", unit.expectedNumerator, String(portion?.numerator)) ??
    difference("decimals", unit.expectedFloatingDigits, digits)
  );
}

/** A request's `vars` against the texts the original makes of them. */
export function checkScriptVariables(vector: VectorCase, script: Json): string | undefined {
  const vars = isObject(script) ? script["vars"] : undefined;
  const variables = variablesFromJson(isObject(vars) ? vars : {});
  return difference(
    "variables",
    vector.varsStrings,
    variables.ok ? variables.value : variables.error,
  );
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
