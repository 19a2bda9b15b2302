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
const DECIDED = 4_000_000;
/** Balances are compared exactly up to 108 digits. */
const COMPARED = 9;
const COMPARED_BOUND = BASE ** BigInt(COMPARED);

/**
 * A query of one row whose value has the sign of Σ sign·(input − output) − bound over the rows of
 * `terms` (columns sign, input, output). It takes the sums of limbs from the top, Horner's way, and
 * stops growing once lower limbs cannot turn the sign, so that it stays inside 64 bits. It walks,
 * because as one expression it would be deeper than D1 allows.
 */
export function signOfBalance(terms: SQL, bound: bigint): SQL {
  if (bound >= COMPARED_BOUND || bound <= -COMPARED_BOUND) {
    return sql.raw(`SELECT ${bound > 0n ? -1 : 1}`);
  }
  const places = Array.from({ length: COMPARED }, (_, index) => limbOf(bound, index));
  const limbAt = (column: string): SQL =>
    sql.raw(`CAST(substr(${column}, ${-LIMB} * (place.key + 1), ${LIMB}) AS INTEGER)`);
  const decided = sql.raw(String(DECIDED));
  return sql`WITH RECURSIVE
    sums(place, sum) AS MATERIALIZED (
      SELECT place.key,
        sum(sign * (${limbAt("input")} - ${limbAt("output")})) - place.value
      FROM (${terms}) CROSS JOIN json_each(${`[${places.join(",")}]`}) place GROUP BY place.key),
    horner(place, value) AS (
      SELECT ${sql.raw(String(COMPARED))}, 0
      UNION ALL
      SELECT sums.place,
        max(-${decided}, min(${decided}, value * ${sql.raw(BASE.toString())} + sums.sum))
      FROM horner JOIN sums ON sums.place = horner.place - 1)
    SELECT value FROM horner WHERE place = 0`;
}

/** A limb of a bound, with its sign. */
function limbOf(value: bigint, index: number): bigint {
  const magnitude = value < 0n ? -value : value;
  const limb = (magnitude / BASE ** BigInt(index)) % BASE;
  return value < 0n ? -limb : limb;
}
