/**
 * A server of its own for a test file, a small book to read in it, and a client that may send a
 * body with GET and HEAD, as the original's own clients do and `fetch` cannot.
 */
import { request } from "node:http";
import { afterAll, beforeAll } from "vitest";
import { startServer, type Server } from "../../scripts/server.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

export type Headers = Readonly<Record<string, string>>;

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Headers,
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
    return send(`${server?.url}${path}`, method, sent, headers);
  };
}

function send(
  url: string,
  method: string,
  body: string | undefined,
  headers: Headers,
): Promise<Answer> {
  const length =
    body === undefined ? {} : { "Content-Length": String(new TextEncoder().encode(body).length) };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: { ...headers, ...length } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => {
        const header = (name: string): string | undefined => {
          return response.headers[name.toLowerCase()]?.toString();
        };
        resolve({ status: response.statusCode ?? 0, text, body: parse(text), header });
      });
    });
    sending.on("error", reject).end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Money {
  readonly from: string;
  readonly to: string;
  readonly amount: number | bigint;
  readonly asset?: string;
}

/** The body of a creation, by postings and what stands beside them. */
export function money(postings: readonly Money[], beside: object = {}): string {
  const list = postings.map(({ from, to, amount, asset = "USD" }) => {
    return `{"source":"${from}","destination":"${to}","amount":${amount},"asset":"${asset}"}`;
  });
  const rest = JSON.stringify(beside).slice(1, -1);
  return `{"postings":[${list.join(",")}]${rest === "" ? "" : `,${rest}`}}`;
}

/** Creates a ledger and posts to it, one transaction after the other. */
export async function keepBook(
  ask: Ask,
  ledger: string,
  bodies: readonly string[],
  creation: object = {},
): Promise<readonly Answer[]> {
  expected(await ask("POST", `/v2/${ledger}`, creation), 204);
  const answers: Answer[] = [];
  for (const body of bodies) {
    const answer = await ask("POST", `/v2/${ledger}/transactions`, body);
    expected(answer, 200);
    answers.push(answer);
  }
  return answers;
}

function expected(answer: Answer, status: number): void {
  if (answer.status !== status) {
    throw new Error(`expected ${status}, got ${answer.status} ${answer.text}`);
  }
}

interface CursorBody {
  readonly cursor: {
    readonly pageSize: number;
    readonly hasMore: boolean;
    readonly next?: string;
    readonly previous?: string;
    readonly data: readonly Readonly<Record<string, unknown>>[];
  };
}

export function cursorOf(answer: Answer): CursorBody["cursor"] {
  expected(answer, 200);
  return (answer.body as CursorBody).cursor;
}

/** One member of every item of a page. */
export function column(answer: Answer, member: string): readonly unknown[] {
  return cursorOf(answer).data.map((item) => item[member]);
}

export function dataOf(answer: Answer): Readonly<Record<string, unknown>> {
  expected(answer, 200);
  return (answer.body as { data: Readonly<Record<string, unknown>> }).data;
}

/** `errorCode: errorMessage` of a refusal. */
export function refusal(answer: Answer): string {
  const { errorCode, errorMessage } = answer.body as { errorCode: string; errorMessage: string };
  return `${answer.status} ${errorCode}: ${errorMessage}`;
}

/** What a cursor holds. */
export function readToken(token: string | undefined): unknown {
  return JSON.parse(atob((token ?? "").replaceAll("-", "+").replaceAll("_", "/")));
}

/** A cursor made by hand, of ASCII alone. */
export function makeToken(cursor: unknown): string {
  const token = btoa(JSON.stringify(cursor));
  return token.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
