import { locale, zone } from './locale.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const exactClock = new Intl.DateTimeFormat(locale, {
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 1,
  timeZone: zone,
});
const raceClock = new Intl.DateTimeFormat(locale, {
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZone: zone,
});
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: zone });
const day = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: zone,
});
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: zone });
const shortDayOfYear = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone });

/**
 * How long ago, in words that tick: "just now", "12 s ago", "3 min ago", "2 h ago", "3 d ago", then the date.
 * A moment in the future (a clock that is a little wrong) counts as now.
 */
export function relativeTime(at: number, now: number): string {
  const ms = now - at;
  if (ms < 2 * secondMs) return 'just now';
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s ago`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  if (ms < 7 * dayMs) return `${Math.floor(ms / dayMs)} d ago`;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? shortDay : shortDayOfYear).format(at);
}

/** 14:02:03.417: for a race, which milliseconds decide. */
export const raceTime = (at: number): string => raceClock.format(at);

/** 14:02:03.4: for what follows one after the other. */
export const exactTime = (at: number): string => exactClock.format(at);

/** A day in a chart: 27 Nov. */
export const dayOfChart = (at: number): string => shortDay.format(at);

/** The date alone. */
export const shortDate = (at: number): string => shortDayOfYear.format(at);

/** Date and time in full, for a title or a detail. */
export const fullTime = (at: number): string => full.format(at);

/** Heading of a day in a list: "Today", "Yesterday", "Monday 3 November". Days are those of the reader's zone. */
export function dayHeading(at: number, now: number): string {
  const heading = day.format(at);
  if (heading === day.format(now) && now - at < 2 * dayMs) return 'Today';
  if (heading === day.format(now - dayMs) && now - at < 3 * dayMs) return 'Yesterday';
  return heading;
}
