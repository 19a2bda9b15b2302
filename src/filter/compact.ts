/**
 * Statements with many bound values, within D1's limit of 100: all values travel as one JSON array,
 * and each place reads its own (`?1 ->> 3`). SQLite computes these once per statement, so that
 * indexes serve as before.
 */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** D1 allows 100 bound values per statement. */
const PARAMS_MAX = 100;

/** The statement as it is where its values fit, else with a single one. */
export function compactParams(statement: Statement): Statement {
  return statement.params.length <= PARAMS_MAX ? statement : compactAll(statement);
}

/** Exported for tests, which compact short statements as well. */
export function compactAll(statement: Statement): Statement {
  const values: unknown[] = [];
  const places = new Map<unknown, number>();
  let next = 0;
  // Quoted texts and names of the statement may hold question marks of their own.
  const sql = statement.sql.replace(/'[^']*'|"[^"]*"|\?/g, (token) => {
    if (token !== "?") {
      return token;
    }
    const value = statement.params[next++];
    let place = places.get(value);
    if (place === undefined) {
      place = values.push(value) - 1;
      places.set(value, place);
    }
    return `(?1 ->> ${place})`;
  });
  return { sql, params: [JSON.stringify(values)] };
}
