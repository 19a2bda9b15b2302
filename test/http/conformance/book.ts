/** One ledger of a server: the operations nearly every scenario uses, each expected to succeed. */
import type { Writable } from "../../../src/core/json.ts";
import type { Answer, Call, Client, Metadata, Page, Query } from "./client.ts";

export interface Volume {
  readonly input: string;
  readonly output: string;
  readonly balance: string;
}
type Volumes = Readonly<Record<string, Readonly<Record<string, Volume>>>>;

export interface Posting {
  readonly source: string;
  readonly destination: string;
  readonly amount: string;
  readonly asset: string;
}

export interface Transaction {
  readonly id: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: string;
  readonly insertedAt: string;
  readonly updatedAt: string;
  readonly reverted: boolean;
  readonly revertedAt?: string;
  readonly reference?: string;
  readonly preCommitVolumes?: Volumes;
  readonly postCommitVolumes?: Volumes;
  readonly postCommitEffectiveVolumes?: Volumes;
}

export interface Account {
  readonly address: string;
  readonly metadata: Metadata;
  readonly firstUsage: string;
  readonly insertionDate: string;
  readonly updatedAt: string;
  readonly volumes?: Readonly<Record<string, Volume>>;
  readonly effectiveVolumes?: Readonly<Record<string, Volume>>;
}

export interface Log {
  readonly id: number;
  readonly type: string;
  readonly date: string;
  readonly hash: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly schemaVersion?: string;
}

/** A posting as requests have it. */
export function posting(
  source: string,
  destination: string,
  amount: number | bigint,
  asset = "USD",
): { source: string; destination: string; amount: number | bigint; asset: string } {
  return { source, destination, amount, asset };
}

export function volume(input: number | bigint, output: number | bigint): Volume {
  const [into, out] = [BigInt(input), BigInt(output)];
  return { input: String(into), output: String(out), balance: String(into - out) };
}

/** So many milliseconds after a date or, without one, from now, as the server writes dates. */
export function instant(afterMs: number, date?: string): string {
  const from = date === undefined ? Date.now() : Date.parse(date);
  return new Date(from + afterMs).toISOString().replace(/\.?0+Z$/, "Z");
}

export function repeat<T>(value: T, times: number): readonly T[] {
  return Array.from({ length: times }, () => value);
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export class Book {
  readonly client: Client;
  readonly name: string;

  constructor(client: Client, name: string) {
    this.client = client;
    this.name = name;
  }

  call(method: string, path: string, call?: Call): Promise<Answer> {
    return this.client.call(method, `/v2/${this.name}${path}`, call);
  }

  get(path: string, query: Query = {}): Promise<Answer> {
    return this.call("GET", path, { query });
  }

  post(path: string, body: Writable = null, call: Call = {}): Promise<Answer> {
    return this.call("POST", path, { ...call, body });
  }

  /** A transaction of which nothing is expected yet. */
  attempt(body: Writable, call: Call = {}): Promise<Answer> {
    return this.post("/transactions", body, call);
  }

  async create(body: Writable, call: Call = {}): Promise<Transaction> {
    return (await this.attempt(body, call)).data();
  }

  /** A transaction of one posting. */
  send(...of: Parameters<typeof posting>): Promise<Transaction> {
    return this.create({ postings: [posting(...of)] });
  }

  revert(id: number, query: Query = {}, call: Call = {}): Promise<Answer> {
    return this.call("POST", `/transactions/${id}/revert`, { query, ...call });
  }

  /** Metadata of an account or a transaction: `accounts/bank`, `transactions/1`. */
  async describe(target: string, metadata: Metadata | null, call: Call = {}): Promise<void> {
    (await this.post(`/${target}/metadata`, metadata, call)).expect(204);
  }

  deleteMetadata(target: string, name: string, call: Call = {}): Promise<Answer> {
    return this.call("DELETE", `/${target}/metadata/${name}`, call);
  }

  async transaction(id: number, query: Query = {}): Promise<Transaction> {
    return (await this.get(`/transactions/${id}`, query)).data();
  }

  async account(address: string, query: Query = {}): Promise<Account> {
    return (await this.get(`/accounts/${address}`, query)).data();
  }

  list<T>(what: string, query: Query = {}, filter: Writable = null): Promise<Page<T>> {
    return this.client.list(`/v2/${this.name}/${what}`, query, filter);
  }

  count(what: string, filter: Writable = null): Promise<number> {
    return this.client.count(`/v2/${this.name}/${what}`, filter);
  }
}
