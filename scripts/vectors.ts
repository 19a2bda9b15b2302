/**
 * `npm run vectors -- [PATH...]`: runs Numscript vectors, files or folders of them, in the runtimes
 * they are about: the machine of ledger 2.4.12 and the interpreter v0.0.24. Lists each failure;
 * what is skipped or deliberately otherwise is told with its reason and not counted.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ROOT } from "./config.ts";
import type { Check, VectorFile } from "./vectors/format.ts";
import { checkFile } from "./vectors/file.ts";

const VECTORS = resolve(ROOT, process.env["DAYBOOK_SHARED"] ?? "../shared", "vectors/numscript");

const SHOWN_MAX = 50;

function jsonFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => jsonFiles(join(path, name)))
    .filter((file) => file.endsWith(".json"));
}

/** Folders of vectors also hold scripts, schemas and licences; those are passed over. */
function readVectors(file: string): VectorFile | undefined {
  const json = JSON.parse(readFileSync(file, "utf8")) as VectorFile;
  return Array.isArray(json.cases) ? json : undefined;
}

function report(file: string, checks: readonly Check[]): void {
  const passed = checks.filter(({ verdict }) => verdict.kind === "passed").length;
  const counted = checks.filter(({ verdict }) => {
    return verdict.kind === "passed" || verdict.kind === "failed";
  }).length;
  console.log(`${basename(file)}: ${passed}/${counted}`);
  const reasons = new Map<string, number>();
  for (const { name, verdict } of checks) {
    if (verdict.kind === "deliberate") {
      console.log(`  deliberate: ${name}: ${verdict.reason}`);
    } else if (verdict.kind === "skipped") {
      reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
    }
  }
  for (const [reason, count] of reasons) {
    console.log(`  skipped: ${count}: ${reason}`);
  }
}

function reportFailures(checks: readonly Check[]): void {
  let shown = 0;
  for (const { name, verdict } of checks) {
    if (verdict.kind === "failed" && shown++ < SHOWN_MAX) {
      console.log(`\nFAILED ${name}\n${verdict.script}\n  ${verdict.difference}`);
    }
  }
}

function main(paths: readonly string[]): boolean {
  const all: Check[] = [];
  for (const file of paths.flatMap(jsonFiles)) {
    const vectors = readVectors(file);
    if (vectors !== undefined) {
      const checks = checkFile(vectors);
      report(file, checks);
      reportFailures(checks);
      all.push(...checks);
    }
  }
  const passed = all.filter(({ verdict }) => verdict.kind === "passed").length;
  const failed = all.filter(({ verdict }) => verdict.kind === "failed").length;
  console.log(`vectors: ${passed}/${passed + failed}`);
  return passed > 0 && failed === 0;
}

const paths = process.argv.slice(2);
process.exitCode = main(paths.length === 0 ? [VECTORS] : paths) ? 0 : 1;
