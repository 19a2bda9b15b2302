/**
 * Escapes in the machine's strings, which follow Go: `\n`, `\x41`, `\101`, `\u00e9`, `\U0001f600`
 * and so on. Bytes written as `\x` or in octal may together make one character of UTF-8.
 */
const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  '"': 34,
};

/** One escape or a run of text without any; a backslash that fits none is left over. */
const PIECE =
  /[^\\]+|\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/gy;

const encoder = new TextEncoder();
// What is no UTF-8 becomes U+FFFD, and a byte order mark is a character like any other.
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** undefined: an escape that Go does not know. */
export function unescapeGo(raw: string): string | undefined {
  if (!raw.includes("\\")) {
    return raw;
  }
  const bytes: number[] = [];
  let end = 0;
  for (const [piece, simple, hex, octal, ...codePoints] of raw.matchAll(PIECE)) {
    end += piece.length;
    const byte = simple === undefined ? byteOf(hex, octal) : SIMPLE[simple];
    const codePoint = codePoints.find((digits) => digits !== undefined);
    if (codePoint !== undefined) {
      const character = characterOf(codePoint);
      if (character === undefined) {
        return undefined;
      }
      bytes.push(...encoder.encode(character));
    } else if (byte === undefined) {
      for (const encoded of encoder.encode(piece)) {
        bytes.push(encoded);
      }
    } else if (byte > 255) {
      return undefined;
    } else {
      bytes.push(byte);
    }
  }
  return end === raw.length ? decoder.decode(new Uint8Array(bytes)) : undefined;
}

function byteOf(hex: string | undefined, octal: string | undefined): number | undefined {
  if (hex !== undefined) {
    return Number.parseInt(hex, 16);
  }
  return octal === undefined ? undefined : Number.parseInt(octal, 8);
}

/** Surrogates are no characters, and there is none above U+10FFFF. */
function characterOf(digits: string): string | undefined {
  const codePoint = Number.parseInt(digits, 16);
  const isCharacter = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
  return isCharacter ? String.fromCodePoint(codePoint) : undefined;
}
