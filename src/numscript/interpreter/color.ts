/**
 * Colored money: `@a \ "RED"` is money of an asset of its own, `COIN_RED` or `USD_RED/2`.
 */
import { err, ok, type Result } from "../../core/result.ts";
import type { Expression } from "../ast.ts";
import type { Fault } from "../outcome.ts";
import { evaluateAs } from "./evaluate.ts";
import { invalidColor } from "./faults.ts";
import type { Session } from "./session.ts";

const COLOR = /^[A-Z]*$/;

/** The asset in the color of a source; without a color, or with an empty one, the asset itself. */
export function evaluateColored(
  asset: string,
  color: Expression | undefined,
  session: Session,
): Result<string, Fault> {
  if (color === undefined) {
    return ok(asset);
  }
  const name = evaluateAs(color, "string", session);
  if (!name.ok) {
    return name;
  }
  const { text } = name.value;
  return COLOR.test(text) ? ok(colored(asset, text)) : err(invalidColor(text, color));
}

function colored(asset: string, color: string): string {
  if (color === "") {
    return asset;
  }
  const slash = asset.indexOf("/");
  return slash < 0 ? `${asset}_${color}` : `${asset.slice(0, slash)}_${color}${asset.slice(slash)}`;
}
