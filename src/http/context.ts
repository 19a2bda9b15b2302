/**
 * What every handler can reach: the platform's bindings, the settings of the deployment and whose
 * books these are. Types only, but for the one tenant that exists until requests are
 * authenticated.
 */
import type { Context } from "hono";
import type { Config, Variables } from "../core/config.ts";
import type { LedgerObject } from "../ledger/object.ts";
import type { RegistryObject } from "../ledger/registry.ts";

/** What wrangler.toml binds, and the text variables of the deployment. */
export interface Bindings extends Variables {
  readonly DB: D1Database;
  readonly LEDGER: DurableObjectNamespace<LedgerObject>;
  readonly REGISTRY: DurableObjectNamespace<RegistryObject>;
}

export interface Env {
  readonly Bindings: Bindings;
  readonly Variables: {
    readonly config: Config;
    readonly tenant: string;
  };
}

export type App = Context<Env>;

/** The tenant of every request as long as nobody has to say who they are. */
export const DEFAULT_TENANT = "default";
