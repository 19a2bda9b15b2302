/**
 * Text keys that sort like the integers they stand for, at any size, so that SQL can compare
 * balances as text (the read model's `balance_key`). Shape: sign, five digits of length, digits;
 * for negatives length and digits are complemented to nine, so that a larger magnitude sorts
 * lower.
 */
const COMPLEMENT: Readonly<Record<string, string>> = {
  "0": "9",
  "1": "8",
  "2": "7",
  "3": "6",
  "4": "5",
  "5": "4",
  "6": "3",
  "7": "2",
  "8": "1",
  "9": "0",
};

export function decimalKey(value: bigint): string {
  if (value >= 0n) {
    const digits = value.toString();
    return "1" + String(digits.length).padStart(5, "0") + digits;
  }
  const digits = (-value).toString();
  const magnitude = String(digits.length).padStart(5, "0") + digits;
  return "0" + magnitude.replace(/\d/g, (digit) => COMPLEMENT[digit] ?? digit);
}
