/**
 * Schedules with seconds (`0 0 * * * *`: every full hour), as the original's workers are given
 * them. Fields are second, minute, hour, day of month, month and weekday, each `*`, numbers,
 * ranges, lists and steps. UTC.
 */
export interface Schedule {
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** When both days and weekdays are restricted, either is enough; that is cron's custom. */
  readonly eitherDay: boolean;
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
  if (!(seconds && minutes && hours && days && months && weekdays)) {
    return undefined;
  }
  const eitherDay = days.size < 31 && weekdays.size < 7;
  return { seconds, minutes, hours, days, months, weekdays, eitherDay };
}

const TERM = /^(?:\*|\?|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/;

function parseField(text: string, low: number, high: number): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const term of text.split(",")) {
    const match = TERM.exec(term);
    if (match === null) {
      return undefined;
    }
    const [, first, last, step] = match;
    const from = first === undefined ? low : Number(first);
    const isOpen = first === undefined || (last === undefined && step !== undefined);
    const to = isOpen ? high : Number(last ?? first);
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

const DAY = 86_400_000;
// The 29th of February comes back after eight years at the latest.
const HORIZON_DAYS = 8 * 366;

/**
 * The first instant of the schedule that is not before `from`, both in milliseconds since the
 * epoch; undefined when there is none (the 31st of February).
 */
export function nextInstant(schedule: Schedule, from: number): number | undefined {
  const start = Math.ceil(from / 1000) * 1000;
  const firstDay = start - (((start % DAY) + DAY) % DAY);
  for (let i = 0; i <= HORIZON_DAYS; i++) {
    const day = firstDay + i * DAY;
    const instant = isDayOf(schedule, new Date(day)) ? nextInDay(schedule, day, start) : undefined;
    if (instant !== undefined) {
      return instant;
    }
  }
  return undefined;
}

function isDayOf(schedule: Schedule, date: Date): boolean {
  const isDay = schedule.days.has(date.getUTCDate());
  const isWeekday = schedule.weekdays.has(date.getUTCDay());
  return (
    schedule.months.has(date.getUTCMonth() + 1) &&
    (schedule.eitherDay ? isDay || isWeekday : isDay && isWeekday)
  );
}

function nextInDay(schedule: Schedule, day: number, start: number): number | undefined {
  for (let minute = 0; minute < 24 * 60; minute++) {
    const at = day + minute * 60_000;
    const isDue = schedule.hours.has(Math.floor(minute / 60)) && schedule.minutes.has(minute % 60);
    if (!isDue || at + 60_000 <= start) {
      continue;
    }
    for (let second = 0; second < 60; second++) {
      if (schedule.seconds.has(second) && at + second * 1000 >= start) {
        return at + second * 1000;
      }
    }
  }
  return undefined;
}
