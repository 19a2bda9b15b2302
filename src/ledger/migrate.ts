/**
 * Brings an object's own database to the current schema, each migration once, in order. Migrations
 * are files under `migrations/`, never edited after a release. An object that was never used has no
 * table at all, and stays so.
 */
const TABLE = "CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY)";

/** Whether the object was ever migrated; asking writes nothing. */
export function isMigrated(sql: SqlStorage): boolean {
  const query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'";
  return sql.exec(query).toArray().length > 0;
}

export function migrate(storage: DurableObjectStorage, migrations: readonly string[]): void {
  const { sql } = storage;
  if (isMigrated(sql) && countOf(sql) >= migrations.length) {
    return;
  }
  storage.transactionSync(() => {
    sql.exec(TABLE);
    const done = countOf(sql);
    for (const [index, text] of migrations.entries()) {
      if (index >= done) {
        sql.exec(text);
        sql.exec("INSERT INTO migrations (id) VALUES (?)", index + 1);
      }
    }
  });
}

function countOf(sql: SqlStorage): number {
  return Number(sql.exec("SELECT count(*) AS n FROM migrations").one()["n"]);
}
