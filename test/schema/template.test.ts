import { describe, expect, test } from "vitest";
import { readSchema } from "../../src/schema/schema.ts";

const OLD = "send [USD 1] (\n source = @world\n destination = @a\n)";
/** Of one line, which only the interpreter reads. */
const NEW = "send [USD 1] (source = @world destination = @a)";

function read(template: object | null, byDefault: "machine" | "experimental-interpreter"): string {
  const body = JSON.stringify({ chart: {}, transactions: { T: template } });
  const schema = readSchema(JSON.parse(body) as Parameters<typeof readSchema>[0], byDefault);
  return schema.ok ? schema.value : schema.error;
}

const INVALID = "unexpected error while forging log: invalid schema: invalid template T: ";

describe("scripts are read when they are inserted, in the runtime they name", () => {
  test.each([
    [{ script: OLD }, "machine"],
    [{ script: OLD, runtime: "" }, "machine"],
    [{ script: OLD, runtime: "machine" }, "experimental-interpreter"],
    [{ script: NEW }, "experimental-interpreter"],
    [{ script: NEW, runtime: "experimental-interpreter" }, "machine"],
  ] as const)("%j under %s", (template, byDefault) => {
    expect(read(template, byDefault)).toMatch(/^\{"chart":\{\},"transactions":\{"T":/);
  });

  test.each([
    [{ script: "nonsense" }, "machine", "compilation error: "],
    [{ script: NEW }, "machine", "compilation error: "],
    [{ script: "" }, "machine", "compilation error: "],
    [{ description: "no script" }, "machine", "compilation error: "],
    [null, "machine", "compilation error: "],
    [{ script: "nonsense" }, "experimental-interpreter", ""],
  ] as const)("%j under %s is refused", (template, byDefault, words) => {
    const problem = read(template, byDefault);
    expect(problem.startsWith(INVALID + words), problem).toBe(true);
    expect(problem.length).toBeGreaterThan(INVALID.length + words.length);
  });
});

test.each([
  [{ script: OLD, description: "<d>" }, '"description":"\\u003cd\\u003e","script":'],
  [{ script: OLD, runtime: "machine" }, '"description":"","script":'],
  [{ script: OLD, more: 1 }, '"description":"","script":'],
])("the normal form of %j", (template, start) => {
  const runtime = "runtime" in template ? ',"runtime":"machine"' : "";
  expect(read(template, "machine")).toBe(
    `{"chart":{},"transactions":{"T":{${start}${JSON.stringify(OLD)}${runtime}}}}`,
  );
});
