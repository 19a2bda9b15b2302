/**
 * Static analysis by example: a script, and what is said of it where.
 */
import { describe, expect, test } from "vitest";
import { analyze } from "../../src/numscript/analysis/analyze.ts";

/** Kind and the text it is about. */
function said(script: string): string[] {
  return analyze(script).map(({ kind, start, end }) => {
    return `${kind} ${script.slice(start, end).replaceAll(/\s+/g, " ")}`;
  });
}

function send(source: string, destination = "@z", sent = "[COIN 10]"): string {
  return `send ${sent} ( source = ${source} destination = ${destination} )`;
}

describe("names and types", () => {
  test.each([
    ['vars { integer $n }\nset_tx_meta("k", $n)', ["InvalidType integer"]],
    ['vars { account $a account $a }\nset_tx_meta("k", $a)', ["DuplicateVariable $a"]],
    ["vars { number $n }", ["UnusedVar $n"]],
    ['set_tx_meta("k", $n)', ["UnboundVariable $n"]],
    ["vars { string $s }\nsave $s from @a", ["TypeMismatch $s"]],
    ['set_tx_meta("k", 1 + 1/2)', ["TypeMismatch 1/2"]],
    ['set_tx_meta("k", @a + 1)', ["TypeMismatch @a"]],
    ['set_tx_meta("k", -"x")', ['TypeMismatch "x"']],
    ['set_tx_meta("k")', ['BadArity set_tx_meta("k")']],
    ['set_tx_meta("k", 1, 2, 3)', ["BadArity 2, 3"]],
    [
      'vars { monetary $m = set_tx_meta("k", 1) }\nset_tx_meta("k", $m)',
      ["UnknownFunction set_tx_meta"],
    ],
    ["nothing()", ["UnknownFunction nothing"]],
    ['#![feature("nope")]\nset_tx_meta("k", 1)', ['InvalidFeature "nope"']],
    ["send [COIN 1", ["Parsing "]],
  ])("%s", (script, expected) => {
    expect(said(script)).toEqual(expected);
  });
});

describe("sources", () => {
  test.each([
    [send("{ @a @b @a }"), ["EmptiedAccount @a"]],
    [send("{ @a max [COIN 1] from @a }"), ["EmptiedAccount @a"]],
    [send("{ max [COIN 1] from @a @a }"), []],
    [send("{ 1/2 from @a 1/2 from @a }"), []],
    [send('{ @a @a \\ "RED" @a \\ "" }'), ["EmptiedAccount @a"]],
    [send("{ @world @a }"), ["UnboundedAccountIsNotLast @a"]],
    [
      send("{ @u allowing unbounded overdraft @a allowing overdraft up to [COIN 1] }"),
      ["UnboundedAccountIsNotLast @a allowing overdraft up to [COIN 1]"],
    ],
    [send("{ max [COIN 1] from @world @a }"), []],
    [send("@world allowing overdraft up to [COIN 1]"), ["InvalidWorldOverdraft @world"]],
    [send("@world", "@z", "[COIN *]"), ["InvalidUnboundedAccount @world"]],
    [send("max [COIN 1] from @world", "@z", "[COIN *]"), []],
    [
      send("{ 1/2 from @a 1/2 from @b }", "@z", "[COIN *]"),
      ["NoAllotmentInSendAll { 1/2 from @a 1/2 from @b }"],
    ],
  ])("%s", (script, expected) => {
    expect(said(script)).toEqual(expected);
  });
});

describe("portions", () => {
  test.each([
    [send("@a", "{ 1/2 to @x 1/3 to @y }"), ["BadAllotmentSum { 1/2 to @x 1/3 to @y }"]],
    [send("@a", "{ 2/3 to @x 2/3 to @y }"), ["BadAllotmentSum { 2/3 to @x 2/3 to @y }"]],
    [send("@a", "{ 1/2 to @x 1/2 to @y remaining kept }"), ["RedundantRemaining remaining"]],
    [
      send("@a", "{ remaining to @x 1/2 to @y }"),
      [
        "BadAllotmentSum { remaining to @x 1/2 to @y }",
        "RemainingIsNotLast { remaining to @x 1/2 to @y }",
      ],
    ],
    [send("@a", "{ 1/0 to @x remaining to @y }"), ["DivByZero 1/0"]],
    [`vars { portion $p }\n${send("@a", "{ 1/2 to @x $p to @y }")}`, ["FixedPortionVariable $p"]],
    [`vars { portion $p portion $q }\n${send("@a", "{ $q to @x $p to @y }")}`, []],
    [send("@a", "{ (1 + 1)/4 to @x 50% to @y }"), []],
  ])("%s", (script, expected) => {
    expect(said(script).toSorted()).toEqual(expected);
  });
});

describe("assets", () => {
  test.each([
    [send("max [USD 1] from @a"), ["AssetMismatch [USD 1]"]],
    [send("@a allowing overdraft up to [USD 1]"), ["AssetMismatch [USD 1]"]],
    [send("@a", "{ max [USD 1] to @x remaining kept }"), ["AssetMismatch [USD 1]"]],
    [send("@a", "@z", "[COIN 1] + [USD 1]"), ["AssetMismatch [USD 1]"]],
    [`vars { monetary $m = balance(@a, USD) }\n${send("max $m from @a")}`, ["AssetMismatch $m"]],
    [`vars { monetary $m }\n${send("max $m from @a")}`, ["BoundAsset monetary $m"]],
    [`vars { asset $c }\n${send("max [$c 1] from @a")}`, ["BoundAsset asset $c"]],
    [`vars { asset $c }\n${send("max [$c 1] from @a", "@z", "[$c 10]")}`, []],
  ])("%s", (script, expected) => {
    expect(said(script)).toEqual(expected);
  });
});

describe("versions", () => {
  const oneof = send("oneof { @a @b }");

  test("count only for scripts that name theirs", () => {
    expect(said(oneof)).toEqual([]);
    expect(said(`// @version machine\n${oneof}`)).toEqual(["VersionMismatch oneof { @a @b }"]);
    expect(said(`// @version interpreter 0.0.14\n${oneof}`)).toEqual([
      "VersionMismatch oneof { @a @b }",
    ]);
    expect(said(`// @version interpreter 0.1.0\n${oneof}`)).toEqual([
      "ExperimentalFeature oneof { @a @b }",
    ]);
  });

  test("are satisfied by a flag", () => {
    const version = "// @version interpreter 0.0.15\n";
    const flag = "// @feature_flag experimental-oneof\n";
    expect(said(version + flag + oneof)).toEqual([]);
    expect(said(`${version}#![feature("experimental-oneof")]\n${oneof}`)).toEqual([]);
  });
});
