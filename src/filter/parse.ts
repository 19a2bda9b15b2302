/**
 * JSON → `Filter`, every field known to the resource and every operator allowed for it (contract §8.2–8.4).
 */
import type { Json } from "../core/json.ts";
import { err, type Result } from "../core/result.ts";
import type { Filter } from "./ast.ts";
import type { Resource } from "./fields.ts";

/** Lists prefix a grammar error with `extracting paginated query: `, the others with `building filtered dataset: `. */
export interface FilterError {
  readonly stage: "grammar" | "fields";
  readonly message: string;
}

/** No filter (`null`, `{}`) is undefined. */
export function parseFilter(json: Json, resource: Resource): Result<Filter | undefined, FilterError> {
  void json;
  void resource;
  return err({ stage: "grammar", message: "not yet" });
}
