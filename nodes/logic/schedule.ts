import { z } from 'zod';
import { nextRun } from '#runtime/later/schedules.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { zoneSetting } from './time-zone.ts';

/** Starts by the clock. */
export const schedule = defineTrigger({
  type: 'schedule',
  title: 'At set times',
  summary: 'Starts by the clock',
  help: 'Starts at the times of a cron expression: minute, hour, day of the month, month, day of the week. "0 8 * * 1-5" is eight o’clock from Monday to Friday, "*/15 * * * *" every quarter of an hour, "0 6 1 * *" six o’clock on the first of each month. It starts once, however many processes run. When SyncFlow was off or the flow was paused at its time, it starts once afterwards, however many times were missed; or not at all, if that is switched off.',
  group: 'Decide',
  wants: 'schedule.due',
  outputs: { due: AnyPort },
  config: z.object({
    cron: z
      .string()
      .max(100)
      .default('0 8 * * *')
      .superRefine((cron, context) => {
        try {
          nextRun({ cron, zone: 'UTC' }, new Date(0));
        } catch (error) {
          const message = `is no time: ${error instanceof Error ? error.message : String(error)}`;
          context.addIssue({ code: 'custom', message });
        }
      })
      .meta({ title: 'Times', help: 'Minute, hour, day, month, day of the week: 0 8 * * 1-5.' }),
    zone: zoneSetting().meta({ title: 'Time zone', help: 'Such as Europe/Berlin.' }),
    catchUp: z.boolean().default(true).meta({ title: 'Make up for a time that was missed' }),
  }),
  describe: ({ cron, zone }) => `${cron} (${zone})`,
  schedule: ({ cron, zone, catchUp }) => ({ cron, zone, catchUp }),
  run: ({ event }) => {
    const { dueAt, isMissed } = JSON.parse(event.body.toString()) as { dueAt: string; isMissed: boolean };
    return { due: { dueAt: new Date(dueAt), isMissed } };
  },
});
