/**
 * Placeholder of the ledger's object, until the real one stands here.
 */
import { DurableObject } from "cloudflare:workers";
import { LEDGER_NOT_FOUND, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LedgerInfo, Standing } from "./rpc.ts";

export class LedgerObject extends DurableObject {
  #info: LedgerInfo | undefined;
  async configure(info: LedgerInfo): Promise<void> {
    this.#info = info;
  }
  async destroy(): Promise<void> {
    this.#info = undefined;
  }
  async standing(): Promise<Result<Standing, LedgerError>> {
    const ledger = this.#info;
    return ledger === undefined || ledger.deletedAt !== undefined
      ? err(LEDGER_NOT_FOUND)
      : ok({ ledger, head: -1, latestSchema: undefined });
  }
}
