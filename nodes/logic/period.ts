/** Spans of time in settings: a number and its unit. */
import { z } from 'zod';

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const DAYS_MAX = 30;

/** The unit of an amount as a setting. */
export function unitSetting(unit: keyof typeof UNITS) {
  return z.enum(['seconds', 'minutes', 'hours', 'days']).default(unit);
}

/** Milliseconds of so and so many units; at most 30 days. */
export function periodMs(amount: number, unit: keyof typeof UNITS): number {
  return Math.min(amount * UNITS[unit], DAYS_MAX * UNITS.days);
}

/** "2 hours", "1 minute". */
export function periodWords(amount: number, unit: keyof typeof UNITS): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}
