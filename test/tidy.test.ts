/**
 * The rules of the house that no other tool checks: which room may import which, how long files and
 * lines are, what every file says about itself, and what never belongs into the repository.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NOT_OURS = new Set(["node_modules", ".git", ".wrangler", ".daybook", "dist", "coverage"]);

const LINES_MAX = 400;
const COLUMNS_MAX = 100;
const HEADER_LINES_MAX = 8;

interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** The staircase: a room imports itself, the rooms of its row, and nothing else. */
const STAIRCASE: Readonly<Record<string, Room>> = {
  core: { rooms: [], packages: [] },
  numscript: { rooms: ["core"], packages: [] },
  schema: { rooms: ["core", "numscript", "filter"], packages: [] },
  engine: { rooms: ["core", "numscript", "schema"], packages: [] },
  filter: { rooms: ["core"], packages: ["drizzle-orm"] },
  "read-model": { rooms: ["core", "filter"], packages: ["drizzle-orm"] },
  ledger: {
    rooms: ["core", "numscript", "engine", "schema", "read-model", "migrations"],
    packages: ["cloudflare:workers"],
  },
  http: {
    rooms: ["core", "filter", "schema", "read-model", "ledger"],
    packages: ["hono", "zod"],
  },
  "worker.ts": { rooms: ["http", "ledger"], packages: [] },
};

/** Rooms whose answers depend on their arguments alone. */
const PURE = new Set(["core", "numscript", "schema", "engine", "filter"]);

/**
 * Synchronous hashing is the one thing pure code takes from outside, in the files that exist for
 * it.
 */
const HASHING = new Set(["src/core/chain.ts", "src/engine/fingerprint.ts"]);

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (NOT_OURS.has(name)) {
      return [];
    }
    return statSync(join(ROOT, path)).isDirectory() ? walk(path) : [path];
  });
}

const FILES = walk(".").map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
const CODE = FILES.filter((file) => file.path.endsWith(".ts"));
const SOURCES = CODE.filter((file) => /^src\/.*(?<!\.d)\.ts$/.test(file.path));
const DOCUMENTS = FILES.filter((file) => file.path.endsWith(".md"));

const IMPORT = /^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"([^"]+)"/gm;

function imports(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? "");
}

/** "src/core/json.ts" → "core"; "migrations/ledger/0001_init.sql" → "migrations". */
function roomOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "src" ? second : top;
}

function matches(text: string, pattern: RegExp): string[] {
  return text.split("\n").flatMap((line, i) => (pattern.test(line) ? [`${i + 1}: ${line}`] : []));
}

/** Asserts that no file has a finding, and shows all findings at once. */
function expectNone(
  files: readonly { readonly path: string; readonly text: string }[],
  findings: (text: string, path: string) => readonly string[],
): void {
  const found = files.flatMap(({ path, text }) =>
    findings(text, path).map((finding) => `${path}: ${finding}`),
  );
  expect(found).toEqual([]);
}

describe("the staircase", () => {
  test("every folder of src is a room of the staircase", () => {
    expect(SOURCES.map((file) => roomOf(file.path)).filter((room) => !(room in STAIRCASE))).toEqual(
      [],
    );
  });

  test("a room imports only from the rooms below it", () => {
    expectNone(SOURCES, (text, path) => {
      const room = roomOf(path);
      const { rooms, packages } = STAIRCASE[room] ?? { rooms: [], packages: [] };
      return imports(text).filter((name) => {
        if (name.startsWith(".")) {
          const target = roomOf(normalize(join(dirname(path), name)));
          return target !== room && !rooms.includes(target);
        }
        if (name === "node:crypto") {
          return !HASHING.has(path);
        }
        return !packages.some((allowed) => name === allowed || name.startsWith(`${allowed}/`));
      });
    });
  });

  test("the filter's fragments know no driver", () => {
    expectNone(
      SOURCES.filter((file) => roomOf(file.path) === "filter"),
      (text) => imports(text).filter((name) => /^drizzle-orm\/(d1|durable-sqlite)/.test(name)),
    );
  });

  test("pure rooms read no clock and no chance", () => {
    const impure = /new Date\(\)|Date\.now|Math\.random|randomUUID|getRandomValues/;
    expectNone(
      SOURCES.filter((file) => PURE.has(roomOf(file.path))),
      (text) => matches(text, impure),
    );
  });

  test("the model knows nothing of the ledger but its types", () => {
    const models = CODE.filter((file) => /^test\/model\/[^/]*model\.ts$/.test(file.path));
    expectNone(models, (text, path) => {
      const values = text.replaceAll(/^import type [^;]*;/gm, "");
      return imports(values).filter((name) => {
        const target = normalize(join(dirname(path), name));
        return name.startsWith(".") && !models.some((model) => model.path === target);
      });
    });
  });
});

describe("size", () => {
  test(`no file of code has more than ${LINES_MAX} lines`, () => {
    expectNone(CODE, (text) => {
      const lines = text.trimEnd().split("\n").length;
      return lines > LINES_MAX ? [`${lines} lines`] : [];
    });
  });

  test(`no line of code has more than ${COLUMNS_MAX} columns`, () => {
    expectNone(CODE, (text) => {
      const lines = text.split("\n");
      return lines.flatMap((line, i) =>
        Array.from(line).length > COLUMNS_MAX ? [`line ${i + 1}`] : [],
      );
    });
  });
});

describe("what a file says", () => {
  test("every file of src and scripts opens by saying what it is", () => {
    const files = CODE.filter((file) => /^(src|scripts)\//.test(file.path));
    expectNone(files, (text) => {
      const header = /^\/\*\*\n([^]*?)\n \*\/\n/.exec(text)?.[1];
      const lines = header?.split("\n").length ?? 0;
      return lines >= 1 && lines <= HEADER_LINES_MAX ? [] : ["opens without a block comment"];
    });
  });

  test("nothing is left to do in a comment", () => {
    const mark = new RegExp(
      `\\b(${["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"].join("|")})\\b`,
    );
    expectNone(FILES.filter(isText), (text) => matches(text, mark));
  });

  test("TypeScript is used without any, enum, namespace and accessibility words", () => {
    const banned = new RegExp(
      [
        String.raw`(:|\bas|<)\s*any\b(?! (of|one))`,
        String.raw`^\s*(export\s+)?(const\s+)?(enum|namespace)\s`,
        String.raw`^\s*(private|protected|public)\s`,
      ].join("|"),
    );
    const files = CODE.filter((file) => !file.path.endsWith(".d.ts"));
    expectNone(files, (text) => matches(text, banned));
  });

  test("a document has one title", () => {
    expectNone(DOCUMENTS, (text) => {
      const prose = text.replaceAll(/^```[^]*?^```/gm, "");
      const titles = prose.match(/^# .+$/gm) ?? [];
      return titles.length === 1 ? [] : [`${titles.length} titles`];
    });
  });

  test("a document's links and paths lead somewhere", () => {
    expectNone(DOCUMENTS, (text, path) => {
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? "");
      const local = links.filter((link) => !/^[a-z]+:/.test(link) && !link.startsWith("../shared"));
      return local.filter((link) => !existsSync(join(ROOT, dirname(path), link)));
    });
  });
});

describe("what is not ours to publish", () => {
  test("no path of one machine, no registry's host", () => {
    const paths = ["wo" + "rk", "tm" + "p", "ro" + "ot", "ho" + "me/[a-z]+"].join("|");
    const hosts = ["npm" + "js\\.", "yarn" + "pkg\\.", "py" + "pi\\.", '"resol' + 'ved":'].join(
      "|",
    );
    const machine = new RegExp(`(^|[\\s"'\`(=:])/(${paths})/|${hosts}`);
    expectNone(FILES.filter(isText), (text) => matches(text, machine));
  });
});

function isText(file: { readonly path: string }): boolean {
  return /\.(ts|js|mjs|json|md|toml|sql|txt|sh|html|css|num)$|^\.ci\/|rc$/.test(
    relative(".", file.path),
  );
}
