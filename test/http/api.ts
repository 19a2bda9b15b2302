/** A server of its own for a test file, and the few words with which tests speak to it. */
import { startServer, type Server } from "../../scripts/server.ts";

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly isHit: boolean;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
}

export class Api {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Without a directory for its state it keeps nothing after the stop. */
  static async start(vars: Readonly<Record<string, string>> = {}, state?: string): Promise<Api> {
    return new Api(await startServer({ vars, state }));
  }

  /** A text body goes out as it stands, anything else as JSON. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const init = text === undefined ? { method, headers } : { method, headers, body: text };
    const response = await fetch(this.#server.url + path, init);
    const answer = await response.text();
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      isHit: response.headers.get("Idempotency-Hit") === "true",
      text: answer,
      body: parse(answer),
    };
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.call("POST", path, body);
  }

  put(path: string, body?: unknown): Promise<Answer> {
    return this.call("PUT", path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.call("DELETE", path);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
