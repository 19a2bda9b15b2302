/**
 * The line of a created transaction without what the rest of it tells: the volumes before the
 * postings, and effective volumes that equal the others. That is half of an ordinary line, and what
 * is left fits a row of the read model without an overflow page (`read-model/project.ts`). Only for
 * lines that this program wrote: an imported one may tell more.
 */
import { must } from "./assert.ts";
import { parseJson, type JsonObject } from "./json.ts";
import { rawMembers } from "./json-members.ts";
import { formatVolumeTable, withoutPostings } from "./transaction-json.ts";
import type { Posting, Volumes, VolumeTable } from "./transaction.ts";

// Addresses and assets hold no braces, so three in a row end a table of volumes. What stands before
// each pattern keeps accounts with such names from being taken for members.
const BEFORE =
  /("reverted":false),"preCommitVolumes":\{.*?\}\}\}(?:,"preCommitEffectiveVolumes":\{.*?\}\}\})?/;
const EQUAL = /("postCommitVolumes":(\{.*?\}\}\}),"postCommitEffectiveVolumes":)\2(?=,")/;

export function abridge(line: string): string {
  return line.replace(BEFORE, "$1").replace(EQUAL, "$1null");
}

/** The line that was abridged; any other line comes back as it is. */
export function unabridge(line: string): string {
  const data = rawMembers(rawMembers(line).get("data") ?? "{}");
  const transaction = rawMembers(data.get("transaction") ?? "{}");
  const after = transaction.get("postCommitVolumes");
  if (after === undefined || transaction.has("preCommitVolumes")) {
    return line;
  }
  const postings = postingsIn(must(transaction.get("postings"), "a transaction has postings"));
  const before = (table: string): string => {
    return formatVolumeTable(withoutPostings(tableIn(table), postings));
  };
  const effective = transaction.get("postCommitEffectiveVolumes");
  const isEqual = effective === "null";
  const volumes = `"reverted":false,"preCommitVolumes":${before(after)}`;
  const ofEffective = isEqual ? after : effective;
  return line
    .replace('"postCommitEffectiveVolumes":null', `"postCommitEffectiveVolumes":${after}`)
    .replace(
      '"reverted":false',
      ofEffective === undefined
        ? volumes
        : `${volumes},"preCommitEffectiveVolumes":${before(ofEffective)}`,
    );
}

function postingsIn(text: string): readonly Posting[] {
  return (valueOf(text) as unknown as readonly JsonObject[]).map((posting) => ({
    source: String(posting["source"]),
    destination: String(posting["destination"]),
    amount: BigInt(String(posting["amount"])),
    asset: String(posting["asset"]),
  }));
}

function tableIn(text: string): VolumeTable {
  const accounts = Object.entries(valueOf(text) as Readonly<Record<string, JsonObject>>);
  return new Map(
    accounts.map(([account, assets]) => [
      account,
      new Map(
        Object.entries(assets).map(([asset, cell]) => [asset, volumesOf(cell as JsonObject)]),
      ),
    ]),
  );
}

function volumesOf(cell: JsonObject): Volumes {
  return { input: BigInt(String(cell["input"])), output: BigInt(String(cell["output"])) };
}

function valueOf(text: string): JsonObject {
  const parsed = parseJson(text);
  return must(parsed.ok ? parsed.value : undefined, "a kept line is JSON") as JsonObject;
}
