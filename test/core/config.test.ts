/** The table of settings: defaults, what each variable may be, and that a wrong one is named. */
import { expect, test } from "vitest";
import { readConfig, SETTINGS } from "../../src/core/config.ts";

test("without variables everything has its default", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    ok: true,
    value: {
      defaultPageSize: 15,
      maxPageSize: 100,
      bulkMaxSize: 100,
      bulkParallel: 10,
      schemaEnforcement: "audit",
      experimentalFeatures: true,
      experimentalExporters: true,
      numscriptInterpreter: false,
      pipelinesPullIntervalMs: 5_000,
      pipelinesPushRetryMs: 10_000,
      pipelinesSyncMs: 60_000,
      pipelinesLogsPageSize: 100,
      bucketRetentionMs: 720 * 3_600_000,
      publisherHttpEnabled: false,
    },
  });
  expect(readConfig({ DEFAULT_PAGE_SIZE: "", UNKNOWN: "x" })).toEqual(config);
});

test.each([
  ["DEFAULT_PAGE_SIZE", "x"],
  ["DEFAULT_PAGE_SIZE", "0"],
  ["DEFAULT_PAGE_SIZE", "101"],
  ["MAX_PAGE_SIZE", "1.5"],
  ["BULK_MAX_SIZE", "-1"],
  ["SCHEMA_ENFORCEMENT_MODE", "lax"],
  ["EXPERIMENTAL_EXPORTERS", "maybe"],
  ["WORKER_PIPELINES_PULL_INTERVAL", "5"],
  ["WORKER_PIPELINES_PUSH_RETRY_PERIOD", "0s"],
  ["WORKER_BUCKET_CLEANUP_RETENTION_PERIOD", "-1h"],
  ["WORKER_BUCKET_CLEANUP_SCHEDULE", "0 * * * *"],
  ["PUBLISHER_TOPIC_MAPPING", "COMMITTED_TRANSACTIONS"],
  ["PUBLISHER_TOPIC_MAPPING", "*:ftp://example.com"],
])("%s must not be %j, and the error says so", (name, value) => {
  const config = readConfig({ [name]: value });
  expect(config).toMatchObject({ ok: false });
  expect(config.ok ? "" : config.error).toContain(name);
});

test("topics are pairs of an event type and a URL", () => {
  const mapping = "COMMITTED_TRANSACTIONS:https://a.example/x?y=1 *:http://b.example:8080/all";
  const config = readConfig({ PUBLISHER_TOPIC_MAPPING: mapping });
  expect(config.ok && [...config.value.publisherTopicMapping]).toEqual([
    ["COMMITTED_TRANSACTIONS", "https://a.example/x?y=1"],
    ["*", "http://b.example:8080/all"],
  ]);
});

test("no two settings share a variable", () => {
  const names = Object.values(SETTINGS).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
