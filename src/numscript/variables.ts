/**
 * Texts → typed values: what callers give a script's variables, and what metadata holds. The two
 * dialects stand side by side; they differ in numbers and in monetaries. The error is a sentence.
 */
import { isAddress } from "../core/address.ts";
import { isAsset } from "../core/asset.ts";
import { SCRIPT_DIGITS_MAX } from "../core/limits.ts";
import { err, ok, type Result } from "../core/result.ts";
import { parsePortion } from "./portion.ts";
import type { Type, Value } from "./value.ts";

const INTEGER = /^[+-]?\d+$/;

/** JSON's integers, blanks around them included, because the machine reads numbers as JSON. */
const JSON_INTEGER = /^[ \t\n\r]*(-?(?:0|[1-9]\d*))[ \t\n\r]*$/;

const QUOTED_CHARS_MAX = 100;

export function readMachineValue(type: Type, text: string): Result<Value, string> {
  switch (type) {
    case "account":
      return isAddress(text)
        ? ok({ type, address: text })
        : err(`value ${cut(text)}: ${BAD_ACCOUNT}`);
    case "asset":
      return isAsset(text) ? ok({ type, asset: text }) : err(`value ${cut(text)}: ${BAD_ASSET}`);
    case "number": {
      const number = integer(JSON_INTEGER.exec(text)?.[1]);
      return number === undefined
        ? err(`'${cut(text)}' is no integer${TOO_LONG}`)
        : ok({ type, number });
    }
    case "monetary":
      return readMachineMonetary(text);
    case "portion": {
      const portion = parsePortion(text);
      return portion.ok ? ok({ type, portion: portion.value }) : portion;
    }
    case "string":
      return ok({ type, text });
  }
}

const BAD_ACCOUNT = "accounts should respect pattern ^[a-zA-Z0-9_-]+(:[a-zA-Z0-9_-]+)*$";
const BAD_ASSET = "asset should respect pattern '[A-Z][A-Z0-9]{0,16}(_[A-Z]{1,16})?(\\/\\d{1,6})?'";
const TOO_LONG = ` of up to ${SCRIPT_DIGITS_MAX} digits`;

function readMachineMonetary(text: string): Result<Value, string> {
  const blank = text.indexOf(" ");
  if (blank < 0) {
    return err("monetary must have two parts");
  }
  const asset = text.slice(0, blank);
  const amount = integer(text.slice(blank + 1));
  if (amount === undefined) {
    return err("invalid monetary int");
  }
  if (!isAsset(asset)) {
    return err(`value [${cut(asset)} ${amount}]: asset '${cut(asset)}': ${BAD_ASSET}`);
  }
  return amount < 0n
    ? err(`value [${asset} ${amount}]: negative amount`)
    : ok({ type: "monetary", asset, amount });
}

export function readInterpreterValue(type: Type, text: string): Result<Value, string> {
  switch (type) {
    case "account":
      return isAddress(text)
        ? ok({ type, address: text })
        : err(`Invalid account name: @${cut(text)}`);
    case "asset":
      return isAsset(text) ? ok({ type, asset: text }) : err(`Invalid asset name: ${cut(text)}`);
    case "number": {
      const number = integer(text);
      return number === undefined
        ? err(`invalid number literal: '${cut(text)}'`)
        : ok({ type, number });
    }
    case "monetary":
      return readInterpreterMonetary(text);
    case "portion": {
      const portion = parsePortion(text);
      return portion.ok
        ? ok({ type, portion: portion.value })
        : err(`Bad portion: ${portion.error}`);
    }
    case "string":
      return ok({ type, text });
  }
}

/** A negative amount passes here; it cannot be sent. */
function readInterpreterMonetary(text: string): Result<Value, string> {
  const blank = text.indexOf(" ");
  if (blank < 0 || text.includes(" ", blank + 1)) {
    return err(`invalid monetary literal: '${cut(text)}'`);
  }
  const asset = text.slice(0, blank);
  const written = text.slice(blank + 1);
  const amount = integer(written);
  if (amount === undefined) {
    return err(`invalid number literal: '${cut(written)}'`);
  }
  return isAsset(asset)
    ? ok({ type: "monetary", asset, amount })
    : err(`Invalid asset name: ${cut(asset)}`);
}

function integer(text: string | undefined): bigint | undefined {
  return text !== undefined && text.length <= SCRIPT_DIGITS_MAX && INTEGER.test(text)
    ? BigInt(text.startsWith("+") ? text.slice(1) : text)
    : undefined;
}

function cut(text: string): string {
  return text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
}
