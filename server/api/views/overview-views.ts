/** The shapes of what the API says on the dashboard; part of views.ts. */

import { z } from 'zod';
import { list, moment, part, view } from '../view.ts';
import { LagView, Tone } from './basic-views.ts';
import { FindingView, MendingActionView } from './connection-views.ts';

export const NeedView = view('Need', {
  kind: z.enum(['conflict', 'dead-letter', 'outbox', 'unmatched', 'connection', 'proof']),
  count: z.int(),
  text: z.string().describe('What a person has to decide or mend'),
  href: z.string().describe('The page where that is done'),
});
export type NeedView = z.infer<typeof NeedView>;

export const OverviewView = view('Overview', {
  client: part({ id: z.string(), name: z.string() }),
  demo: z.boolean().describe('Sandbox shops with a made-up stream of orders'),
  flows: z.int().describe('Flows that run'),
  sentence: part({ tone: Tone, text: z.string() }),
  checkedAt: moment
    .nullable()
    .describe('When every channel had last been asked what is new; null: one was not yet'),
  needs: list(NeedView),
  tiles: part({
    ordersToday: z.int(),
    ordersWeek: z.int(),
    ordersMonth: z.int(),
    changesSynced: z.int().describe('Quantities written to channels in the last 24 hours'),
    lag: LagView.nullable(),
    avoided: z
      .int()
      .describe(
        'Products that a channel still showed when the last unit was gone, and that were taken off sale there',
      ),
    shortages: part({
      total: z.int().describe('Order lines that met too little stock in the last 24 hours'),
      open: z.int().describe('How many of them wait for a person'),
    }),
    errors: z.int().describe('Failed runs of events, and dead letters, in the last 24 hours'),
    errorRate: z.number().nullable().describe('Their share in all runs, from 0 to 1; null: there were none'),
    apiCalls: z.int().describe('Calls to channel APIs in the last 24 hours'),
    budgetUsed: z
      .number()
      .nullable()
      .describe(
        'The most that was used of a channel’s budget of calls, in per cent; null: no channel told one',
      ),
  }),
  sparks: part({
    orders: list(z.int()),
    changesSynced: list(z.int()),
    lagP95: list(z.number().nullable()),
    avoided: list(z.int()),
    errors: list(z.int()),
    apiCalls: list(z.int()),
  }).describe('The last 24 hours of the clock, oldest first, one figure an hour'),
  lastWeek: part({
    orders: z.int(),
    changesSynced: z.int(),
    lagP95: z.number().nullable(),
    avoided: z.int(),
    errorRate: z.number().nullable(),
    apiCalls: z.int(),
  })
    .nullable()
    .describe('The same hours a week ago; null: nothing was counted then'),
});
export type OverviewView = z.infer<typeof OverviewView>;

export const ConnectionView = view('Connection', {
  id: z.string(),
  kind: z
    .enum(['channel', 'service'])
    .describe('A service takes messages (webhooks out), and has no listings and no orders'),
  name: z.string(),
  channel: z.string(),
  channelTitle: z.string(),
  sandbox: z.boolean(),
  address: z.string().nullable().describe('Where the shop is; null: a service'),
  tone: Tone,
  word: z.string().describe('Stands beside the coloured mark: "In step", "3 changes wait", "Signed out"'),
  listings: z.int(),
  importing: part({ listings: z.int(), progress: z.number().nullable() })
    .nullable()
    .describe('The reading of its products, while it is under way'),
  locations: z
    .int()
    .nullable()
    .describe('At how many of its locations it is kept in step; null: this channel knows one alone'),
  unmatched: z.int().describe('Products that a person must match to a SKU'),
  lastEventAt: moment.nullable(),
  lastPushAt: moment.nullable(),
  waiting: z.int(),
  drifts: z
    .int()
    .describe(
      'Numbers that nobody could explain, in the last 24 hours: adopted where staff count, overwritten elsewhere',
    ),
  lag: LagView.nullable(),
  lagSpark: list(z.number().nullable()).describe(
    'p95 by the minute over the last half hour, oldest first; null where nothing was pushed',
  ),
  error: part({
    reason: z.string(),
    fix: z.string().nullable(),
    at: moment,
    next: z.string().nullable().describe('What happens next by itself; null when only a person can help'),
    action: MendingActionView.nullable().describe('What the button beside it does'),
  }).nullable(),
  hookAddress: z
    .string()
    .nullable()
    .describe(
      'Where the service may tell what became of messages; null: it tells nothing, or can’t reach us',
    ),
  optOuts: z.int().describe('Recipients that want no more messages from this account'),
  findings: list(FindingView).describe('What the last look at the connection found'),
});
export type ConnectionView = z.infer<typeof ConnectionView>;

export const OptOutRow = view('OptOut', {
  address: z.string().describe('A phone number or an email address'),
  at: moment,
});
export type OptOutRow = z.infer<typeof OptOutRow>;

export const TrendsView = view('Trends', {
  shops: list(part({ id: z.string(), name: z.string() })),
  days: list(
    part({
      at: moment.describe('When the day begins'),
      orders: list(z.int()).describe('Of each shop, in the order of `shops`'),
      changesSynced: z.int(),
      lagP95: z.number().nullable(),
      errors: z.int(),
    }),
  ).describe('Oldest first; the last one is today'),
});
export type TrendsView = z.infer<typeof TrendsView>;
