/**
 * How v1 shows what v2 shows otherwise. Works on JSON text that is v2's already.
 */

// The id of a transaction is its only member of that name with a number: metadata are texts, and
// quotes inside them are escaped.
const ID = /"id":(\d+)/;

/** The transaction with its id under the name that v1 gave it, too (contract §14.2). */
export function withTxid(transaction: string): string {
  const id = ID.exec(transaction)?.[1] ?? "0";
  return `${transaction.slice(0, -1)},"txid":${id}}`;
}
