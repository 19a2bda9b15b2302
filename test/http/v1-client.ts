/**
 * A server of its own for a test file, and a client that answers as plainly as a table row needs
 * it.
 */
import { afterAll, beforeAll } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON; undefined where there is none. */
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Texts are sent as they stand, everything else as JSON. */
export function useServer(vars: Readonly<Record<string, string>> = {}): Ask {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startServer({ vars });
  });
  afterAll(() => server?.stop());
  return async (method, path, body, headers = {}) => {
    const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const url = `${server?.url}${path}`;
    const answer = await fetch(url, { method, headers, ...(sent && { body: sent }) });
    const text = await answer.text();
    return { status: answer.status, body: readJson(text), text, headers: answer.headers };
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One posting as JSON. */
export function posting(source: string, destination: string, amount: number | string): string {
  return `{"source":"${source}","destination":"${destination}","amount":${amount},"asset":"USD"}`;
}

/** The body of a creation by one posting. */
export function payment(source: string, destination: string, amount: number | string): string {
  return `{"postings":[${posting(source, destination, amount)}]}`;
}

/** A script that sends; accounts are expressions. */
export function send(monetary: string, source: string, destination: string): string {
  return `send ${monetary} (\n\tsource = ${source}\n\tdestination = ${destination}\n)\n`;
}

/** What a script declares before it sends. */
export function vars(...declarations: readonly string[]): string {
  return `vars {\n${declarations.map((declaration) => `\t${declaration}\n`).join("")}}\n`;
}
