/**
 * The model's papers: what a command's input looks like when it is hashed (contract §4.8), what a
 * transaction looks like (§4.7), and the lines of the log with their chain of hashes (§10).
 */
import type { Command, CreateTransaction } from "../../src/core/command.ts";
import type { Metadata, Posting } from "../../src/core/transaction.ts";
import {
  compareBytes,
  members,
  readInstant,
  sha256,
  sorted,
  wireInstant,
  writeJson,
  type Members,
  type Micros,
  type Value,
} from "./text-model.ts";

export interface ModelVolumes {
  readonly input: bigint;
  readonly output: bigint;
}

/** Account → asset → volumes. */
export type ModelTable = ReadonlyMap<string, ReadonlyMap<string, ModelVolumes>>;

/** A transaction as it stood when it was created, or as it stands. */
export interface ModelTransaction {
  readonly id: number;
  readonly logId: number;
  readonly postings: readonly Posting[];
  readonly metadata: Metadata;
  readonly timestamp: Micros;
  readonly insertedAt: Micros;
  readonly updatedAt: Micros;
  readonly revertedAt: Micros | undefined;
  readonly reference: string | undefined;
  readonly volumes: ModelTable;
  /** undefined where the ledger keeps none. */
  readonly effective: ModelTable | undefined;
}

// --- inputs ---

export function fingerprint(command: Command): string {
  return sha256(`${writeJson(inputOf(command))}\n`, "base64url");
}

function inputOf(command: Command): Members {
  switch (command.kind) {
    case "create-transaction":
      return creationInput(command);
    case "revert-transaction":
      return members({
        Force: command.force,
        AtEffectiveDate: command.atEffectiveDate,
        TransactionID: command.id,
        Metadata: metadataOrNull(command.metadata),
      });
    case "save-metadata":
      return members({
        ...targetInput(command.target),
        Metadata: metadataOrNull(command.metadata),
      });
    case "delete-metadata":
      return members({ ...targetInput(command.target), Key: command.key });
    case "insert-schema":
      throw new Error("the model knows no schemas");
  }
}

type Target = Extract<Command, { kind: "save-metadata" }>["target"];

function targetInput(target: Target): Record<string, Value> {
  return target.type === "ACCOUNT" ? { Address: target.address } : { TransactionID: target.id };
}

export function printMetadata(metadata: Metadata): Members {
  return sorted(Object.entries(metadata), (value) => value);
}

function metadataOrNull(metadata: Metadata | undefined): Value {
  return metadata === undefined ? null : printMetadata(metadata);
}

function creationInput(command: CreateTransaction): Members {
  const { plain, variables } = scriptOf(command.postings ?? [], command.force);
  return members({
    plain,
    vars: sorted(variables, (value) => value),
    timestamp:
      command.timestamp === undefined
        ? "0001-01-01T00:00:00Z"
        : wireInstant(readInstant(command.timestamp)),
    metadata: printMetadata(command.metadata ?? {}),
    reference: command.reference ?? "",
    AccountMetadata:
      command.accountMetadata === undefined
        ? null
        : sorted(Object.entries(command.accountMetadata), printMetadata),
    Runtime: command.runtime,
  });
}

/** The script that postings stand for (contract §4.2), and its variables. */
function scriptOf(
  postings: readonly Posting[],
  force: boolean,
): { readonly plain: string; readonly variables: ReadonlyMap<string, string> } {
  const addresses = postings.flatMap(({ source, destination }) => [source, destination]);
  const accounts = [...new Set(addresses)].filter((address) => address !== "world");
  const amounts = [...new Set(postings.map(({ asset, amount }) => `${asset} ${amount}`))];
  const nameOf = (address: string): string => {
    return address === "world" ? "@world" : `$va${accounts.indexOf(address)}`;
  };
  const sends = postings.map(({ source, destination, asset, amount }) => {
    const suffix = force && source !== "world" ? " allowing unbounded overdraft" : "";
    return [
      `send $vm${amounts.indexOf(`${asset} ${amount}`)} (`,
      `\tsource = ${nameOf(source)}${suffix}`,
      `\tdestination = ${nameOf(destination)}`,
      ")\n",
    ].join("\n");
  });
  const accountNames = accounts.map((_, index) => `va${index}`);
  const amountNames = amounts.map((_, index) => `vm${index}`);
  const declarations = [
    ...accountNames.toSorted(compareBytes).map((name) => `\taccount $${name}\n`),
    ...amountNames.toSorted(compareBytes).map((name) => `\tmonetary $${name}\n`),
  ];
  return {
    plain: `vars {\n${declarations.join("")}}\n${sends.join("")}`,
    variables: new Map([
      ...accounts.map((address, index) => [`va${index}`, address] as const),
      ...amounts.map((amount, index) => [`vm${index}`, amount] as const),
    ]),
  };
}

// --- transactions ---

function printPostings(postings: readonly Posting[]): Value {
  return postings.map(({ source, destination, amount, asset }) => {
    return members({ source, destination, amount, asset });
  });
}

function printTable(table: ModelTable): Members {
  return sorted(table, (assets) => {
    return sorted(assets, ({ input, output }) => {
      return members({ input, output, balance: input - output });
    });
  });
}

/** The volumes before: what this transaction's own postings moved is taken away again. */
function before(table: ModelTable, postings: readonly Posting[]): ModelTable {
  const moved = (account: string, asset: string, side: "source" | "destination"): bigint => {
    return postings
      .filter((posting) => posting[side] === account && posting.asset === asset)
      .reduce((sum, { amount }) => sum + amount, 0n);
  };
  return mapTable(table, (account, asset, { input, output }) => {
    return {
      input: input - moved(account, asset, "destination"),
      output: output - moved(account, asset, "source"),
    };
  });
}

export function mapTable(
  table: ModelTable,
  change: (account: string, asset: string, volumes: ModelVolumes) => ModelVolumes,
): ModelTable {
  return new Map(
    [...table].map(([account, assets]) => {
      const cells = [...assets].map(([asset, volumes]) => {
        return [asset, change(account, asset, volumes)] as const;
      });
      return [account, new Map(cells)] as const;
    }),
  );
}

/** Abridged: without the volumes before, and null for effective volumes that equal the others. */
export function printTransaction(transaction: ModelTransaction, isAbridged = false): Members {
  const { postings, volumes, effective, revertedAt } = transaction;
  const effectiveTable = effective === undefined ? undefined : printTable(effective);
  const isSame =
    effectiveTable !== undefined && writeJson(effectiveTable) === writeJson(printTable(volumes));
  return members({
    postings: printPostings(postings),
    metadata: printMetadata(transaction.metadata),
    timestamp: wireInstant(transaction.timestamp),
    reference: transaction.reference,
    id: transaction.id,
    insertedAt: wireInstant(transaction.insertedAt),
    updatedAt: wireInstant(transaction.updatedAt),
    revertedAt: revertedAt === undefined ? undefined : wireInstant(revertedAt),
    postCommitVolumes: printTable(volumes),
    postCommitEffectiveVolumes: isAbridged && isSame ? null : effectiveTable,
    reverted: revertedAt !== undefined,
    preCommitVolumes: isAbridged ? undefined : printTable(before(volumes, postings)),
    preCommitEffectiveVolumes:
      effective === undefined || isAbridged ? undefined : printTable(before(effective, postings)),
  });
}

// --- logs ---

export type LogData =
  | {
      readonly type: "NEW_TRANSACTION";
      readonly transaction: ModelTransaction;
      readonly accountMetadata: Readonly<Record<string, Metadata>>;
    }
  | {
      readonly type: "REVERTED_TRANSACTION";
      readonly original: ModelTransaction;
      readonly transaction: ModelTransaction;
    }
  | {
      readonly type: "SET_METADATA";
      readonly target: Target;
      readonly metadata: Metadata | undefined;
    }
  | { readonly type: "DELETE_METADATA"; readonly target: Target; readonly key: string };

export interface ModelLog {
  readonly id: number;
  readonly date: Micros;
  readonly idempotencyKey: string;
  readonly idempotencyHash: string;
  readonly data: LogData;
  readonly hash: string | null;
  readonly line: string;
}

/** Seals a log onto the hash before it; `previous` is undefined for the first log of a ledger. */
export function printLog(
  log: Omit<ModelLog, "hash" | "line">,
  previous: string | undefined,
  isHashed: boolean,
): ModelLog {
  const { data, idempotencyKey } = log;
  const date = wireInstant(log.date);
  const covered =
    `{"type":"${data.type}","data":${writeJson(mementoOf(data))},"date":"${date}",` +
    `"idempotencyKey":"${idempotencyKey}","id":0,"hash":null}\n`;
  const text = previous === undefined ? covered : `"${previous}"\n${covered}`;
  const hash = isHashed ? sha256(text, "base64") : null;
  const sealed = { ...log, hash };
  return { ...sealed, line: printLine(sealed) };
}

/** The log as one line; abridged as the read model keeps ordinary transactions. */
export function printLine(log: Omit<ModelLog, "line">, isAbridged = false): string {
  const { data, date, idempotencyKey, idempotencyHash, id, hash } = log;
  const line = {
    type: data.type,
    data: dataOf(data, isAbridged),
    date: wireInstant(date),
    idempotencyKey,
    idempotencyHash,
    id,
    hash,
  };
  return writeJson(members(line));
}

function dataOf(data: LogData, isAbridged = false): Members {
  switch (data.type) {
    case "NEW_TRANSACTION":
      return members({
        transaction: printTransaction(data.transaction, isAbridged),
        accountMetadata: sorted(Object.entries(data.accountMetadata), printMetadata),
      });
    case "REVERTED_TRANSACTION":
      return members({
        revertedTransaction: printTransaction({ ...data.original, effective: undefined }),
        transaction: printTransaction(data.transaction),
      });
    case "SET_METADATA":
      return members({ ...printTarget(data.target), metadata: metadataOrNull(data.metadata) });
    case "DELETE_METADATA":
      return members({ ...printTarget(data.target), key: data.key });
  }
}

function printTarget(target: Target): Record<string, Value> {
  const targetId = target.type === "ACCOUNT" ? target.address : target.id;
  return { targetType: target.type, targetId };
}

/** The part of the data that the hash covers (contract §10.2). */
function mementoOf(data: LogData): Members {
  switch (data.type) {
    case "NEW_TRANSACTION":
      return members({
        transaction: printMemento(data.transaction),
        accountMetadata: sorted(Object.entries(data.accountMetadata), printMetadata),
      });
    case "REVERTED_TRANSACTION":
      return members({
        revertedTransactionID: data.original.id,
        transaction: printMemento(data.transaction),
      });
    case "SET_METADATA":
    case "DELETE_METADATA":
      return dataOf(data);
  }
}

function printMemento(transaction: ModelTransaction): Members {
  return members({
    postings: printPostings(transaction.postings),
    metadata: printMetadata(transaction.metadata),
    timestamp: wireInstant(transaction.timestamp),
    reference: transaction.reference,
    id: transaction.id,
    reverted: false,
  });
}
