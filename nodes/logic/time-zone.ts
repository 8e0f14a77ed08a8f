/** Times of day where the merchant is. */
import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';

function isZone(zone: string): boolean {
  try {
    return zone !== '' && Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A time zone of the IANA database as a setting. */
export function zoneSetting() {
  return z
    .string()
    .max(64)
    .default('UTC')
    .superRefine((zone, context) => {
      if (!isZone(zone))
        context.addIssue({
          code: 'custom',
          message: `"${zone}" is no time zone: take one such as Europe/Berlin`,
        });
    });
}

/** The next moment after `now` at which clocks in the zone show this time (`HH:MM`), over changes of summer time. */
export function nextTimeOfDay(now: Date, time: string, zone: string): Date {
  const [hour = '0', minute = '0'] = time.split(':');
  const cron = `0 ${Number(minute)} ${Number(hour)} * * *`;
  return CronExpressionParser.parse(cron, { currentDate: now, tz: zone }).next().toDate();
}
