/**
 * Logs by HTTP: POST of a JSON array, each item the log as it is exported and the name of its
 * ledger. Any 2xx takes the batch.
 */
import type { HttpDestination } from "../destination.ts";
import { withLedger, type Driver } from "./driver.ts";
import { parseUrl, post } from "./post.ts";

export function httpDriver({ url }: HttpDestination, ledger: string): Driver {
  return async (batch, signal) => {
    const target = parseUrl(url);
    if (!target.ok) {
      return target;
    }
    const items = batch.map(({ line }) => withLedger(line, ledger));
    const headers = { "Content-Type": "application/json" };
    return post({ url: target.value, headers, body: `[${items.join(",")}]\n` }, signal);
  };
}
