/** The shapes of what the API says of conflicts and of the policies about them; part of views.ts. */
import { z } from 'zod';
import { byName, list, moment, part, view } from '../view.ts';

export const ConflictStateView = z.enum([
  'open',
  'cancelling',
  'shipped',
  'backordered',
  'filled',
  'ignored',
  'cancelled',
  'withdrawn',
  'first',
]);
export type ConflictStateView = z.infer<typeof ConflictStateView>;

/** Something that a person can choose, with what it will do. */
export const ConflictChoiceView = view('ConflictChoice', {
  id: z.string().describe('Unique in its row: `ship:berlin`'),
  send: byName(z.string()).describe('To be sent as it is, with a key'),
  title: z.string(),
  effect: z.string().describe('What happens then'),
  final: z.boolean().describe('It can’t be taken back: money moves, or a customer is told'),
});
export type ConflictChoiceView = z.infer<typeof ConflictChoiceView>;

const orderOfConflict = {
  id: z.string(),
  number: z.string(),
  connectionName: z.string(),
  channel: z.string(),
};

export const ConflictRow = view('Conflict', {
  id: z.string(),
  sku: z.string(),
  title: z.string(),
  at: moment,
  quantity: z.int().describe('Units that this order wanted'),
  availableThen: z.int().describe('How many were there when it was decided'),
  units: z.int().describe('Units that are short now'),
  order: part({ ...orderOfConflict, placedAt: moment }),
  winner: part({ ...orderOfConflict, at: moment })
    .nullable()
    .describe('The order that got the last units, when one is known'),
  handedOver: z
    .boolean()
    .describe('The units were this order’s until the winner turned out to be the earlier sale'),
  state: ConflictStateView,
  sentence: z.string(),
  outcome: z.string().describe('How it stands now: what it waits for, or how it was settled'),
  decision: part({ by: z.string(), at: moment }).nullable(),
  choices: list(ConflictChoiceView),
});
export type ConflictRow = z.infer<typeof ConflictRow>;

export const PolicyView = z.enum(['hold', 'backorder', 'cancel']);
export type PolicyView = z.infer<typeof PolicyView>;
export const LocationChoiceView = z.enum(['primary', 'first-that-has-it', 'most-available']);
export type LocationChoiceView = z.infer<typeof LocationChoiceView>;

export const ClientPolicyView = view('Policy', {
  policy: PolicyView,
  locationChoice: LocationChoiceView,
  locationOrder: list(z.string()).describe('The dearest first'),
  locations: list(z.string()).describe('Every location that the client’s stock knows'),
  channels: list(part({ name: z.string(), cancelsOrders: z.boolean(), refundsLines: z.boolean() })).describe(
    'Whether they can cancel orders and refund single lines by SyncFlow’s asking',
  ),
});
export type ClientPolicyView = z.infer<typeof ClientPolicyView>;

export const SkuPolicyRow = view('SkuPolicy', {
  sku: z.string(),
  title: z.string(),
  policy: PolicyView,
  changedAt: moment,
  changedBy: z.string(),
});
export type SkuPolicyRow = z.infer<typeof SkuPolicyRow>;
