/**
 * Counts the rows that the Worker's objects and D1 write, as the platform bills them: each
 * statement's own count, and one for each alarm set. It wraps the platform's prototypes, so nothing
 * under src/ knows that it is counted, and only while counting is on, so nothing else is slowed.
 */
export interface RowCount {
  readonly objects: number;
  readonly alarms: number;
  readonly d1: number;
}

const count = { objects: 0, alarms: 0, d1: 0 };
let isCounting = false;
let isWrapped = false;

/** Starts again from nothing. Objects and Worker share the isolate that this is in. */
export function startCounting(storage: DurableObjectStorage, db: D1Database): void {
  Object.assign(count, { objects: 0, alarms: 0, d1: 0 });
  isCounting = true;
  if (!isWrapped) {
    isWrapped = true;
    wrapObject(storage);
    wrapDatabase(db);
  }
}

export function stopCounting(): RowCount {
  isCounting = false;
  return { ...count };
}

/** Replaces a method of an object's prototype by one that looks at what it returns. */
function wrap(object: object, name: string, look: (returned: unknown) => void): void {
  const prototype = Object.getPrototypeOf(object) as Record<string, unknown>;
  const method = prototype[name] as (...args: unknown[]) => unknown;
  prototype[name] = function (this: unknown, ...args: unknown[]): unknown {
    const returned = method.apply(this, args);
    if (isCounting) {
      look(returned);
    }
    return returned;
  };
}

function wrapObject(storage: DurableObjectStorage): void {
  // A statement that returns no rows has run when exec returns, and its count is final.
  wrap(storage.sql, "exec", (cursor) => {
    count.objects += (cursor as SqlStorageCursor<Record<string, SqlStorageValue>>).rowsWritten;
  });
  wrap(storage, "setAlarm", () => {
    count.alarms++;
  });
}

interface Result {
  readonly meta: { readonly rows_written?: number };
}

function wrapDatabase(db: D1Database): void {
  const add = (result: Result): void => {
    count.d1 += result.meta.rows_written ?? 0;
  };
  const addAll = (returned: unknown): void => {
    void (returned as Promise<Result | readonly Result[]>).then((result) => {
      for (const one of [result].flat() as readonly Result[]) {
        add(one);
      }
    });
  };
  wrap(db, "batch", addAll);
  const statement = db.prepare("SELECT 1");
  wrap(statement, "run", addAll);
  wrap(statement, "all", addAll);
}
