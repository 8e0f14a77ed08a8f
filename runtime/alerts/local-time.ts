/** The clock on a person's wall: what time it is there, and when it is so late again. */
import { z } from 'zod';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** `07:30`, by a 24-hour clock. */
export const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 07:30');

/** A time zone by its IANA name, as this machine knows it. */
export const TimeZone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, 'must be a time zone like Europe/London');

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight there. */
export function minutesThere(at: Date, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return minutesOf(format.format(at));
}

/** Whether it is between two times there; the span may go over midnight. Equal times are no span. */
export function isBetween(at: Date, timeZone: string, from: string, to: string): boolean {
  const [now, begin, end] = [minutesThere(at, timeZone), minutesOf(from), minutesOf(to)];
  return begin <= end ? now >= begin && now < end : now >= begin || now < end;
}

/** The next moment, after this one, at which the clock there shows the time; it may be moved in between. */
export function nextAt(at: Date, timeZone: string, time: string): Date {
  const wanted = minutesOf(time);
  const ahead = (wanted - minutesThere(at, timeZone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const guess = new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS);
  // Clocks that were put on or back on the way are off by what they were moved; a time that is left out comes as the next one.
  const off =
    ((minutesThere(guess, timeZone) - wanted + DAY_MINUTES / 2 + DAY_MINUTES) % DAY_MINUTES) -
    DAY_MINUTES / 2;
  const mended = new Date(guess.getTime() - off * MINUTE_MS);
  return minutesThere(mended, timeZone) === wanted && mended > at ? mended : guess;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
