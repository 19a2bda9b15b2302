/**
 * Brings a local D1 to the current schema, each file once, in the order of their names. Kept in
 * wrangler's own table, so that `wrangler d1 migrations` understands what was done here.
 */
import type { Miniflare } from "miniflare";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./config.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

export async function migrate(database: Database, directory: string): Promise<void> {
  const folder = join(ROOT, directory);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();

  const [, applied] = await database.batch<{ name: string }>([
    database.prepare(TABLE),
    database.prepare("SELECT name FROM d1_migrations"),
  ]);
  const done = new Set(applied?.results.map((row) => row.name));

  for (const name of names.filter((candidate) => !done.has(candidate))) {
    // A batch is one transaction: a file is applied whole, and noted, or not at all.
    await database.batch([
      database.prepare(readFileSync(join(folder, name), "utf8")),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
