import { locale } from './locale.ts';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
const wholePercent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const signedPercent = new Intl.NumberFormat(locale, {
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});
const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A quantity in full: 12,408. */
export const formatCount = (value: number): string => whole.format(value);

/** A quantity where room is short: in full below ten thousand, then 12.4K. */
export const formatShort = (value: number): string =>
  Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);

/** A share from 0 to 1: 0 %, 0.4 %, 12 %. What is there at all is never shown as 0 %. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.001) return percent.format(0.001);
  return (share < 0.1 ? percent : wholePercent).format(share);
}

/** How much more or less it is than before: +12 %, −3 %; "" where that says nothing. */
export function formatChange(now: number, before: number): string {
  if (before === 0) return '';
  const change = Math.round(((now - before) / before) * 100) / 100;
  return signedPercent.format(change);
}

/** A quantity for a badge: never wider than "99+". */
export const formatBadge = (value: number): string => (value > 99 ? '99+' : whole.format(value));

/** Keeps a figure and its unit on one line. */
const nbsp = '\u00a0';

/** A span of time, in the unit a person would choose: 640 ms, 1.8 s, 42 s, 3 min, 2 h 5 min. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${whole.format(ms)}${nbsp}ms`;
  // The test is on the rounded figure: 9.96 s is shown as 10 s, not as 10.0 s.
  if (Math.round(ms / 100) < 100) return `${tenth.format(ms / 1000)}${nbsp}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${nbsp}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}${nbsp}min`;
  const rest = minutes % 60;
  const hours = `${whole.format((minutes - rest) / 60)}${nbsp}h`;
  return rest === 0 ? hours : `${hours} ${rest}${nbsp}min`;
}
