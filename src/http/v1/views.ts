/**
 * How v1 shows what v2 shows otherwise (contract §14.2, §14.5). Texts are JSON; those that come in
 * are v2's.
 */
import { quote } from "../../core/json.ts";
import { rawMembers } from "../../core/json-members.ts";
import { formatTimestamp, ZERO_TIME } from "../../core/timestamp.ts";
import type { AccountRow } from "../../read-model/accounts.ts";

// The id of a transaction is its only member of that name with a number: metadata are texts, and
// quotes inside them are escaped.
const ID = /"id":(\d+)/;

/** The transaction with its id under the name that v1 gave it, too. */
export function withTxid(transaction: string): string {
  const id = ID.exec(transaction)?.[1] ?? "0";
  return `${transaction.slice(0, -1)},"txid":${id}}`;
}

/** The account with the balances of its volumes. */
export function withBalances(account: string): string {
  const volumes = rawMembers(rawMembers(account).get("volumes") ?? "{}");
  const balances = [...volumes].map(([asset, members]) => {
    return `${quote(asset)}:${rawMembers(members).get("balance") ?? "0"}`;
  });
  return `${account.slice(0, -1)},"balances":{${balances.join(",")}}}`;
}

/** Nobody has used the address yet. */
export function formatUnknownAccount(address: string): string {
  const date = formatTimestamp(ZERO_TIME);
  return (
    `{"address":${quote(address)},"metadata":{},"firstUsage":"${date}",` +
    `"insertionDate":"${date}","updatedAt":"${date}"}`
  );
}

/** An item of the list of balances: one member, named after the account. */
export function formatAccountBalances({ address, volumes = [] }: AccountRow): string {
  const balances = volumes.map(({ asset, input, output }) => {
    return `${quote(asset)}:${BigInt(input) - BigInt(output)}`;
  });
  return `{${quote(address)}:{${balances.join(",")}}}`;
}
