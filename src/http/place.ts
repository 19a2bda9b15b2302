/**
 * Which part of the API a path belongs to, and the rest of the path inside that part (contract
 * §1.6, §1.7). The parts have routers of their own because their patterns overlap: `/v2/_/…` is
 * never a ledger, and anything may be one in v1. Paths stay encoded here; parameters are decoded
 * once, by Hono.
 */
export type Part = "ledgers" | "system" | "technical" | "root" | "v1";

export interface Place {
  readonly part: Part;
  /** Starts with a slash; `/` for the root of the part. */
  readonly path: string;
}

/** The server's own beside v1's ledgers: as routes of one router they would slow all others. */
const ROOT = new Set(["/_info", "/_healthcheck"]);

const GATEWAY = "/api/ledger";

/** The path of a URL, without its query. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start === -1) {
    return "/";
  }
  const query = url.indexOf("?", start);
  return query === -1 ? url.slice(start) : url.slice(start, query);
}

/** Formance's gateway serves the whole API under a prefix; here both ways are open. */
export function locate(url: string): Place {
  const full = pathOf(url);
  const path = within(full, GATEWAY) ?? full;
  const v2 = within(path, "/v2");
  if (v2 === undefined) {
    const technical = within(path, "/_");
    if (technical !== undefined) {
      return { part: "technical", path: technical };
    }
    return { part: ROOT.has(path) ? "root" : "v1", path };
  }
  const system = within(v2, "/_");
  return system === undefined
    ? { part: "ledgers", path: withoutSlash(v2, LEDGER_ROOTS) }
    : { part: "system", path: withoutSlash(system, SYSTEM_ROOTS) };
}

/**
 * What follows a prefix that ends at a slash or at the end; undefined when the path does not start
 * so.
 */
function within(path: string, prefix: string): string | undefined {
  if (!path.startsWith(prefix)) {
    return undefined;
  }
  const rest = path.slice(prefix.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : undefined;
}

// Roots of groups answer with a slash at their end too; nothing else does.
const LEDGER_ROOTS = /^\/(?!_info\/$)[^/]+\/(?:(?:accounts|transactions|logs|pipelines)\/)?$/;
const SYSTEM_ROOTS = /^\/exporters\/$/;

function withoutSlash(path: string, roots: RegExp): string {
  return path.length > 1 && path.endsWith("/") && roots.test(path) ? path.slice(0, -1) : path;
}
