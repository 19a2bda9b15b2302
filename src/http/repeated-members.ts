/**
 * Members that an object names twice, read as Go's decoder fills a record (contract I.1 §1.1.5):
 * records and maps are merged, null takes no text back, and of anything else the last counts.
 * JSON.parse knows only the last, so a text in which a name may be repeated is read once more,
 * member by member.
 */
import { endOfFirstValue, parseJson, type Json, type JsonObject } from "../core/json.ts";
import { isObject } from "../core/json-read.ts";

/** Names of members whose repetition would be seen. */
const NAMES = ["script", "metadata", "accountMetadata", "vars", "plain", "reference", "timestamp"]
  .concat(["postings", "template", "runtime", "driver", "config", "bucket", "features"])
  .map((name) => `"${name}"`);

/** Longer texts are bulks and imports, which repeat every name; nesting this deep is no record. */
const CHARS_MAX = 20_000;
const DEPTH_MAX = 100;

export function mayRepeat(text: string): boolean {
  return (
    text.length <= CHARS_MAX &&
    NAMES.some((name) => {
      const first = text.indexOf(name);
      return first !== -1 && text.includes(name, first + name.length);
    })
  );
}

/**
 * The value of a text that is known to be JSON; undefined when it is nested too deep to be a
 * record.
 */
export function parseRepeated(text: string): Json | undefined {
  const reader = new Reader(text);
  const value = reader.read(0);
  return reader.isTooDeep ? undefined : value;
}

class Reader {
  readonly #text: string;
  #at = 0;
  isTooDeep = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(depth: number): Json {
    this.isTooDeep ||= depth > DEPTH_MAX;
    const mark = this.#skip(" \t\r\n");
    if (mark === "{" && !this.isTooDeep) {
      return this.#readObject(depth);
    }
    return mark === "[" && !this.isTooDeep ? this.#readArray(depth) : this.#readScalar();
  }

  #readObject(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#at++;
    while (this.#skip(" \t\r\n,") !== "}" && !this.isTooDeep) {
      const name = String(this.#readScalar());
      this.#skip(" \t\r\n:");
      const value = this.read(depth + 1);
      members.set(name, fill(name, members.get(name), value));
    }
    this.#at++;
    return Object.fromEntries(members);
  }

  #readArray(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    while (this.#skip(" \t\r\n,") !== "]" && !this.isTooDeep) {
      items.push(this.read(depth + 1));
    }
    this.#at++;
    return items;
  }

  #readScalar(): Json {
    const end = endOfFirstValue(this.#text, this.#at) ?? this.#text.length;
    const value = parseJson(this.#text.slice(this.#at, end));
    this.#at = end;
    return value.ok ? value.value : null;
  }

  /** Passes over characters; the one that stopped it. */
  #skip(characters: string): string {
    while (this.#at < this.#text.length && characters.includes(this.#text.charAt(this.#at))) {
      this.#at++;
    }
    return this.#text.charAt(this.#at);
  }
}

/** Kept as its text and not filled, so the last counts whole. */
const RAW = "config";
/** A record, which null leaves as it is; maps and lists it empties. */
const RECORD = "script";

function fill(name: string, before: Json | undefined, value: Json): Json {
  if (before === undefined || name === RAW) {
    return value;
  }
  if (value === null) {
    return typeof before !== "object" || name === RECORD ? before : value;
  }
  if (!isObject(before) || !isObject(value)) {
    return value;
  }
  const merged = new Map(Object.entries(before));
  for (const [key, member] of Object.entries(value)) {
    merged.set(key, fill(key, merged.get(key), member));
  }
  return Object.fromEntries(merged);
}
