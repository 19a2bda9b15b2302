/**
 * One request to a receiver outside: it has so long to answer and has to say 2xx. Redirects are not
 * followed, because a POST that becomes a GET on its way looks delivered and is not.
 */
import { err, ok, type Result } from "../../core/result.ts";

/** Within the time that the alarm watches a page for (`feeds.ts`). */
const ANSWER_MS = 15_000;
/** A bulk API answers some hundred characters a document. */
const ANSWER_CHARS_MAX = 1_000_000;
/** Of what a receiver says about its refusal, so much is shown. */
const EXCERPT_CHARS = 200;

export interface Message {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body of the answer, or a sentence for the people who run the receiver. */
export async function post(message: Message, signal: AbortSignal): Promise<Result<string, string>> {
  const { url, headers, body } = message;
  const { target, authorization } = splitCredentials(url);
  const timeout = new AbortController();
  // Not AbortSignal.timeout, which would keep the object awake long after the answer.
  const timer = setTimeout(() => timeout.abort(), ANSWER_MS);
  try {
    const response = await fetch(target, {
      method: "POST",
      headers: { ...authorization, ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout.signal]),
    });
    const answer = await readStart(response);
    return response.ok ? ok(answer) : err(`${target.origin} ${describe(response.status, answer)}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(
      timeout.signal.aborted
        ? `${target.origin} did not answer within ${ANSWER_MS / 1000} s`
        : `${target.origin} could not be reached: ${reason}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The beginning of the answer, which may be of any length; the rest is not waited for. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > ANSWER_CHARS_MAX) {
      break;
    }
  }
  return text;
}

function describe(status: number, answer: string): string {
  const excerpt = answer.slice(0, EXCERPT_CHARS).trim();
  return `answered ${status}${excerpt === "" ? "" : `: ${excerpt}`}`;
}

/** The URL that a receiver was configured with. */
export function parseUrl(text: string): Result<URL, string> {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol)
    ? ok(url)
    : err("what it is configured with is not a URL that starts with http:// or https://");
}

/** The platform takes no credentials inside a URL; they go where they would have gone. */
function splitCredentials(url: URL): {
  readonly target: URL;
  readonly authorization: Readonly<Record<string, string>>;
} {
  const target = new URL(url);
  target.username = "";
  target.password = "";
  return url.username === "" && url.password === ""
    ? { target, authorization: {} }
    : { target, authorization: basicAuth(decode(url.username), decode(url.password)) };
}

export function basicAuth(username: string, password: string): Readonly<Record<string, string>> {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

/** As it stands where it is not percent-encoded. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
