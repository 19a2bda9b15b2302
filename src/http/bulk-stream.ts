/**
 * Bulks that arrive as a stream (contract §9.6). Elements are executed as they arrive; what cannot
 * be read ends the stream, and what was executed before stays. Only an atomic stream is gathered
 * whole before it runs, and one that cannot be read does not run at all.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { BODY_BYTES_MAX, BULK_PIECE_BYTES } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Element } from "./bulk-elements.ts";
import type { BulkRun } from "./bulk-run.ts";
import type { ElementReader, Piece } from "./element-readers.ts";
import { textPieces } from "./text-stream.ts";

type Body = ReadableStream<Uint8Array> | null;

/** Executes a stream as it comes. */
export async function answerStream(
  body: Body,
  reader: ElementReader,
  run: BulkRun,
): Promise<Response> {
  for await (const { elements, error } of piecesOf(body, reader)) {
    const isWelcome = await run.execute(elements);
    if (!isWelcome || error !== undefined) {
      return run.answer(error);
    }
  }
  return run.answer(reader.atEnd);
}

/** Every element of a stream. */
export async function gatherStream(
  body: Body,
  reader: ElementReader,
): Promise<Result<readonly Element[], LedgerError>> {
  const gathered: Element[] = [];
  let length = 0;
  for await (const { elements, error, read } of piecesOf(body, reader)) {
    length += read;
    if (length > BODY_BYTES_MAX) {
      return err(ATOMIC_TOO_LARGE);
    }
    if (error !== undefined) {
      return err(error);
    }
    gathered.push(...elements);
  }
  return ok(gathered);
}

const ATOMIC_TOO_LARGE: LedgerError = {
  ...validation(`an atomic bulk is too large: the limit is ${BODY_BYTES_MAX} characters`),
  status: 413,
};

const ELEMENT_TOO_LARGE = validation(
  `an element is too large: the limit is ${BODY_BYTES_MAX} characters`,
);

/** What came in by and by; `read` counts characters. */
async function* piecesOf(
  body: Body,
  reader: ElementReader,
): AsyncGenerator<Piece & { readonly read: number }, void> {
  for await (const text of textPieces(body, BULK_PIECE_BYTES)) {
    if (!text.ok) {
      yield { elements: [], error: text.error, read: 0 };
      return;
    }
    const { elements, error } = reader.push(text.value);
    const isTooLarge = reader.held > BODY_BYTES_MAX;
    yield {
      elements,
      error: error ?? (isTooLarge ? ELEMENT_TOO_LARGE : undefined),
      read: text.value.length,
    };
  }
  yield { ...reader.end(), read: 0 };
}
