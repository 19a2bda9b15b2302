/**
 * Import of a log as it arrives (contract §10.5, DESIGN §11): the stream is cut into JSON values,
 * whatever their lines, and sent to the ledger's object a chunk at a time, each answered before the
 * next. What was taken before the first bad log stays; sending the rest goes on from there.
 */
import type { LedgerError } from "../core/error.ts";
import { JsonSplitter, type JsonText } from "../core/json-stream.ts";
import {
  BODY_BYTES_MAX,
  IMPORT_CHUNK_CHARS,
  IMPORT_CHUNK_LOGS,
  IMPORT_PIECE_BYTES,
} from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LedgerObject } from "../ledger/object.ts";
import { textPieces } from "./text-stream.ts";

type Body = ReadableStream<Uint8Array> | null;

/** How often a ledger that is behind is asked again before the import ends there. */
const TRIES_MAX = 60;

/** Imports a whole stream; the error is the first there was. */
export async function importStream(
  body: Body,
  ledger: DurableObjectStub<LedgerObject>,
): Promise<Result<undefined, LedgerError>> {
  const holder = crypto.randomUUID();
  let isBegun = false;
  try {
    for await (const chunk of chunksOf(body)) {
      const tries = isBegun ? TRIES_MAX : 1;
      const taken = chunk.ok ? await take(ledger, chunk.value, holder, tries) : chunk;
      if (!taken.ok) {
        return taken;
      }
      isBegun = true;
    }
    return ok(undefined);
  } finally {
    await ledger.endImport(holder);
  }
}

/** A ledger that is behind gets time; one that takes nothing at all says so at once. */
async function take(
  ledger: DurableObjectStub<LedgerObject>,
  lines: readonly JsonText[],
  holder: string,
  tries: number,
): Promise<Result<undefined, LedgerError>> {
  for (let left = tries; ; left--) {
    const taken = await ledger.importLogs(lines, holder);
    const retryAfter = taken.ok ? undefined : taken.error.retryAfter;
    if (retryAfter === undefined || left <= 1) {
      return taken;
    }
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
  }
}

/**
 * The logs in chunks, the last of which may be empty: the ledger is asked at least once. What
 * cannot be read comes after what stood before it.
 */
async function* chunksOf(
  body: Body,
): AsyncGenerator<Result<readonly JsonText[], LedgerError>, void> {
  const splitter = new JsonSplitter();
  let chunk: JsonText[] = [];
  let chars = 0;
  for await (const piece of textPieces(body, IMPORT_PIECE_BYTES)) {
    for (const value of piece.ok ? splitter.push(piece.value) : []) {
      chunk.push(value);
      chars += value.text.length;
      if (chunk.length === IMPORT_CHUNK_LOGS || chars > IMPORT_CHUNK_CHARS) {
        yield ok(chunk);
        chunk = [];
        chars = 0;
      }
    }
    const problem = piece.ok ? undefined : piece.error.message;
    if (problem !== undefined || splitter.held > BODY_BYTES_MAX) {
      yield ok(chunk);
      yield err(importError(problem ?? `a log has more than ${BODY_BYTES_MAX} characters`));
      return;
    }
  }
  const rest = splitter.end();
  yield ok(rest === undefined ? chunk : [...chunk, rest]);
}

function importError(message: string): LedgerError {
  return { code: "IMPORT", message: `importing logs: ${message}` };
}
