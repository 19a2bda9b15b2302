import { describe, expect, test } from "vitest";
import {
  accountsFromV1,
  aggregateFromV1,
  logsFromV1,
  transactionsFromV1,
  type QueryParameters,
  type V1Filter,
} from "../../src/filter/from-v1.ts";
import { parseFilter } from "../../src/filter/parse.ts";

type Reader = (query: QueryParameters) => V1Filter;

function queryOf(text: string): QueryParameters {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  return query;
}

describe("v1 query strings", () => {
  test.each<[Reader, string, object | undefined]>([
    [transactionsFromV1, "", undefined],
    [transactionsFromV1, "source=&pageSize=5&pagination_token=x", undefined],
    [transactionsFromV1, "source=world", { $match: { source: "world" } }],
    [
      transactionsFromV1,
      "account=a:&reference=r&metadata[k]=&metadata=m",
      {
        $and: [
          { $match: { reference: "r" } },
          { $match: { account: "a:" } },
          { $match: { "metadata[k]": "" } },
          { $match: { metadata: "m" } },
        ],
      },
    ],
    [
      transactionsFromV1,
      "startTime=A&start_time=B&end_time=C&endTime=",
      { $and: [{ $gte: { timestamp: "A" } }, { $lt: { timestamp: "C" } }] },
    ],
    [transactionsFromV1, "after=12", { $lt: { id: 12n } }],
    [accountsFromV1, "balanceOperator=x", undefined],
    [accountsFromV1, "balance=-5&balanceOperator=e", { $match: { balance: -5n } }],
    [accountsFromV1, "balance=5&balanceOperator=ne", { $not: { $match: { balance: 5n } } }],
    [
      accountsFromV1,
      "metadata[kyc]=done&metadata[kyc]=no&address=users:&balance=5&balanceOperator=gte",
      {
        $and: [
          { $match: { address: "users:" } },
          { $match: { "metadata[kyc]": "done" } },
          { $gte: { balance: 5n } },
        ],
      },
    ],
    [aggregateFromV1, "address=users:&metadata[k]=v", { $match: { address: "users:" } }],
    [logsFromV1, "startTime=A&end_time=B", { $lt: { date: "B" } }],
  ])("%o %s", (read, text, filter) => {
    expect(read(queryOf(text))).toEqual({ ok: true, value: filter });
  });

  test.each<[Reader, string, string]>([
    [accountsFromV1, "balance=5", "invalid balance operator"],
    [accountsFromV1, "balance=5&balanceOperator=eq", "invalid balance operator"],
    [accountsFromV1, "balance=x", 'strconv.ParseInt: parsing "x": invalid syntax'],
    [accountsFromV1, "balance=+5", 'strconv.ParseInt: parsing " 5": invalid syntax'],
    [
      accountsFromV1,
      "balance=9223372036854775808&balanceOperator=e",
      'strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
    [logsFromV1, "after=x", 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])("%o %s is refused", (read, text, message) => {
    expect(read(queryOf(text))).toEqual({ ok: false, error: message });
  });

  test("names and dates are judged as in v2", () => {
    for (const text of ["metadatax=v", "metadata[]=v", "startTime=yesterday"]) {
      const filter = transactionsFromV1(queryOf(text));
      expect(filter.ok && parseFilter(filter.value ?? null, "transactions").ok).toBe(false);
    }
  });
});
