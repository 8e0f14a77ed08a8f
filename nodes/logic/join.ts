import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { expression } from './expression.ts';
import { groupOf } from './group-of.ts';

const SECOND_MS = 1_000;
const byCount = { when: { by: ['count'] } };

/** Makes one message of several. */
export const join = defineNode({
  type: 'join',
  title: 'Join',
  summary: 'Makes one message of several',
  help: 'Waits for messages that belong together and sends them on as one, with the fields "items" and "count". By parts: all that were split from one message, in their order. By number: so many with the same key, from any run of the flow. What is not whole when the time after the first is over leaves by "incomplete", with "expected"; what comes later begins anew. What waits is on disk. Example: split "lines", look each up, join them again by parts.',
  group: 'Decide',
  effect: 'none',
  endsLoops: true,
  waitLimit: 'wait',
  joinsParts: { setting: 'by', value: 'parts' },
  input: AnyPort,
  outputs: { joined: AnyPort, incomplete: AnyPort },
  config: z.object({
    by: z
      .enum(['parts', 'count'])
      .default('parts')
      .meta({ title: 'Join', words: { parts: 'The parts of what was split', count: 'So many' } }),
    count: z
      .int()
      .min(2)
      .max(500)
      .default(10)
      .meta({ title: 'So many', unit: 'messages', ...byCount }),
    key: expression({
      title: 'With the same',
      empty: 'All messages together',
      help: 'Such as item.connectionId.',
      ...byCount,
    }),
    wait: z
      .int()
      .min(1)
      .max(30 * 86_400)
      .default(3_600)
      .meta({ title: 'Wait at most', unit: 's', help: 'After the first of them came.' }),
  }),
  describe: ({ by, count, key, wait }) =>
    `${by === 'parts' ? 'All parts' : `${count}${key ? ` of one ${key}` : ''}`}, or after ${wait} s`,
  run: async ({ input, config: { by, count, key, wait }, context }) => {
    await context.effects.later.gather(context, input, {
      group: by === 'parts' ? null : groupOf(key, input),
      count,
      waitMs: wait * SECOND_MS,
      whole: 'joined',
      incomplete: 'incomplete',
    });
    return {};
  },
});
