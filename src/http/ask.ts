/**
 * How reads are fresh (DESIGN §4). The object is asked where its log ends and D1 is asked the
 * question, at the same time; the rows are taken when D1's own mark is not behind, else the object
 * catches up first. `Daybook-Consistency: eventual` asks D1 alone. Trouble of D1 is 503, never 500.
 */
import type { Features } from "../core/features.ts";
import { LEDGER_NOT_FOUND, unavailable, type LedgerError } from "../core/error.ts";
import { err, ok, type Result } from "../core/result.ts";
import { BoundedMap } from "../ledger/bounded-map.ts";
import { within } from "../ledger/within.ts";
import { ask, askMarked } from "../read-model/database.ts";
import type { Asked, Database, Marked, Question, Scope } from "../read-model/database.ts";
import { ledgerNamed, registryHead, type KnownLedger } from "../read-model/ledgers.ts";
import type { App } from "./context.ts";
import { ledgerName, ledgerStub, registryStub } from "./ledger-of.ts";

/** The ledger a question is about. */
export interface Book {
  readonly db: Database;
  readonly scope: Scope;
  readonly features: Features;
}

type Answer<T> = Result<T, LedgerError>;

/** Puts the question together, or refuses it for what the ledger does not keep. */
export type Ask<T> = (book: Book) => Answer<Question<T>>;

/** A question that takes longer counts as lost. */
const ANSWER_MS = 10_000;

/**
 * What ledgers of this isolate are known to be, so that D1 need not wait for the object. Some 200
 * bytes each; an entry that is out of date is found out by the object's answer.
 */
const KNOWN = new BoundedMap<string, KnownLedger>(10_000);

/** Whether the client takes what the read model has, however old. */
export function isEventual(c: App): boolean {
  const header = c.req.raw.headers.get("Daybook-Consistency");
  return header !== null && header.toLowerCase() === "eventual";
}

export function askLedger<T>(c: App, question: Ask<T>): Promise<Answer<T>> {
  return isEventual(c) ? askEventually(c, question) : askFreshly(c, question);
}

async function askFreshly<T>(c: App, question: Ask<T>): Promise<Answer<T>> {
  const key = keyOf(c);
  const put = async (ledger: KnownLedger): Promise<Answer<Asked<T>>> => {
    const book = bookOf(c, c.env.DB, ledger);
    const asked = question(book);
    return asked.ok ? settle(ask(book.db, book.scope, asked.value)) : asked;
  };
  const known = KNOWN.get(key);
  const early = known === undefined ? undefined : put(known);
  const stub = ledgerStub(c);
  const standing = await stub.standing();
  if (!standing.ok) {
    KNOWN.delete(key);
    return standing;
  }
  const { ledger, head } = standing.value;
  const isKnown = known?.id === ledger.id;
  if (!isKnown) {
    KNOWN.set(key, ledger);
  }
  const first = await (isKnown && early !== undefined ? early : put(ledger));
  if (!first.ok || first.value.head >= head) {
    return first.ok ? ok(first.value.value) : first;
  }
  const projected = await stub.project();
  if (!projected.ok) {
    return projected;
  }
  const second = await put(ledger);
  if (!second.ok) {
    return second;
  }
  return second.value.head >= head ? ok(second.value.value) : err(BEHIND);
}

async function askEventually<T>(c: App, question: Ask<T>): Promise<Answer<T>> {
  const key = keyOf(c);
  // Any replica will do.
  const db = c.env.DB.withSession("first-unconstrained");
  const named = ledgerNamed(db, c.get("tenant"), ledgerName(c));
  const known = KNOWN.get(key);
  const asked = known === undefined ? undefined : question(bookOf(c, db, known));
  const answer =
    asked?.ok === true
      ? await settle(askMarked(db, named, asked.value))
      : await settle(askMarked(db, named, NOTHING));
  if (!answer.ok) {
    return answer;
  }
  const { mark, value } = answer.value;
  if (mark === undefined) {
    KNOWN.delete(key);
    return err(LEDGER_NOT_FOUND);
  }
  if (mark.id !== known?.id || asked === undefined) {
    KNOWN.set(key, mark);
    return askEventually(c, question);
  }
  // Sound: the question was asked, or was refused before it could be.
  return asked.ok ? ok(value as T) : asked;
}

/** A question about all ledgers of the tenant, as fresh as its registry. */
export async function askRegistry<T>(
  c: App,
  question: (db: Database, tenant: string) => Answer<Question<T>>,
): Promise<Answer<T>> {
  const tenant = c.get("tenant");
  const { DB: db } = c.env;
  const asked = question(db, tenant);
  if (!asked.ok) {
    return asked;
  }
  const put = (): Promise<Answer<Marked<number, T>>> => {
    return settle(askMarked(db, registryHead(db, tenant), asked.value));
  };
  const early = put();
  const version = isEventual(c) ? 0 : await registryStub(c).version();
  const first = await early;
  if (!first.ok || first.value.mark >= version) {
    return first.ok ? ok(first.value.value) : first;
  }
  const projected = await registryStub(c).project();
  if (!projected.ok) {
    return projected;
  }
  const second = await put();
  if (!second.ok) {
    return second;
  }
  return second.value.mark >= version ? ok(second.value.value) : err(BEHIND);
}

const NOTHING: Question<undefined> = { statements: [], answer: () => undefined };

const BEHIND = unavailable("the read model is behind; try again");

function keyOf(c: App): string {
  return `${c.get("tenant")}/${ledgerName(c)}`;
}

function bookOf(c: App, db: Database, { id, features }: KnownLedger): Book {
  return { db, scope: { tenant: c.get("tenant"), ledger: id }, features };
}

/** Waits for D1, but not for ever. Never rejects. */
async function settle<T>(work: Promise<T>): Promise<Answer<T>> {
  try {
    return ok(await within(ANSWER_MS, "D1", work));
  } catch (error) {
    console.error("a question to D1 failed", error);
    return err(unavailable("the read model is away; try again"));
  }
}
