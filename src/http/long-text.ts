/**
 * Text that is gathered piece by piece and given out at the end, and may grow beyond what an
 * isolate should hold: what exceeds a few megabytes is kept compressed. Answers to bulks, which
 * repeat themselves a lot, shrink to about a tenth.
 */
import { ANSWER_PACKED_BYTES_MAX, ANSWER_PLAIN_CHARS_MAX } from "../core/limits.ts";

export class LongText {
  readonly #packed: ArrayBuffer[] = [];
  #packedBytes = 0;
  #plain: string[];
  #plainChars = 0;

  constructor(start: string) {
    this.#plain = [start];
  }

  /** Nothing more should be added. */
  get isFull(): boolean {
    return this.#packedBytes > ANSWER_PACKED_BYTES_MAX;
  }

  async add(text: string): Promise<void> {
    this.#plain.push(text);
    this.#plainChars += text.length;
    if (this.#plainChars > ANSWER_PLAIN_CHARS_MAX) {
      const packed = await pack(this.#plain.join(""));
      this.#packed.push(packed);
      this.#packedBytes += packed.byteLength;
      this.#plain = [];
      this.#plainChars = 0;
    }
  }

  /** The body of an answer: the text itself while it is short, else unpacked as it is read. */
  end(last: string): string | ReadableStream<Uint8Array> {
    this.#plain.push(last);
    if (this.#packed.length === 0) {
      return this.#plain.join("");
    }
    const chunks = this.#chunks();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      },
    });
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    for (const packed of this.#packed) {
      yield* unpack(packed);
    }
    yield new TextEncoder().encode(this.#plain.join(""));
  }
}

function pack(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function unpack(packed: ArrayBuffer): ReadableStream<Uint8Array> {
  return new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
}
