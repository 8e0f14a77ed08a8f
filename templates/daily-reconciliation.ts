import { z } from 'zod';
import type { Template } from './define-template.ts';

const parameters = z.object({
  hour: z.int().min(0).max(23).default(6).meta({ title: 'At', unit: "o'clock UTC" }),
  always: z.boolean().default(false).meta({
    title: 'Also when everything agrees',
    help: 'Else you hear of it only when something differed.',
  }),
});

/** How the counts of all channels agreed with the ledger, once a day. */
export const dailyReconciliation: Template<typeof parameters> = {
  id: 'daily-reconciliation',
  title: 'Daily reconciliation',
  promise: 'Once a day you hear which counts of your channels differed, and what was done about it.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ hour, always }) => [
    `Every day at ${hour} o’clock UTC you hear which counts of your shops differed in the last day, and what was done about it.`,
    always ? 'You hear of it also when everything agrees.' : 'When everything agrees, you hear nothing.',
    'Nothing more is written to the shops: what differs is put right when it is found.',
  ],
  example: ({ hour }) => `At ${hour} o’clock: “3 counts differed in the last day”.`,
  graph: ({ hour, always }) => ({
    nodes: [
      { id: 'trigger', type: 'count-report-trigger', name: 'Every day', config: { hour }, x: 0, y: 0 },
      {
        id: 'differences',
        type: 'alert',
        name: 'Tell what differed',
        config: {
          level: 'warning',
          title: '{differences} counts differed in the last day',
          text: 'Of {listings} listings: {overwritten} were written again, {adopted} were taken over from the counting shop, {refused} could not be. {unmatched} listings wait to be matched. {largest}',
          quietHours: 0,
        },
        x: 344,
        y: -64,
      },
      ...(always
        ? [
            {
              id: 'agreed',
              type: 'alert',
              name: 'Tell that all agree',
              config: {
                level: 'info' as const,
                title: 'All counts agree',
                text: '{listings} listings were compared in the last day, and none differed.',
                quietHours: 0,
              },
              x: 344,
              y: 64,
            },
          ]
        : []),
    ],
    wires: [
      { from: 'trigger', output: 'differences', to: 'differences' },
      ...(always ? [{ from: 'trigger', output: 'agreed', to: 'agreed' }] : []),
    ],
  }),
};
