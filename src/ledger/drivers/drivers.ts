/**
 * The drivers there are, and how many logs go to one of them together.
 */
import { unreachable } from "../../core/assert.ts";
import { ok } from "../../core/result.ts";
import type { Destination } from "../destination.ts";
import type { Outlet } from "../log-feed.ts";
import { clickhouseDriver } from "./clickhouse.ts";
import { withLedger, type Driver } from "./driver.ts";
import { elasticsearchDriver } from "./elasticsearch.ts";
import { httpDriver } from "./http.ts";

export function createDriver(destination: Destination, ledger: string): Driver {
  switch (destination.driver) {
    case "http":
      return httpDriver(destination, ledger);
    case "elasticsearch":
      return elasticsearchDriver(destination, ledger);
    case "clickhouse":
      return clickhouseDriver(destination, ledger);
    case "stdout":
      return async (batch) => {
        for (const { line } of batch) {
          // oxlint-disable-next-line no-console -- the console is where this driver's logs go
          console.log(withLedger(line, ledger));
        }
        return ok(undefined);
      };
    case "noop":
      return async () => ok(undefined);
    default:
      return unreachable(destination);
  }
}

export interface BatchPlan {
  /** Logs in a request, at most. */
  readonly batchLogs: number;
  readonly gather: Outlet["gather"];
}

/** How long a batch that is not full waits when only its size is configured. */
const FLUSH_MS_DEFAULT = 1_000;
const AT_ONCE: Outlet["gather"] = { logs: 1, waitMs: 0 };

/**
 * What `batching` asks for, within a page. Without it each log is a request of its own, but for the
 * receivers that exist to take many at once.
 */
export function planBatches({ driver, batching }: Destination, pageLogs: number): BatchPlan {
  const { maxItems, flushMs } = batching;
  if (maxItems > 0) {
    const batchLogs = Math.min(maxItems, pageLogs);
    const waitMs = flushMs === 0 ? FLUSH_MS_DEFAULT : flushMs;
    return { batchLogs, gather: { logs: batchLogs, waitMs } };
  }
  if (flushMs > 0) {
    return { batchLogs: pageLogs, gather: { logs: pageLogs, waitMs: flushMs } };
  }
  const takesMany = driver === "elasticsearch" || driver === "clickhouse";
  return { batchLogs: takesMany ? pageLogs : 1, gather: AT_ONCE };
}
