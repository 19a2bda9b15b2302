/**
 * The settings of a deployment: one table of every variable, its default and what it may be
 * (contract Appendix B.1: a flag of the original is a variable of the same name in capitals). Pure,
 * so that the Worker, the objects and the scripts that start them read the same. Unknown variables
 * are ignored, as the platform does.
 */
import type { ExecuteOptions } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";
import { err, ok, type Result } from "./result.ts";

export interface Config {
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
  /** Elements of a JSON bulk; 0 is unlimited. */
  readonly bulkMaxSize: number;
  readonly bulkParallel: number;
  readonly schemaEnforcement: "audit" | "strict";
  readonly experimentalFeatures: boolean;
  readonly experimentalExporters: boolean;
  readonly numscriptInterpreter: boolean;
  readonly numscriptInterpreterFlags: readonly string[];
  readonly numscriptCacheMaxCount: number;
  readonly pipelinesPullIntervalMs: number;
  readonly pipelinesPushRetryMs: number;
  readonly pipelinesSyncMs: number;
  readonly pipelinesLogsPageSize: number;
  readonly bucketRetentionMs: number;
  readonly bucketCleanupSchedule: Schedule;
  readonly publisherHttpEnabled: boolean;
  /** Event type (or `*`) → URL. */
  readonly publisherTopicMapping: ReadonlyMap<string, string>;
  readonly version: string;
}

type Reader<T> = (text: string) => T | undefined;

interface Setting<T, Name extends string = string> {
  readonly name: Name;
  readonly fallback: string;
  readonly read: Reader<T>;
  /** Completes "NAME must be …". */
  readonly rule: string;
}

function count<Name extends string>(
  name: Name,
  fallback: number,
  least: number,
): Setting<number, Name> {
  const read: Reader<number> = (text) => {
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= least ? value : undefined;
  };
  return { name, fallback: String(fallback), read, rule: `a whole number of at least ${least}` };
}

function flag<Name extends string>(name: Name, fallback: boolean): Setting<boolean, Name> {
  return { name, fallback: String(fallback), read: readFlag, rule: "true or false" };
}

function readFlag(text: string): boolean | undefined {
  const value = text.toLowerCase();
  if (value === "true" || value === "1" || value === "t") {
    return true;
  }
  return value === "false" || value === "0" || value === "f" ? false : undefined;
}

function duration<Name extends string>(name: Name, fallback: string): Setting<number, Name> {
  const read: Reader<number> = (text) => {
    const millis = parseDuration(text);
    return millis !== undefined && millis > 0 ? millis : undefined;
  };
  return { name, fallback, read, rule: "a duration above zero, such as 100ms, 5s or 1h30m" };
}

function oneOf<T extends string, Name extends string>(
  name: Name,
  values: readonly [T, ...T[]],
): Setting<T, Name> {
  const read: Reader<T> = (text) => values.find((value) => value === text);
  return { name, fallback: values[0], read, rule: `one of ${values.join(", ")}` };
}

/** Every variable there is. The README's table is made from this one. */
export const SETTINGS = {
  defaultPageSize: count("DEFAULT_PAGE_SIZE", 15, 1),
  maxPageSize: count("MAX_PAGE_SIZE", 100, 1),
  bulkMaxSize: count("BULK_MAX_SIZE", 100, 0),
  bulkParallel: count("BULK_PARALLEL", 10, 1),
  schemaEnforcement: oneOf("SCHEMA_ENFORCEMENT_MODE", ["audit", "strict"]),
  experimentalFeatures: flag("EXPERIMENTAL_FEATURES", true),
  experimentalExporters: flag("EXPERIMENTAL_EXPORTERS", true),
  numscriptInterpreter: flag("EXPERIMENTAL_NUMSCRIPT_INTERPRETER", false),
  numscriptInterpreterFlags: {
    name: "EXPERIMENTAL_NUMSCRIPT_INTERPRETER_FLAGS",
    fallback: "",
    read: readList,
    rule: "names separated by commas or blanks",
  },
  numscriptCacheMaxCount: count("NUMSCRIPT_CACHE_MAX_COUNT", 1024, 0),
  pipelinesPullIntervalMs: duration("WORKER_PIPELINES_PULL_INTERVAL", "5s"),
  pipelinesPushRetryMs: duration("WORKER_PIPELINES_PUSH_RETRY_PERIOD", "10s"),
  pipelinesSyncMs: duration("WORKER_PIPELINES_SYNC_PERIOD", "1m"),
  pipelinesLogsPageSize: count("WORKER_PIPELINES_LOGS_PAGE_SIZE", 100, 1),
  bucketRetentionMs: duration("WORKER_BUCKET_CLEANUP_RETENTION_PERIOD", "720h"),
  bucketCleanupSchedule: {
    name: "WORKER_BUCKET_CLEANUP_SCHEDULE",
    fallback: "0 0 * * * *",
    read: parseSchedule,
    rule: "six fields: second minute hour day month weekday",
  },
  publisherHttpEnabled: flag("PUBLISHER_HTTP_ENABLED", false),
  publisherTopicMapping: {
    name: "PUBLISHER_TOPIC_MAPPING",
    fallback: "",
    read: readTopics,
    rule: "pairs TYPE:URL separated by blanks, TYPE an event type or *, URL http or https",
  },
  version: { name: "DAYBOOK_VERSION", fallback: "develop", read: readText, rule: "a text" },
} as const satisfies { readonly [K in keyof Config]: Setting<Config[K]> };

type VariableName = (typeof SETTINGS)[keyof typeof SETTINGS]["name"];
/** The text variables of a Worker's environment. */
export type Variables = Readonly<Partial<Record<VariableName, string>>>;

function readText(text: string): string | undefined {
  return text;
}

function readList(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function readTopics(text: string): ReadonlyMap<string, string> | undefined {
  const topics = new Map<string, string>();
  for (const pair of readList(text)) {
    const colon = pair.indexOf(":");
    const url = pair.slice(colon + 1);
    if (colon < 1 || !/^https?:\/\/[^/]/.test(url)) {
      return undefined;
    }
    topics.set(pair.slice(0, colon), url);
  }
  return topics;
}

/** Absent and empty variables take their default. The error names the variable. */
export function readConfig(variables: object): Result<Config, string> {
  const config: Record<string, unknown> = {};
  for (const [member, setting] of Object.entries(SETTINGS)) {
    const given: unknown = Reflect.get(variables, setting.name);
    const text = given === undefined || given === "" ? setting.fallback : String(given);
    const value = setting.read(text);
    if (value === undefined) {
      return err(`${setting.name} must be ${setting.rule}, not "${text}"`);
    }
    config[member] = value;
  }
  // Sound: the table has exactly the members of Config, each with a reader of its type.
  const complete = config as unknown as Config;
  if (complete.defaultPageSize > complete.maxPageSize) {
    return err("DEFAULT_PAGE_SIZE must not be above MAX_PAGE_SIZE");
  }
  return ok(complete);
}

/** The part of the settings that decisions depend on. */
export function executeOptions(config: Config): ExecuteOptions {
  return {
    schemaEnforcement: config.schemaEnforcement,
    defaultRuntime: config.numscriptInterpreter ? "experimental-interpreter" : "machine",
    interpreterFlags: config.numscriptInterpreterFlags,
  };
}
