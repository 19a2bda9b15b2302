/**
 * The signatures of the interpreter's functions, and since when they can be used.
 */
import type { Type } from "../value.ts";

export interface Signature {
  readonly parameters: readonly (Type | "any")[];
  /** undefined: a statement, which gives no value. */
  readonly returns: Type | "any" | undefined;
  readonly since?: Since;
}

export interface Since {
  readonly version: readonly [number, number, number];
  readonly flag?: string;
}

const SIGNATURES = new Map<string, Signature>([
  ["set_tx_meta", { parameters: ["string", "any"], returns: undefined }],
  ["set_account_meta", { parameters: ["account", "string", "any"], returns: undefined }],
  ["meta", { parameters: ["account", "string"], returns: "any" }],
  ["balance", { parameters: ["account", "asset"], returns: "monetary" }],
  [
    "overdraft",
    {
      parameters: ["account", "asset"],
      returns: "monetary",
      since: { version: [0, 0, 15], flag: "experimental-overdraft-function" },
    },
  ],
  [
    "get_asset",
    {
      parameters: ["monetary"],
      returns: "asset",
      since: { version: [0, 0, 16], flag: "experimental-get-asset-function" },
    },
  ],
  [
    "get_amount",
    {
      parameters: ["monetary"],
      returns: "number",
      since: { version: [0, 0, 16], flag: "experimental-get-amount-function" },
    },
  ],
]);

export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name);
}
