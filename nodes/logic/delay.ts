import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { periodMs, periodWords, unitSetting } from './period.ts';
import { nextTimeOfDay, zoneSetting } from './time-zone.ts';

const timed = { when: { how: ['wait', 'spaced'] } };
const atTime = { when: { how: ['until'] } };

/** Lets messages wait: for a while, until a time of day, or so that they go on one by one. */
export const delay = defineNode({
  type: 'delay',
  title: 'Delay',
  summary: 'Lets messages wait',
  help: 'Keeps each message for a while, until a time of day, or lets one go on at a time with a pause between. What waits is on disk: it goes on also when SyncFlow was off meanwhile, at most late. Example: wait 2 hours, then ask with "Find an order" whether it is paid. While the flow is paused nothing goes on; what came due goes on when it is resumed.',
  group: 'Decide',
  effect: 'none',
  input: AnyPort,
  outputs: { out: SamePort },
  config: z.object({
    how: z
      .enum(['wait', 'until', 'spaced'])
      .default('wait')
      .meta({
        title: 'How long',
        words: { wait: 'For a while', until: 'Until a time of day', spaced: 'One at a time, with a pause' },
      }),
    amount: z
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .meta({ title: 'So many', ...timed }),
    unit: unitSetting('minutes').meta({ title: 'Unit', help: 'At most 30 days.', ...timed }),
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00')
      .default('09:00')
      .meta({ title: 'Until', help: 'Hours and minutes, such as 09:00.', ...atTime }),
    zone: zoneSetting().meta({ title: 'Time zone', help: 'Such as Europe/Berlin.', ...atTime }),
  }),
  describe: ({ how, amount, unit, time, zone }) => {
    if (how === 'until') return `Until ${time} (${zone})`;
    return how === 'wait' ? `Waits ${periodWords(amount, unit)}` : `One each ${periodWords(amount, unit)}`;
  },
  run: async ({ input, config: { how, amount, unit, time, zone }, context }) => {
    const { later } = context.effects;
    const ms = periodMs(amount, unit);
    let at: Date | 'now' | 'none';
    if (how === 'until') at = nextTimeOfDay(context.now, time, zone);
    else if (how === 'wait') at = new Date(context.now.getTime() + ms);
    else at = await later.takeTurn(context, { group: '', many: 1, periodMs: ms, over: 'wait' });
    if (!(at instanceof Date)) return { out: input };
    await later.sendAt(context, { output: 'out', item: input, at });
    return {};
  },
});
