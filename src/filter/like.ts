/**
 * LIKE as Postgres has it: `%` any run of characters, `_` any one, a backslash takes the next
 * character as it stands; case counts. Cut into tokens here, because SQLite's own LIKE ignores case
 * and D1 refuses patterns above 50 bytes.
 */
export type LikeToken =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "any" };

const ONE: LikeToken = { kind: "one" };
const ANY: LikeToken = { kind: "any" };

export function parseLike(pattern: string): readonly LikeToken[] {
  const tokens: LikeToken[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") {
      tokens.push({ kind: "text", text });
      text = "";
    }
  };
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "%") {
      flush();
      if (tokens.at(-1) !== ANY) {
        tokens.push(ANY);
      }
    } else if (character === "_") {
      flush();
      tokens.push(ONE);
    } else if (character === "\\") {
      // A backslash at the very end stands for itself.
      i++;
      text += characters[i] ?? character;
    } else {
      text += character;
    }
  }
  flush();
  return tokens;
}

export function matchesLike(tokens: readonly LikeToken[], text: string): boolean {
  const source = tokens.map((token) => {
    switch (token.kind) {
      case "any":
        return "[^]*";
      case "one":
        return "[^]";
      default:
        return token.text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    }
  });
  return new RegExp(`^${source.join("")}$`, "u").test(text);
}

/**
 * The least text above all texts that start with this one, in bytewise order; undefined: there is
 * none.
 */
export function afterPrefix(prefix: string): string | undefined {
  const characters = Array.from(prefix);
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? 0;
    if (code < 0x10ffff) {
      // Surrogates are no characters.
      const next = code + 1 === 0xd800 ? 0xe000 : code + 1;
      return characters.join("") + String.fromCodePoint(next);
    }
  }
  return undefined;
}
