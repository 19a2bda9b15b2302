/**
 * A bulk under way: sends elements to the ledger's object in order, a chunk a visit, and gathers
 * what each of them is answered (contract §9.3, §9.4). After a failing element the rest is not
 * sent, but answered as cancelled, unless the client asked to go on.
 */
import type { LedgerError } from "../core/error.ts";
import { quote } from "../core/json.ts";
import { BULK_CHUNK_ELEMENTS } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { LedgerObject } from "../ledger/object.ts";
import type { BulkOptions, Outcome } from "../ledger/rpc.ts";
import type { Element } from "./bulk-elements.ts";
import { json } from "./respond.ts";

export class BulkRun {
  readonly #ledger: DurableObjectStub<LedgerObject>;
  readonly #options: BulkOptions;
  readonly #answers: string[] = [];
  #failed = false;

  constructor(ledger: DurableObjectStub<LedgerObject>, options: BulkOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Executes elements; an error means that the ledger did not take those that are left. */
  async execute(elements: readonly Element[]): Promise<Result<undefined, LedgerError>> {
    let rest = elements;
    do {
      const chunk = this.#options.atomic ? rest : rest.slice(0, BULK_CHUNK_ELEMENTS);
      const done = await this.#visit(chunk);
      if (!done.ok) {
        return done;
      }
      rest = rest.slice(done.value);
    } while (rest.length > 0);
    return ok(undefined);
  }

  /** Sends one chunk; the number of elements that were answered. */
  async #visit(chunk: readonly Element[]): Promise<Result<number, LedgerError>> {
    if (this.#failed && !this.#options.continueOnFailure) {
      this.#answers.push(...chunk.map(() => CANCELED));
      return ok(chunk.length);
    }
    const elements = chunk.map(({ element }) => element);
    const outcomes = await this.#ledger.bulk(elements, this.#options);
    if (!outcomes.ok) {
      return outcomes;
    }
    for (const [index, outcome] of outcomes.value.entries()) {
      this.#failed ||= !outcome.ok;
      this.#answers.push(formatOutcome(chunk[index]?.action ?? "", outcome));
    }
    return outcomes.value.length === 0 && chunk.length > 0 ? err(STUCK) : ok(outcomes.value.length);
  }

  /** 200 when no element failed, else 400. */
  answer(): Response {
    return json(`{"data":[${this.#answers.join(",")}]}`, this.#failed ? 400 : 200);
  }
}

const STUCK: LedgerError = { code: "INTERNAL", message: "the ledger did not take the bulk" };

function formatOutcome(action: string, outcome: Outcome): string {
  if (!outcome.ok) {
    return formatFailure(outcome.error);
  }
  const { transaction, logId } = outcome.value;
  const data = transaction === undefined ? "" : `"data":${transaction},`;
  return `{${data}"responseType":"${action}","logID":${logId}}`;
}

function formatFailure({ code, message }: LedgerError): string {
  return (
    `{"errorCode":"${code}","errorDescription":${quote(message)},` +
    `"responseType":"ERROR","logID":0}`
  );
}

const CANCELED = formatFailure({ code: "INTERNAL", message: "context canceled" });
