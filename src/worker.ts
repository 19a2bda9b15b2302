/**
 * The Worker's front door: requests, the clock of the clean-up, and the two kinds of objects. Nothing else lives here.
 */
import type { Bindings } from "./http/context.ts";
import { handle } from "./http/app.ts";
import { cleanUp } from "./http/clean-up.ts";

export { LedgerObject } from "./ledger/object.ts";
export { RegistryObject } from "./ledger/registry.ts";

export default {
  fetch: handle,
  scheduled: (event, env) => cleanUp(event.scheduledTime, env),
} satisfies ExportedHandler<Bindings>;
