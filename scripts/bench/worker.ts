/**
 * The Worker as it is deployed, and beside it, in the same runtime, what it is measured against: an
 * empty answer, an object that stores nothing, a bare D1 query of one page. Also what only a
 * benchmark needs: waiting for the projection, counting rows, forgetting an object's memory.
 */
import { DEFAULT_TENANT, type Bindings } from "../../src/http/context.ts";
import { handle } from "../../src/http/app.ts";
import { LedgerObject as Ledger } from "../../src/ledger/object.ts";
import { startCounting, stopCounting } from "./counting.ts";
import { repeatScript, type Repetition } from "./scripts.ts";
import { PAGE_SIZE } from "./workloads.ts";

export { RegistryObject } from "../../src/ledger/registry.ts";

export class LedgerObject extends Ledger {
  async echo(text: string): Promise<string> {
    return text;
  }

  async count(): Promise<void> {
    startCounting(this.ctx.storage, this.env.DB);
  }

  async evict(): Promise<void> {
    this.ctx.abort("evicted by the benchmark");
  }
}

type BenchBindings = Omit<Bindings, "LEDGER"> & {
  readonly LEDGER: DurableObjectNamespace<LedgerObject>;
};

const PREFIX = "/_bench/";
const PAGE = `SELECT * FROM transactions WHERE tenant = ? AND ledger = ? ORDER BY id DESC LIMIT ?`;

export default {
  fetch(request, env, context) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    return path.startsWith(PREFIX)
      ? bench(path.slice(PREFIX.length), request, env)
      : handle(request, env, context);
  },
} satisfies ExportedHandler<BenchBindings>;

async function bench(path: string, request: Request, env: BenchBindings): Promise<Response> {
  if (path === "no-op") {
    return new Response("ok");
  }
  const [what = "", name = ""] = path.split("/");
  const ledger = env.LEDGER.getByName(`${DEFAULT_TENANT}/${name}`);
  switch (what) {
    case "echo":
      return echo(request, env.LEDGER.getByName(`echo/${name}`));
    case "page":
      return Response.json(await page(env.DB, name));
    case "drain":
      return drain(ledger);
    case "numscript":
      repeatScript(await request.json<Repetition>());
      return new Response(null, { status: 204 });
    case "count":
      await ledger.count();
      return new Response(null, { status: 204 });
    case "rows":
      return Response.json(stopCounting());
    case "evict":
      await ledger.evict().catch(() => undefined);
      return new Response(null, { status: 204 });
    default:
      return new Response("not a part of the benchmark", { status: 404 });
  }
}

/** As a write does: the body is read as text, crosses to the object and comes back. */
async function echo(request: Request, object: DurableObjectStub<LedgerObject>): Promise<Response> {
  const text = request.method === "POST" ? await request.text() : "ok";
  return new Response(await object.echo(text));
}

const NUMBERS = new Map<string, number>();

async function page(db: D1Database, name: string): Promise<readonly unknown[]> {
  let ledger = NUMBERS.get(name);
  if (ledger === undefined) {
    ledger =
      (await db
        .prepare("SELECT id FROM ledgers WHERE tenant = ? AND name = ?")
        .bind(DEFAULT_TENANT, name)
        .first<number>("id")) ?? -1;
    NUMBERS.set(name, ledger);
  }
  const { results } = await db.prepare(PAGE).bind(DEFAULT_TENANT, ledger, PAGE_SIZE).all();
  return results;
}

/** Until every log written so far is in the read model. */
async function drain(ledger: DurableObjectStub<LedgerObject>): Promise<Response> {
  for (;;) {
    const reached = await ledger.project();
    if (reached.ok) {
      return new Response(null, { status: 204 });
    }
    if (reached.error.code === "LEDGER_NOT_FOUND") {
      return new Response("no such ledger", { status: 404 });
    }
  }
}
