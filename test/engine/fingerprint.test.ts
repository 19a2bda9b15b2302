/** The fingerprints of contract §4.8, and what makes two inputs different. */
import { expect, test } from "vitest";
import type { Command, CreateTransaction, RevertTransaction } from "../../src/core/command.ts";
import { fingerprint } from "../../src/engine/fingerprint.ts";

const CREATE: CreateTransaction = {
  kind: "create-transaction",
  postings: [{ source: "world", destination: "alice", amount: 100n, asset: "USD" }],
  script: undefined,
  template: undefined,
  variables: {},
  timestamp: undefined,
  reference: undefined,
  metadata: undefined,
  accountMetadata: undefined,
  runtime: "",
  force: false,
};
const REVERT: RevertTransaction = {
  kind: "revert-transaction",
  id: 1,
  force: false,
  atEffectiveDate: false,
  metadata: undefined,
};
const SAVE: Command = {
  kind: "save-metadata",
  target: { type: "ACCOUNT", address: "alice" },
  metadata: { k: "v" },
};

test.each([
  ["a creation", CREATE, "mRte6kSmGPlvh04Ja_auUOZCpB2g2X7jqCd8vlk4Sow="],
  ["metadata of an account", SAVE, "SrRjeNaJLPjUbr_-iq7J1OTjev_z2U1r7pHRR_uVp-s="],
  ["a revert", REVERT, "3_TTgGXQ2dCxI_UzeGaYusSZ9cbijO76Gal4SnRHZ7M="],
])("%s has the fingerprint of the original", (_name, command, print) => {
  expect(fingerprint(command)).toBe(print);
});

test("absent and empty metadata of postings are the same, of accounts and reverts not", () => {
  expect(fingerprint({ ...CREATE, metadata: {} })).toBe(fingerprint(CREATE));
  expect(fingerprint({ ...CREATE, accountMetadata: {} })).not.toBe(fingerprint(CREATE));
  expect(fingerprint({ ...REVERT, metadata: {} })).not.toBe(fingerprint(REVERT));
});

test("force shows only where a source other than world is", () => {
  expect(fingerprint({ ...CREATE, force: true })).toBe(fingerprint(CREATE));
  const [posting] = CREATE.postings ?? [];
  const spending = {
    ...CREATE,
    postings: posting === undefined ? [] : [{ ...posting, source: "bob" }],
  };
  expect(fingerprint({ ...spending, force: true })).not.toBe(fingerprint(spending));
});

test("the default runtime is not the machine by its name", () => {
  expect(fingerprint({ ...CREATE, runtime: "machine" })).not.toBe(fingerprint(CREATE));
});
