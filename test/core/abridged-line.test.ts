import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abridge, unabridge } from "../../src/core/abridged-line.ts";
import { formatLog } from "../../src/core/log.ts";
import { must } from "../../src/core/assert.ts";
import { atMicros } from "../../src/core/timestamp.ts";
import { formatTransaction } from "../../src/core/transaction-json.ts";
import type { Posting, Volumes, VolumeTable } from "../../src/core/transaction.ts";

const DATE = must(atMicros(1_700_000_000_123_456n), "a real date");

const account = fc.constantFrom(
  "world",
  "a:b-c",
  "reverted",
  "null",
  "preCommitVolumes",
  "postCommitVolumes",
  "postCommitEffectiveVolumes",
);
const asset = fc.constantFrom("USD/2", "EUR", "A");
const amount = fc.bigInt({ min: 0n, max: 10n ** 30n });
/** Texts that look like the parts that are cut out. */
const odd = fc.constantFrom(
  "",
  "}}}",
  '"reverted":false',
  ',"preCommitVolumes":{"a":{"b":{}}}',
  '"postCommitEffectiveVolumes":null',
  "$1 $&",
);
const posting: fc.Arbitrary<Posting> = fc.record({
  source: account,
  destination: account,
  amount,
  asset,
});

function tableOf(postings: readonly Posting[], base: bigint): VolumeTable {
  const table = new Map<string, Map<string, Volumes>>();
  for (const { source, destination, asset: name } of postings) {
    for (const address of [source, destination]) {
      const assets = table.get(address) ?? new Map<string, Volumes>();
      assets.set(name, { input: base, output: base * 2n });
      table.set(address, assets);
    }
  }
  return table;
}

const line = fc
  .record({
    postings: fc.array(posting, { minLength: 1, maxLength: 4 }),
    metadata: fc.dictionary(odd, odd, { noNullPrototype: true }),
    reference: fc.option(odd, { nil: undefined }),
    template: fc.option(odd, { nil: undefined }),
    accountMetadata: fc.dictionary(account, fc.constant({}), { noNullPrototype: true }),
    effective: fc.constantFrom("equal", "other", "none"),
  })
  .map(({ postings, metadata, reference, template, accountMetadata, effective }) => {
    const volumes = tableOf(postings, 10n ** 31n);
    const transaction = formatTransaction({
      id: 7,
      postings,
      metadata,
      timestamp: DATE,
      reference,
      template,
      insertedAt: DATE,
      updatedAt: DATE,
      revertedAt: undefined,
      postCommitVolumes: volumes,
      postCommitEffectiveVolumes:
        effective === "equal"
          ? volumes
          : effective === "other"
            ? tableOf(postings, 10n ** 32n)
            : undefined,
    });
    const head = { type: "NEW_TRANSACTION", date: DATE, idempotencyKey: "k", hash: "h" } as const;
    return formatLog(
      { ...head, idempotencyHash: "", id: 9, schemaVersion: "" },
      `{"transaction":${transaction},"accountMetadata":${JSON.stringify(accountMetadata)}}`,
    );
  });

describe("an abridged line", () => {
  test("tells the whole line, and is shorter", () => {
    fc.assert(
      fc.property(line, (text) => {
        const short = abridge(text);
        expect(short.length).toBeLessThan(text.length);
        expect(() => JSON.parse(short) as unknown).not.toThrow();
        expect(unabridge(short)).toBe(text);
      }),
    );
  });

  test("is told from a line that was not abridged", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(unabridge(text)).toBe(text);
      }),
    );
  });

  test("leaves other logs alone", () => {
    const other = '{"type":"SET_METADATA","data":{"targetType":"ACCOUNT"},"id":1}';
    expect(unabridge(abridge(other))).toBe(other);
  });
});
