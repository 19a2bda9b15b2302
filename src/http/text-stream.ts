/**
 * A body read as a stream of text, for bodies that are worked through while they arrive. Whoever
 * stops early leaves the rest to be thrown away here, because a client that is still sending when
 * the line closes never hears why.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { BODY_BYTES_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";

/** How much of an unwanted rest is read. */
const DRAINED_BYTES_MAX = 4 * BODY_BYTES_MAX;
const DRAIN_BYTES = 65_536;

/**
 * The pieces of text in order, each what has arrived but at most `bytes` long; an error is the last
 * of them.
 */
export async function* textPieces(
  body: ReadableStream<Uint8Array> | null,
  bytes: number,
): AsyncGenerator<Result<string, LedgerError>, void> {
  if (body === null) {
    return;
  }
  const decoder = newDecoder();
  // Only a reader with a buffer of its own is given more than 4 KiB at a time.
  const reader = body.getReader({ mode: "byob" });
  let buffer = new Uint8Array(bytes);
  try {
    for (;;) {
      const { done, value } = await reader.read(buffer);
      if (done) {
        yield decode(decoder, undefined);
        return;
      }
      const text = decode(decoder, value);
      if (!text.ok) {
        yield ok(readablePart(value));
      }
      yield text;
      buffer = new Uint8Array(value.buffer);
    }
  } finally {
    await drain(reader);
  }
}

/** `bytes` is undefined at the end, where no character may be left half. */
function decode(decoder: TextDecoder, bytes: Uint8Array | undefined): Result<string, LedgerError> {
  try {
    return ok(decoder.decode(bytes, { stream: bytes !== undefined }));
  } catch {
    return err(NOT_UTF8);
  }
}

/** The text before the first byte that is wrong. */
function readablePart(bytes: Uint8Array): string {
  let text = "";
  let right = 0;
  let wrong = bytes.length;
  while (right < wrong) {
    const middle = Math.ceil((right + wrong) / 2);
    const part = decode(newDecoder(), bytes.subarray(0, middle));
    if (part.ok) {
      text = part.value;
      right = middle;
    } else {
      wrong = middle - 1;
    }
  }
  return text;
}

function newDecoder(): TextDecoder {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

const NOT_UTF8 = validation("the body is not valid UTF-8");

async function drain(reader: ReadableStreamBYOBReader): Promise<void> {
  let left = DRAINED_BYTES_MAX;
  while (left > 0) {
    const { done, value } = await reader.read(new Uint8Array(DRAIN_BYTES));
    if (done) {
      return;
    }
    left -= value.byteLength;
  }
  await reader.cancel();
}
