/**
 * What an exporter may be configured as (contract §13.2). A configuration is kept and shown as it
 * was given, unknown members included; here it is checked, in the original's order, and understood.
 */
import { parseDuration } from "../core/duration.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { isObject, kindOf, member } from "../core/json-read.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Batching, Destination } from "../ledger/destination.ts";
import { flagMember, objectMember, textMember } from "./body.ts";

type Checked<T> = Result<T, string>;
type Target = { readonly [Driver in Destination as Driver["driver"]]: Omit<Driver, "batching"> };
type Readers = {
  readonly [Name in keyof Target]: (config: JsonObject) => Checked<Target[Name]>;
};

const READERS: Readers = {
  http: readHttp,
  elasticsearch: readElasticsearch,
  clickhouse: readClickhouse,
  noop: () => ok({ driver: "noop" }),
  stdout: () => ok({ driver: "stdout" }),
};

/** The destination, or what is wrong in a sentence for the client. */
export function checkExporter(driver: string, config: Json | undefined): Checked<Destination> {
  const read = new Map(Object.entries(READERS)).get(driver);
  if (read === undefined) {
    const problem = `driver '${driver}' not found`;
    return err(
      `driver '${driver}' invalid: validating config for exporter '${driver}': ${problem}`,
    );
  }
  const invalid = (problem: string): Checked<never> => {
    return err(`driver '${driver}' invalid: exporter '${driver}' has ${problem}`);
  };
  if (config === undefined) {
    return invalid("malformed configuration: there is none");
  }
  if (config !== null && !isObject(config)) {
    return invalid(`malformed configuration: it must be an object, not ${kindOf(config)}`);
  }
  const target = read(config ?? {});
  const batching = readBatching(config ?? {});
  if (!target.ok) {
    return invalid(target.error);
  }
  return batching.ok ? ok({ ...target.value, batching: batching.value }) : invalid(batching.error);
}

function malformed(problem: string): Checked<never> {
  return err(`malformed configuration: ${problem}`);
}

function invalid(problem: string): Checked<never> {
  return err(`invalid configuration: ${problem}`);
}

function text(object: JsonObject, name: string): Checked<string> {
  const value = textMember(object, name);
  return value.ok ? ok(value.value ?? "") : malformed(value.error.message);
}

// That a URL has a host, as Go's parser sees it: after the credentials, whatever the scheme.
const HOST = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#]*@)?[^/?#@]+(?:[/?#]|$)/i;

function readHttp(config: JsonObject): Checked<Target["http"]> {
  const url = text(config, "url");
  if (!url.ok) {
    return url;
  }
  if (url.value === "") {
    return invalid("empty url");
  }
  return HOST.test(url.value)
    ? ok({ driver: "http", url: url.value })
    : invalid("invalid url, host, must be defined");
}

function readClickhouse(config: JsonObject): Checked<Target["clickhouse"]> {
  const dsn = text(config, "dsn");
  if (!dsn.ok) {
    return dsn;
  }
  return dsn.value === ""
    ? invalid("dsn is required")
    : ok({ driver: "clickhouse", dsn: dsn.value });
}

const INDEX_DEFAULT = "unified-stack-data";

function readElasticsearch(config: JsonObject): Checked<Target["elasticsearch"]> {
  const endpoint = text(config, "endpoint");
  const index = text(config, "index");
  const authentication = objectMember(config, "authentication");
  if (!endpoint.ok) {
    return endpoint;
  }
  if (!index.ok) {
    return index;
  }
  if (!authentication.ok) {
    return malformed(authentication.error.message);
  }
  if (endpoint.value === "") {
    return invalid("elasticsearch endpoint is required");
  }
  const credentials = readCredentials(authentication.value ?? {});
  return credentials.ok
    ? ok({
        driver: "elasticsearch",
        endpoint: endpoint.value,
        index: index.value === "" ? INDEX_DEFAULT : index.value,
        ...credentials.value,
      })
    : credentials;
}

type Credentials = Pick<Target["elasticsearch"], "username" | "password" | "awsEnabled">;

function readCredentials(authentication: JsonObject): Checked<Credentials> {
  const username = text(authentication, "username");
  const password = text(authentication, "password");
  const aws = flagMember(authentication, "awsEnabled");
  if (!username.ok) {
    return username;
  }
  if (!password.ok) {
    return password;
  }
  if (!aws.ok) {
    return malformed(aws.error.message);
  }
  const credentials = {
    username: username.value,
    password: password.value,
    awsEnabled: aws.value,
  };
  if ((credentials.username === "") !== (credentials.password === "")) {
    return invalid("username and password must be given together");
  }
  return credentials.awsEnabled && credentials.username !== ""
    ? invalid("awsEnabled and a username exclude each other")
    : ok(credentials);
}

function readBatching(config: JsonObject): Checked<Batching> {
  const batching = objectMember(config, "batching");
  if (!batching.ok) {
    return malformed(batching.error.message);
  }
  const maxItems = member(batching.value ?? {}, "maxItems") ?? 0;
  const flushInterval = text(batching.value ?? {}, "flushInterval");
  if (typeof maxItems !== "number") {
    return malformed(`maxItems must be a whole number, not ${kindOf(maxItems)}`);
  }
  if (!flushInterval.ok) {
    return flushInterval;
  }
  const flushMs = flushInterval.value === "" ? 0 : parseDuration(flushInterval.value);
  if (flushMs === undefined) {
    return malformed(`flushInterval must be a duration such as 100ms or 5s`);
  }
  return maxItems < 0 ? invalid("maxItems must not be negative") : ok({ maxItems, flushMs });
}
