/**
 * How fresh reads are, and what they say while D1 is away: requests to the Worker, with a D1 in
 * between that fails, hangs or lags.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { handle } from "../../src/http/app.ts";

let ledgers = 0;

async function ask(
  method: string,
  path: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly bindings?: object;
  } = {},
): Promise<Response> {
  const { body, headers = {}, bindings = {} } = options;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const request = new Request(`http://daybook${path}`, { method, headers, ...sent });
  return handle(request, { ...env, ...bindings }, createExecutionContext());
}

/** A ledger with one transaction. */
async function openLedger(): Promise<string> {
  const ledger = `fresh-${++ledgers}`;
  expect((await ask("POST", `/v2/${ledger}`)).status).toBe(204);
  await pay(ledger);
  return ledger;
}

async function pay(ledger: string): Promise<void> {
  const posting = { source: "world", destination: "a", amount: 1, asset: "USD" };
  const body = { postings: [posting] };
  expect((await ask("POST", `/v2/${ledger}/transactions`, { body })).status).toBe(200);
}

async function idsOf(response: Response): Promise<readonly number[]> {
  expect(response.status).toBe(200);
  const { cursor } = await response.json<{ cursor: { data: { id: number }[] } }>();
  return cursor.data.map(({ id }) => id);
}

/** D1, but for how it answers. */
function doctored(answer: (ask: () => Promise<D1Result[]>) => Promise<D1Result[]>): object {
  const statement = (real: D1PreparedStatement): object => ({
    bind: (...values: unknown[]) => statement(real.bind(...values)),
    all: async () => (await answer(async () => [await real.all()]))[0],
    real,
  });
  const db = {
    prepare: (sql: string) => statement(env.DB.prepare(sql)),
    batch: (statements: { readonly real: D1PreparedStatement }[]) =>
      answer(() => env.DB.batch(statements.map(({ real }) => real))),
    withSession: () => db,
  };
  return { DB: db };
}

const FAILING = doctored(() => Promise.reject(new Error("D1_ERROR: storage is away")));
const HANGING = doctored(() => new Promise(() => undefined));

beforeEach(() => {
  // Every failure of D1 is reported there.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a read sees every write that was answered before it", async () => {
  const ledger = await openLedger();
  for (let count = 2; count <= 20; count++) {
    await pay(ledger);
    const ids = await idsOf(await ask("GET", `/v2/${ledger}/transactions?pageSize=1`));
    expect(ids).toEqual([count]);
  }
});

test("rows from before the last write are asked for again", async () => {
  const ledger = await openLedger();
  expect(await idsOf(await ask("GET", `/v2/${ledger}/transactions`))).toEqual([1]);
  let questions = 0;
  const lagging = doctored(async (put) => {
    const results = await put();
    questions++;
    return questions === 1
      ? results.map((result) => ({ ...result, results: [{ head: 0, last_log: 0 }] }))
      : results;
  });
  const path = `/v2/${ledger}/transactions?sort=id:asc`;
  expect(await idsOf(await ask("GET", path, { bindings: lagging }))).toEqual([1]);
  expect(questions).toBe(2);
});

describe("while D1 is away", () => {
  const LISTS = [
    "transactions",
    "accounts",
    "volumes",
    "logs",
    "aggregate/balances",
    "transactions/1?pit=2100-01-01T00:00:00Z",
    "accounts/a?pit=2100-01-01T00:00:00Z",
    "schemas",
  ];

  test.each(LISTS)("%s says so, and when to try again", async (path) => {
    const ledger = await openLedger();
    for (let attempt = 0; attempt < 2; attempt++) {
      const response = await ask("GET", `/v2/${ledger}/${path}`, { bindings: FAILING });
      expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "1"]);
      expect(await response.json()).toMatchObject({ errorCode: "INTERNAL" });
    }
  });

  test("so does the list of ledgers", async () => {
    expect((await ask("GET", "/v2", { bindings: FAILING })).status).toBe(503);
  });

  test.each(["transactions/1", "accounts/a?expand=volumes", "stats"])(
    "%s is answered by the object",
    async (path) => {
      const ledger = await openLedger();
      const response = await ask("GET", `/v2/${ledger}/${path}`, { bindings: FAILING });
      expect(response.status).toBe(200);
    },
  );

  test("what is not there is still not there", async () => {
    const response = await ask("GET", "/v2/nowhere/transactions", { bindings: FAILING });
    expect(await response.json()).toMatchObject({ errorCode: "LEDGER_NOT_FOUND" });
  });

  test("a question that never ends is given up", async () => {
    const ledger = await openLedger();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = ask("GET", `/v2/${ledger}/accounts`, { bindings: HANGING });
    let isDone = false;
    void asked.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await vi.advanceTimersByTimeAsync(1_000);
      await ask("GET", `/v2/${ledger}/stats`);
    }
    expect((await asked).status).toBe(503);
  });
});

describe("eventual consistency", () => {
  const headers = { "Daybook-Consistency": "Eventual" };
  const never = {
    getByName: () => {
      throw new Error("no object is asked");
    },
  };
  const bindings = { LEDGER: never, REGISTRY: never };

  test.each([
    "transactions",
    "accounts",
    "volumes",
    "logs",
    "aggregate/balances",
    "transactions/1",
    "transactions/1?expand=volumes",
    "accounts/a?expand=volumes",
  ])("%s is asked of D1 alone", async (path) => {
    const ledger = await openLedger();
    const fresh = await ask("GET", `/v2/${ledger}/${path}`);
    await env.LEDGER.getByName(`default/${ledger}`).project();
    const eventual = await ask("GET", `/v2/${ledger}/${path}`, { headers, bindings });
    expect(eventual.status).toBe(200);
    expect(await eventual.text()).toBe(await fresh.text());
  });

  test("counts and ledgers are, too", async () => {
    const ledger = await openLedger();
    await env.LEDGER.getByName(`default/${ledger}`).project();
    const count = await ask("HEAD", `/v2/${ledger}/accounts`, { headers, bindings });
    expect([count.status, count.headers.get("Count")]).toEqual([204, "2"]);
    expect((await ask("GET", "/v2", { headers, bindings })).status).toBe(200);
  });

  test("a ledger that is deleted or never was is not found", async () => {
    const ledger = await openLedger();
    const path = `/v2/${ledger}/transactions`;
    expect((await ask("GET", path, { headers, bindings })).status).toBe(200);
    await env.DB.prepare("UPDATE ledgers SET deleted_at = added_at WHERE name = ?")
      .bind(ledger)
      .run();
    for (const gone of [path, "/v2/nowhere/transactions"]) {
      const response = await ask("GET", gone, { headers, bindings });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errorCode: "LEDGER_NOT_FOUND" });
    }
  });
});

test("a name that is given to another ledger shows the other's book", async () => {
  const ledger = await openLedger();
  expect(await idsOf(await ask("GET", `/v2/${ledger}/transactions`))).toEqual([1]);
  const object = env.LEDGER.getByName(`default/${ledger}`);
  const standing = await object.standing();
  await object.destroy();
  const info = standing.ok ? standing.value.ledger : undefined;
  expect(info).toBeDefined();
  if (info !== undefined) {
    await object.configure({ ...info, id: info.id + 1_000_000 });
  }
  expect(await idsOf(await ask("GET", `/v2/${ledger}/transactions`))).toEqual([]);
});
