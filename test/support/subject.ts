/**
 * A ledger under test: its object behind a stub, and what D1 says of it. Every subject is a ledger
 * of its own, so that tests of one file cannot meet.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { DEFAULT_FEATURES, type Features } from "../../src/core/features.ts";
import type { Timestamp } from "../../src/core/timestamp.ts";
import type { LedgerObject } from "../../src/ledger/object.ts";
import { realBatch } from "./d1.ts";

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

/** The tables of the read model that belong to one ledger, with what their rows are sorted by. */
const TABLES: Readonly<Record<string, string>> = {
  transactions: "id",
  logs: "id",
  accounts: "address",
  volumes: "account, asset",
  moves: "account, asset, transaction_id",
  stray_sums: "account, asset, period",
  account_metadata: "address, date, log_id",
  transaction_metadata: "id, date, log_id",
  schemas: "version",
  batches: "after_log",
};

let count = 0;

export class Subject {
  readonly id = ++count;
  readonly name = `ledger-${this.id}`;

  /** A ledger that is ready to be written to. */
  static async open(features: Features = DEFAULT_FEATURES): Promise<Subject> {
    const subject = new Subject();
    await subject.stub.configure({
      tenant: "default",
      id: subject.id,
      name: subject.name,
      bucket: "_default",
      features,
      addedAt: "2024-01-01T00:00:00.000000Z" as Timestamp,
      deletedAt: undefined,
    });
    return subject;
  }

  /** Always a new stub: one that saw a crash keeps failing. */
  get stub(): DurableObjectStub<LedgerObject> {
    return env.LEDGER.getByName(`default/${this.name}`);
  }

  async evict(): Promise<void> {
    await this.stub.standing();
    await evictDurableObject(this.stub);
  }

  /** The object dies where it stands. */
  async abort(): Promise<void> {
    const death = runInDurableObject(this.stub, (_object, state) => state.abort("crash"));
    await death.catch(() => undefined);
  }

  /** When the object's alarm is set to ring. */
  async alarm(): Promise<number | undefined> {
    return runInDurableObject(this.stub, async (_object, state) => {
      return (await state.storage.getAlarm()) ?? undefined;
    });
  }

  /** Waits until the read model has everything; a busy machine may need more than one try. */
  async project(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const standing = await this.stub.project();
      if (standing.ok) {
        return standing.value.head;
      }
      if (attempt === 10) {
        throw new Error(`the read model does not catch up: ${standing.error.message}`);
      }
    }
  }

  /** The log as it is exported, from an id on. */
  async exported(from = 0): Promise<string> {
    let text = "";
    for (let next: number | undefined = from; next !== undefined;) {
      const chunk = await this.stub.exportLogs(next, Number.MAX_SAFE_INTEGER);
      if (!chunk.ok) {
        throw new Error(chunk.error.message);
      }
      text += chunk.value.lines;
      next = chunk.value.next;
    }
    return text;
  }

  /** What D1 has of this ledger, without tenant and ledger. */
  async tables(): Promise<Readonly<Record<string, readonly Row[]>>> {
    const names = Object.keys(TABLES);
    const results = await realBatch<Record<string, Cell>>(
      names.map((name) => {
        const query = `SELECT * FROM ${name} WHERE tenant = 'default' AND ledger = ?`;
        return env.DB.prepare(`${query} ORDER BY ${TABLES[name]}`).bind(this.id);
      }),
    );
    return Object.fromEntries(
      names.map((name, index) => {
        const rows = results[index]?.results ?? [];
        return [name, rows.map(({ tenant: _tenant, ledger: _ledger, ...row }) => row)];
      }),
    );
  }
}
