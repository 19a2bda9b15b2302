/**
 * Where an exporter sends logs to, as its configuration was understood (`http/exporter-config.ts`).
 * Plain data that crosses RPC and is kept as JSON: members are added, never changed.
 */

/** How many logs go out together; 0 for what was not configured. */
export interface Batching {
  readonly maxItems: number;
  readonly flushMs: number;
}

export interface HttpDestination {
  readonly driver: "http";
  readonly url: string;
}

export interface ElasticsearchDestination {
  readonly driver: "elasticsearch";
  readonly endpoint: string;
  readonly index: string;
  /** "" for both: no authentication. */
  readonly username: string;
  readonly password: string;
  readonly awsEnabled: boolean;
}

export interface ClickhouseDestination {
  readonly driver: "clickhouse";
  readonly dsn: string;
}

export interface QuietDestination {
  readonly driver: "noop" | "stdout";
}

export type Destination = { readonly batching: Batching } & (
  | HttpDestination
  | ElasticsearchDestination
  | ClickhouseDestination
  | QuietDestination
);
