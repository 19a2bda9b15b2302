/**
 * Schedules with seconds (`0 0 * * * *`: every full hour), as the original's workers are given them. Fields are second,
 * minute, hour, day of month, month and weekday, each `*`, numbers, ranges, lists and steps. UTC.
 */
export interface Schedule {
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
}

const BOUNDS = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

export function parseSchedule(text: string): Schedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== BOUNDS.length) {
    return undefined;
  }
  const sets = BOUNDS.map(([low, high], i) => parseField(fields[i] ?? "", low, high));
  const [seconds, minutes, hours, days, months, weekdays] = sets;
  return seconds && minutes && hours && days && months && weekdays
    ? { seconds, minutes, hours, days, months, weekdays }
    : undefined;
}

const TERM = /^(?:\*|\?|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

function parseField(text: string, low: number, high: number): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const term of text.split(",")) {
    const match = TERM.exec(term);
    if (match === null) {
      return undefined;
    }
    const [, first, last, step] = match;
    const from = first === undefined ? low : Number(first);
    const open = first === undefined || (last === undefined && step !== undefined);
    const to = open ? high : Number(last ?? first);
    const by = Number(step ?? 1);
    if (from < low || to > high || from > to || by < 1) {
      return undefined;
    }
    for (let value = from; value <= to; value += by) {
      values.add(value);
    }
  }
  return values;
}

/** Whether the schedule has an instant in (after, until], both in milliseconds since the epoch. */
export function isDueBetween(schedule: Schedule, after: number, until: number): boolean {
  // Looking back further than a day finds nothing that the last day does not repeat often enough to matter.
  const from = Math.max(after, until - 86_400_000);
  for (let second = Math.floor(from / 1000) + 1; second * 1000 <= until; second++) {
    const date = new Date(second * 1000);
    if (!isDueOn(schedule, date)) {
      second = lastSecondOfMinute(second);
      continue;
    }
    if (schedule.seconds.has(date.getUTCSeconds())) {
      return true;
    }
  }
  return false;
}

function isDueOn(schedule: Schedule, date: Date): boolean {
  return (
    schedule.minutes.has(date.getUTCMinutes()) &&
    schedule.hours.has(date.getUTCHours()) &&
    schedule.days.has(date.getUTCDate()) &&
    schedule.months.has(date.getUTCMonth() + 1) &&
    schedule.weekdays.has(date.getUTCDay())
  );
}

function lastSecondOfMinute(second: number): number {
  return second - (second % 60) + 59;
}
