/**
 * What `cloudflare:workers` gives as `env` inside a test: the Worker's own bindings and the
 * migrations to apply.
 */
/// <reference types="@cloudflare/vitest-plugin/types" />
declare namespace Cloudflare {
  interface Env extends Readonly<import("../../src/http/context.ts").Bindings> {
    readonly TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    readonly MODEL: { readonly runs: number; readonly seed: number; readonly path?: string };
  }
}
