/**
 * The Worker's front door: requests, and the two kinds of objects. Nothing else lives here.
 */
import type { Bindings } from "./http/context.ts";
import { handle } from "./http/app.ts";

export { LedgerObject } from "./ledger/object.ts";
export { RegistryObject } from "./ledger/registry.ts";

export default {
  fetch: handle,
} satisfies ExportedHandler<Bindings>;
