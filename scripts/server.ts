/**
 * Runs the Worker on this machine: real workerd, real Durable Objects, a real D1 with its
 * migrations applied. `npm start`, the HTTP tests, the replay of transcripts and the benchmark all
 * start their servers here.
 */
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4MiniflareOptions,
} from "miniflare";
import { bundle } from "./bundle.ts";
import { type Config, readConfig, ROOT } from "./config.ts";
import { migrate } from "./migrate.ts";
import { guardRuntimes } from "./runtimes.ts";

export interface ServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Directory of all state; undefined keeps nothing after the stop. */
  readonly state?: string | undefined;
  /** Worker variables on top of those in wrangler.toml. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Another Worker in place of src/worker.ts; it exports the same classes. */
  readonly entry?: string;
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const port = options.port ?? 0;
  await refuseTakenPort(port);
  guardRuntimes();
  const config = readConfig();
  const code = await bundle(options.entry ?? config.main);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions(miniflareOptions(config, code, { ...options, port })),
  );
  try {
    await miniflare.ready;
    for (const database of config.d1_databases) {
      await migrate(await miniflare.getD1Database(database.binding), database.migrations_dir);
    }
    const url = (await miniflare.unsafeGetDirectURL(config.name)).origin;
    return { url, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

function miniflareOptions(
  config: Config,
  code: string,
  options: ServerOptions & { readonly port: number },
): V4MiniflareOptions {
  return {
    host: HOST,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => process.stderr.write(`${level}: ${message}\n`),
    ...(options.state === undefined ? {} : { resourcePersistencePath: options.state }),
    name: config.name,
    modules: [{ type: "ESModule", path: join(ROOT, "worker.js"), contents: code }],
    modulesRoot: ROOT,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    bindings: { ...config.vars, ...options.vars },
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings.map((binding) => [
        binding.name,
        { className: binding.class_name, useSQLite: true },
      ]),
    ),
    d1Databases: Object.fromEntries(
      config.d1_databases.map((database) => [database.binding, database.database_id]),
    ),
    // A socket of the Worker's own: miniflare's usual entry has a proxy Worker in front, which
    // costs three quarters of
    // the speed (measured on two cores: 1,700 against 7,000 empty requests a second).
    unsafeDirectSockets: [{ host: HOST, port: options.port }],
  };
}

/**
 * workerd reports a taken port late and unclearly; a connection that is accepted says it at once. A
 * server that was just killed may still be going, so the answer is asked for a second.
 */
async function refuseTakenPort(port: number): Promise<void> {
  if (port === 0) {
    return;
  }
  for (let attempt = 0; attempt < 5; attempt++) {
    if (!(await accepts(port))) {
      return;
    }
    await setTimeout(250);
  }
  throw new Error(
    `Port ${port} of ${HOST} is taken. Stop what listens there, or choose another: ` +
      `PORT=${port + 1} npm start`,
  );
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
