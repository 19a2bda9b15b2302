/**
 * A bulk under way: sends elements to the ledger's object in order, a chunk a visit, and gathers
 * what each of them is answered (contract §9.3, §9.4). After a failing element the rest is not
 * sent, but answered as cancelled, unless the client asked to go on.
 */
import { validation, type LedgerError } from "../core/error.ts";
import { quote } from "../core/json.ts";
import { BULK_CHUNK_ELEMENTS } from "../core/limits.ts";
import { err } from "../core/result.ts";
import type { LedgerObject } from "../ledger/object.ts";
import type { BulkElement, BulkOptions, Outcome } from "../ledger/rpc.ts";
import type { Element } from "./bulk-elements.ts";
import { errorResponse } from "./errors.ts";
import { LongText } from "./long-text.ts";

/** How often a ledger that is behind is asked again before the bulk ends there. */
const TRIES_MAX = 30;

export class BulkRun {
  readonly #ledger: DurableObjectStub<LedgerObject>;
  readonly #options: BulkOptions;
  readonly #answer = new LongText('{"data":[');
  #isAsked = false;
  #isAnswered = false;
  #failed = false;
  /** Why the bulk ended early. */
  #refusal: LedgerError | undefined;

  constructor(ledger: DurableObjectStub<LedgerObject>, options: BulkOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /**
   * Executes elements. False when the bulk has ended there, and more elements are not welcome. The
   * ledger is asked at least once, if only whether it exists.
   */
  async execute(elements: readonly Element[]): Promise<boolean> {
    let rest = elements;
    while (this.#refusal === undefined && (rest.length > 0 || !this.#isAsked)) {
      const chunk = this.#options.atomic ? rest : rest.slice(0, BULK_CHUNK_ELEMENTS);
      const outcomes = await this.#outcomesOf(chunk.map(({ element }) => element));
      await this.#add(chunk, outcomes);
      rest = rest.slice(outcomes.length);
    }
    return this.#refusal === undefined;
  }

  /**
   * 200 when no element failed, else 400. `problem` is why the client's elements ended where they
   * did. A ledger that took none of them speaks for itself.
   */
  answer(problem?: LedgerError): Response {
    const end = this.#refusal ?? problem;
    if (this.#refusal !== undefined && !this.#isAnswered) {
      return errorResponse(this.#refusal);
    }
    const told =
      end === undefined ? "" : `,"errorCode":"${end.code}","errorMessage":${quote(end.message)}`;
    return new Response(this.#answer.end(`]${told}}\n`), {
      status: this.#failed ? 400 : 200,
      headers: { "Content-Type": "application/json" },
    });
  }

  async #outcomesOf(elements: readonly BulkElement[]): Promise<readonly Outcome[]> {
    if (this.#failed && !this.#options.continueOnFailure) {
      return elements.map(() => CANCELED);
    }
    const outcomes = this.#answer.isFull ? err(ANSWER_TOO_LARGE) : await this.#ask(elements);
    if (outcomes.ok) {
      return outcomes.value;
    }
    this.#refusal = outcomes.error;
    return this.#isAnswered ? elements.map(() => outcomes) : [];
  }

  /**
   * A ledger that is behind gets time to catch up, unless the bulk has only begun: then the client
   * may well come again.
   */
  async #ask(elements: readonly BulkElement[]): ReturnType<LedgerObject["bulk"]> {
    for (let tries = 1; ; tries++) {
      const outcomes = await this.#visit(elements);
      const retryAfter = outcomes.ok ? undefined : outcomes.error.retryAfter;
      if (retryAfter === undefined || !this.#isAnswered || tries === TRIES_MAX) {
        return outcomes;
      }
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  }

  /** A visit that breaks off does not tell what was done; the first one is the router's to tell. */
  async #visit(elements: readonly BulkElement[]): ReturnType<LedgerObject["bulk"]> {
    this.#isAsked = true;
    try {
      return await this.#ledger.bulk(elements, this.#options);
    } catch (error) {
      if (!this.#isAnswered) {
        throw error;
      }
      console.error("a bulk was interrupted", error);
      return err(INTERRUPTED);
    }
  }

  async #add(chunk: readonly Element[], outcomes: readonly Outcome[]): Promise<void> {
    const texts = outcomes.map((outcome, index) => {
      this.#failed ||= !outcome.ok;
      return formatOutcome(chunk[index]?.action ?? "", outcome);
    });
    if (texts.length > 0) {
      await this.#answer.add(`${this.#isAnswered ? "," : ""}${texts.join(",")}`);
      this.#isAnswered = true;
    }
  }
}

const CANCELED: Outcome = err({ code: "INTERNAL", message: "context canceled" });

const INTERRUPTED: LedgerError = {
  code: "INTERNAL",
  message: "the ledger was interrupted: these elements may have been executed or not",
};

const ANSWER_TOO_LARGE = validation(
  "the answer is too large: these elements and those after them were not executed",
);

function formatOutcome(action: string, outcome: Outcome): string {
  if (outcome.ok) {
    const { transaction, logId } = outcome.value;
    const data = transaction === undefined ? "" : `"data":${transaction},`;
    return `{${data}"responseType":"${action}","logID":${logId}}`;
  }
  const { code, message } = outcome.error;
  return (
    `{"errorCode":"${code}","errorDescription":${quote(message)},` +
    `"responseType":"ERROR","logID":0}`
  );
}
