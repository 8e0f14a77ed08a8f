/** When today, this week and this month began, for somebody in a time zone. */
import { Problem } from '../problem.ts';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** Midnights of the zone; weeks begin on Monday. @throws {Problem} 400 when the zone is unknown. */
export function daysOf(
  now: Date,
  zone: string,
): { readonly today: Date; readonly week: Date; readonly month: Date } {
  const { year, month, day } = partsIn(now, zone);
  const midnight = (daysBack: number, ofMonth = day) =>
    midnightOf(Date.UTC(year, month - 1, ofMonth) - daysBack * DAY_MS, zone);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + WEEK_DAYS - 1) % WEEK_DAYS;
  return { today: midnight(0), week: midnight(weekday), month: midnight(0, 1) };
}

/** The midnights of the zone at which the last so many days began, oldest first; the last one is today's. */
export function midnightsOf(now: Date, zone: string, days: number): Date[] {
  const { year, month, day } = partsIn(now, zone);
  const today = Date.UTC(year, month - 1, day);
  return Array.from({ length: days }, (_, index) => midnightOf(today - (days - 1 - index) * DAY_MS, zone));
}

/** The moment at which the date (given as its UTC midnight) begins in the zone. */
function midnightOf(utcMidnightMs: number, zone: string): Date {
  // The offset is read near midnight itself, so that a change of clocks later that day does not matter.
  const guess = utcMidnightMs - offsetMs(new Date(utcMidnightMs), zone);
  return new Date(utcMidnightMs - offsetMs(new Date(guess), zone));
}

function offsetMs(at: Date, zone: string): number {
  const { year, month, day, hour, minute, second } = partsIn(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1_000) * 1_000;
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function partsIn(at: Date, timeZone: string): Parts {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new Problem(400, 'Unknown time zone', 'Give the zone by its name, such as Europe/Berlin.');
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}
