/**
 * One keep-alive HTTP/1.1 connection over a bare socket: one request at a time, no queue, no
 * agent. Node's own client cannot saturate the runtime on two cores; this one takes a few
 * microseconds a request. It understands what workerd sends and nothing more. Bytes are handled as
 * Latin-1 text, one character each, because nothing here looks into a body.
 */
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = "\r\n\r\n";

export class Connection {
  readonly #socket: Socket;
  #received = "";
  #onAnswer: (answer: Answer) => void = () => undefined;
  #onError: (error: Error) => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", (error) => this.#onError(error));
    socket.on("close", () => this.#onError(new Error("the server closed the connection")));
  }

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Sends a whole request as text; the next may follow its answer. */
  ask(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = resolve;
      this.#onError = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#onError = () => undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const answer = parseAnswer(this.#received);
    if (answer !== undefined) {
      this.#received = "";
      this.#onAnswer(answer);
    }
  }
}

/** The answer in these bytes; undefined while it is incomplete. */
function parseAnswer(bytes: string): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) {
    return undefined;
  }
  const head = bytes.slice(0, headEnd);
  const status = Number(head.slice(9, 12));
  const start = headEnd + HEAD_END.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const end = start + Number(length);
    return bytes.length < end ? undefined : { status, body: bytes.slice(start, end) };
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const body = parseChunks(bytes, start);
    return body === undefined ? undefined : { status, body };
  }
  return { status, body: "" };
}

function parseChunks(bytes: string, from: number): string | undefined {
  let body = "";
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) {
      return undefined;
    }
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) {
      return undefined;
    }
    if (size === 0) {
      return body;
    }
    body += bytes.slice(lineEnd + 2, end);
    at = end + 2;
  }
}
