/**
 * Speaks to a server as the clients of the original's own suite do: filters travel in bodies, of
 * GET and HEAD too (which `fetch` cannot do), where nothing is to say the body is `null`, and
 * amounts come back as text.
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { formatJson, type Writable } from "../../../src/core/json.ts";

export type Query = Readonly<Record<string, string | number | boolean>>;
export type Metadata = Readonly<Record<string, string>>;

export interface Call {
  readonly query?: Query;
  /** Text goes out as it stands, anything else as JSON. */
  readonly body?: Writable;
  readonly key?: string;
  readonly type?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
  readonly pageSize?: number;
  readonly next?: string;
  readonly previous?: string;
}

/** What a server said. */
export class Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;

  constructor(status: number, headers: IncomingHttpHeaders, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** The body, whatever the status. */
  json<T>(): T {
    return JSON.parse(this.text) as T;
  }

  data<T>(): T {
    this.expect(200, 201);
    return this.json<{ data: T }>().data;
  }

  page<T>(): Page<T> {
    this.expect(200);
    return this.json<{ cursor: Page<T> }>().cursor;
  }

  /** "400 VALIDATION"; of an answer that refuses nothing "200". */
  get fate(): string {
    const code = this.status < 400 ? undefined : this.json<{ errorCode: string }>().errorCode;
    return [this.status, code].filter((part) => part !== undefined).join(" ");
  }

  get isHit(): boolean | undefined {
    const hit = this.headers["idempotency-hit"];
    return hit === undefined ? undefined : hit === "true";
  }

  /** Ends the test unless the status is one of these. */
  expect(...statuses: readonly number[]): this {
    if (!statuses.includes(this.status)) {
      throw new Error(`${statuses.join(" or ")} was expected, not ${this.status} ${this.text}`);
    }
    return this;
  }
}

export class Client {
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.url = url;
  }

  call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const { query = {}, body, key, type = "application/json" } = call;
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      asked.set(name, String(value));
    }
    const url = `${this.url}${path}?${asked.toString()}`;
    const text = typeof body === "string" || body === undefined ? body : formatJson(body);
    const headers = {
      "Formance-Bigint-As-String": "true",
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
      ...(text === undefined
        ? {}
        : { "Content-Type": type, "Content-Length": new TextEncoder().encode(text).length }),
    };
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers, agent: this.#agent }, (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
        response.once("error", reject);
        response.once("end", () => {
          resolve(new Answer(response.statusCode ?? 0, response.headers, received));
        });
      });
      request.once("error", reject);
      request.end(text);
    });
  }

  /** A list; without a filter the body is `null`. */
  async list<T>(path: string, query: Query = {}, filter: Writable = null): Promise<Page<T>> {
    return (await this.call("GET", path, { query, body: filter })).page();
  }

  /** What HEAD says there are. */
  async count(path: string, filter: Writable = null, query: Query = {}): Promise<number> {
    const answer = await this.call("HEAD", path, { query, body: filter });
    return Number(answer.expect(204).headers["count"]);
  }

  close(): void {
    this.#agent.destroy();
  }
}
