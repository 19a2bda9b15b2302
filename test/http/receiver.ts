/** A receiver of logs or events on this machine, which answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

type Answer = (response: ServerResponse) => void;

export const TAKES: Answer = (response) => response.writeHead(204).end();
export const FAILS: Answer = (response) => response.writeHead(500).end("out of order");
export const HANGS: Answer = () => undefined;
export const BREAKS: Answer = (response) => response.destroy();

export class LocalReceiver {
  readonly received: Received[] = [];
  /** What to do with the next requests; the last one stays. */
  answers: Answer[] = [TAKES];
  readonly #server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      this.received.push({ path: request.url ?? "", headers: request.headers, text });
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      (answer ?? TAKES)(response);
    });
  });

  static async start(): Promise<LocalReceiver> {
    const receiver = new LocalReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    return `http://127.0.0.1:${port}`;
  }

  /** Ids of the logs of each request so far. */
  get batches(): readonly (readonly number[])[] {
    return this.received.map(({ text }) => (JSON.parse(text) as { id: number }[]).map(idOf));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function idOf({ id }: { id: number }): number {
  return id;
}
