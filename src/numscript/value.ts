/**
 * What a script computes with. One model for both dialects; the text of a value is what metadata
 * holds.
 */
import { portionText, type Portion } from "./portion.ts";

export type Value =
  | { readonly type: "account"; readonly address: string }
  | { readonly type: "asset"; readonly asset: string }
  | { readonly type: "number"; readonly number: bigint }
  | Monetary
  | { readonly type: "portion"; readonly portion: Portion }
  | { readonly type: "string"; readonly text: string };

export interface Monetary {
  readonly type: "monetary";
  readonly asset: string;
  readonly amount: bigint;
}

export type Type = Value["type"];

export const TYPES: readonly Type[] = [
  "monetary",
  "account",
  "portion",
  "asset",
  "number",
  "string",
];

export function isType(name: string): name is Type {
  return TYPES.some((type) => type === name);
}

export type ValueOf<T extends Type> = Extract<Value, { readonly type: T }>;

export function isA<T extends Type>(value: Value, type: T): value is ValueOf<T> {
  return value.type === type;
}

export function valueText(value: Value): string {
  switch (value.type) {
    case "account":
      return value.address;
    case "asset":
      return value.asset;
    case "number":
      return String(value.number);
    case "monetary":
      return monetaryText(value);
    case "portion":
      return portionText(value.portion);
    case "string":
      return value.text;
  }
}

/** `USD/2 100`. */
export function monetaryText({ asset, amount }: Omit<Monetary, "type">): string {
  return `${asset} ${amount}`;
}
