/**
 * What can be asked about volumes, for every dialect of the API: a page of them, now, as of a date
 * or within a window (contract §11.2).
 */
import type { LedgerError } from "../../core/error.ts";
import type { JsonObject } from "../../core/json.ts";
import type { AccountVolumes } from "../../core/records.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Timestamp } from "../../core/timestamp.ts";
import type { Page } from "../../read-model/page.ts";
import { isDated, listVolumes, VOLUME_LIST, type Dates } from "../../read-model/volumes.ts";
import { askLedger } from "../ask.ts";
import type { App } from "../context.ts";
import type { ListRequest, ListRules } from "../page-request.ts";
import { date, flag, integer, text, type Query } from "../query.ts";
import { EXTRACTING, missingFeature, orRefused, prefixed } from "../request-filter.ts";

type Answer<T> = Result<T, LedgerError>;

export const VOLUME_RULES: ListRules = {
  resource: "volumes",
  shape: VOLUME_LIST,
  sort: { column: "account", order: "asc" },
  expansions: [],
  readDates: (query) => {
    const pit = dateOf(query, "endTime", "pit");
    const oot = dateOf(query, "startTime", "oot");
    if (!pit.ok) {
      return pit;
    }
    return oot.ok ? ok({ pit: pit.value, oot: oot.value }) : oot;
  },
  readOptions,
};

/** The later name wins where it is given. */
function dateOf(query: Query, name: string, alias: string): Answer<Timestamp | undefined> {
  return prefixed(EXTRACTING, date(query, text(query, name) === "" ? alias : name));
}

function readOptions(query: Query): Answer<JsonObject> {
  for (const name of ["startTime", "endTime"]) {
    const checked = prefixed(EXTRACTING, date(query, name));
    if (!checked.ok) {
      return checked;
    }
  }
  const groupBy = prefixed(EXTRACTING, integer(query, "groupBy"));
  if (!groupBy.ok) {
    return groupBy;
  }
  const segments = Math.max(0, Number(groupBy.value ?? 0n));
  return ok(volumeOptions(segments, flag(query, "insertionDate")));
}

/** No address has as many segments as an integer can say. */
const SEGMENTS_MAX = 1_000_000;

/** Without segments there is no grouping; below, everything is one group (contract I.3). */
export function volumeOptions(segments: number, insertionDate: boolean): JsonObject {
  return { insertionDate, groupBy: Math.max(-1, Math.min(segments, SEGMENTS_MAX)) };
}

export function askVolumes(c: App, list: ListRequest): Promise<Answer<Page<AccountVolumes>>> {
  const { page, filter } = list;
  const { pit, oot, options } = page;
  const kind = options?.["insertionDate"] === true ? "insertion" : "effective";
  const dates: Dates = { kind, pit, oot };
  return askLedger(c, ({ db, scope, features }) => {
    if (isDated(dates) && features.MOVES_HISTORY !== "ON") {
      return err(missingFeature("MOVES_HISTORY"));
    }
    const hasMetadataHistory = features.ACCOUNT_METADATA_HISTORY === "SYNC";
    return orRefused(listVolumes(db, scope, page, { ...dates, hasMetadataHistory }, filter));
  });
}
