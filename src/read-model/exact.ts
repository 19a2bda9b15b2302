/**
 * Exact arithmetic on amounts kept as decimal text, inside SQL. A text is cut into limbs of twelve
 * digits, which SQLite sums as 64-bit integers; what stands above the third limb comes back as it
 * is and is added here. No amount ever becomes a float, and no sum pulls its rows out of the
 * database.
 */
import { sql, type SQL } from "drizzle-orm";

const LIMB = 12;
const BASE = 10n ** BigInt(LIMB);
/** Limbs of a sum that are added in SQL; digits above are rare and are listed. */
const SUMMED = 3;

/** The limb of a non-negative decimal text, counted from the lowest. */
function limb(text: SQL, index: number): SQL {
  const cut =
    index === 0
      ? sql`substr(${text}, ${sql.raw(String(-LIMB))})`
      : sql`substr(${text}, ${sql.raw(String(-LIMB * (index + 1)))}, ${sql.raw(String(LIMB))})`;
  return sql`CAST(${cut} AS INTEGER)`;
}

/**
 * An aggregate that sums a column of decimal texts, each times its sign (an expression of value 1
 * or -1); undefined for plain sums. Read the result with `readSum`.
 */
export function exactSum(text: SQL, sign?: SQL): SQL {
  const parts: SQL[] = [];
  for (let index = 0; index < SUMMED; index++) {
    const part = sign === undefined ? limb(text, index) : sql`${sign} * ${limb(text, index)}`;
    parts.push(sql`coalesce(sum(${part}), 0)`);
  }
  const digits = sql.raw(String(LIMB * SUMMED));
  const high = sql`substr(${text}, 1, length(${text}) - ${digits})`;
  const signed =
    sign === undefined ? high : sql`CASE WHEN ${sign} < 0 THEN '-' ELSE '' END || ${high}`;
  parts.push(
    sql`coalesce(group_concat(CASE WHEN length(${text}) > ${digits} THEN ${signed} END, '+'), '')`,
  );
  return sql.join(parts, sql` || ':' || `);
}

/** The value of an `exactSum`. */
export function readSum(text: string): bigint {
  const [low = "0", middle = "0", high = "0", rest = ""] = text.split(":");
  let sum = BigInt(low);
  if (middle !== "0") {
    sum += BigInt(middle) * BASE;
  }
  if (high !== "0") {
    sum += BigInt(high) * BASE ** 2n;
  }
  if (rest !== "") {
    for (const term of rest.split("+")) {
      sum += BigInt(term) * BASE ** BigInt(SUMMED);
    }
  }
  return sum;
}

/**
 * Above the count of rows any one sum has; a partial result this large can no longer change its
 * sign.
 */
const DECIDED = sql.raw("4000000");
/** Balances are compared exactly up to 108 digits. */
const COMPARED = 9;
const COMPARED_BOUND = BASE ** BigInt(COMPARED);

/**
 * An aggregate whose sign is that of Σ sign·(input − output) − bound. It takes the limbs from the
 * top, Horner's way, and stops growing once lower limbs cannot turn the sign, so that it stays
 * inside 64 bits.
 */
export function signOfBalance(columns: {
  readonly sign: SQL;
  readonly input: SQL;
  readonly output: SQL;
  readonly bound: bigint;
}): SQL {
  const { sign, input, output, bound } = columns;
  if (bound >= COMPARED_BOUND || bound <= -COMPARED_BOUND) {
    return sql.raw(bound > 0n ? "-1" : "1");
  }
  let value: SQL | undefined;
  for (let index = COMPARED - 1; index >= 0; index--) {
    const subtracted = limbOf(bound, index);
    const term = sql`sum(${sign} * (${limb(input, index)} - ${limb(output, index)}))
      - ${sql.raw(subtracted)}`;
    const raised =
      value === undefined ? term : sql`${value} * ${sql.raw(BASE.toString())} + ${term}`;
    value = sql`max(-${DECIDED}, min(${DECIDED}, ${raised}))`;
  }
  return value ?? sql`0`;
}

/** Digits of the program's own making: they may stand in the statement. */
function limbOf(value: bigint, index: number): string {
  const magnitude = value < 0n ? -value : value;
  const digits = (magnitude / BASE ** BigInt(index)) % BASE;
  return value < 0n ? `(-${digits})` : String(digits);
}
