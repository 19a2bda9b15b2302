/**
 * The two kinds of streams that hold elements of a bulk, as text comes in and elements come out
 * (contract §9.6): JSON values one after the other, and scripts between marks.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { JsonSplitter, type JsonText } from "../core/json-stream.ts";
import { ok } from "../core/result.ts";
import { parseText } from "./body.ts";
import { elementOf, readElement, type Element } from "./bulk-elements.ts";
import { ScriptSplitter, type ScriptBlock, type ScriptBlocks } from "./script-blocks.ts";

/** The elements that are complete now, and why none can follow them. */
export interface Piece {
  readonly elements: readonly Element[];
  readonly error: LedgerError | undefined;
}

/** Cuts text into elements. Once it gave an error it is not used any more. */
export interface ElementReader {
  /** Characters held of an element that is not complete. */
  readonly held: number;
  /** What the answer says of a stream that was read to its end. */
  readonly atEnd: LedgerError | undefined;
  push(text: string): Piece;
  end(): Piece;
}

export class JsonElements implements ElementReader {
  readonly #splitter = new JsonSplitter();
  readonly #schemaVersion: string;
  /** The original tells the end of its input as if it were a fault; clients are used to it. */
  readonly atEnd = validation("EOF");

  constructor(schemaVersion: string) {
    this.#schemaVersion = schemaVersion;
  }

  get held(): number {
    return this.#splitter.held;
  }

  push(text: string): Piece {
    return this.#read(this.#splitter.push(text));
  }

  end(): Piece {
    const rest = this.#splitter.end();
    return this.#read(rest === undefined ? [] : [rest]);
  }

  #read(texts: readonly JsonText[]): Piece {
    const elements: Element[] = [];
    for (const { text } of texts) {
      const json = parseText(text);
      const element = json.ok ? readElement(json.value, this.#schemaVersion) : json;
      if (!element.ok) {
        return { elements, error: element.error };
      }
      elements.push(element.value);
    }
    return { elements, error: undefined };
  }
}

export class ScriptElements implements ElementReader {
  readonly #splitter = new ScriptSplitter();
  readonly #schemaVersion: string;
  readonly atEnd = undefined;

  constructor(schemaVersion: string) {
    this.#schemaVersion = schemaVersion;
  }

  get held(): number {
    return this.#splitter.held;
  }

  push(text: string): Piece {
    return this.#read(this.#splitter.push(text));
  }

  end(): Piece {
    return this.#read(this.#splitter.end());
  }

  #read({ blocks, error }: ScriptBlocks): Piece {
    return { elements: blocks.map((block) => this.#elementOf(block)), error };
  }

  #elementOf({ script, key }: ScriptBlock): Element {
    const command = {
      kind: "create-transaction",
      postings: undefined,
      script,
      template: undefined,
      variables: {},
      timestamp: undefined,
      reference: undefined,
      metadata: undefined,
      accountMetadata: undefined,
      runtime: "",
      force: false,
    } as const;
    const element = elementOf(ok(command), key, this.#schemaVersion);
    return { action: "CREATE_TRANSACTION", element };
  }
}
