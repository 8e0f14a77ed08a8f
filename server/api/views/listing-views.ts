/** The shapes of what the API says of listings and of how they are read; part of views.ts. */
import { z } from 'zod';
import { list, moment, part, view } from '../view.ts';
import { ConnectionNameView } from './basic-views.ts';

const ListingDecisionView = z.enum(['match', 'take-in', 'set-aside', 'undo']);
export type ListingDecisionView = z.infer<typeof ListingDecisionView>;

export const ListingRow = view('Listing', {
  id: z.string(),
  connection: ConnectionNameView,
  title: z.string(),
  ownSku: z.string().nullable().describe('What stands in the shop as its SKU'),
  barcode: z.string().nullable(),
  shows: z
    .int()
    .nullable()
    .describe('What the shop showed when it was last read; null: it is not counted there'),
  sku: z.string().nullable().describe('The SKU of the stock to which it belongs'),
  matchedBy: z.enum(['sku', 'barcode', 'person']).nullable(),
  problem: z.enum(['no-sku', 'unknown-sku', 'duplicate-sku', 'ambiguous-barcode']).nullable(),
  sentence: z.string(),
  couldBe: list(z.string()).describe('SKUs that it may belong to'),
  decisions: list(ListingDecisionView).describe('What a person may decide now'),
});
export type ListingRow = z.infer<typeof ListingRow>;

const TroubleView = part({ reason: z.string(), fix: z.string().nullable() });

export const ImportView = view('Import', {
  state: z.enum(['none', 'waiting', 'running', 'done', 'failed']),
  listings: z.int().describe('How many were read so far'),
  progress: z
    .number()
    .nullable()
    .describe('From 0 to 1; null where the channel does not tell how many there are'),
  startedAt: moment.nullable(),
  endedAt: moment.nullable(),
  trouble: TroubleView.nullable().describe('It goes on by itself, unless its state is "failed"'),
  problems: part({
    noSku: z.int(),
    unknownSku: z.int(),
    duplicateSku: z.int(),
    ambiguousBarcode: z.int(),
  }).describe('Listings that a person should look at'),
});
export type ImportView = z.infer<typeof ImportView>;

export const PollingView = view('Polling', {
  polledAt: moment.nullable().describe('When the shop was last asked for changed orders, up to the end'),
  seenTo: moment.nullable().describe('Every change up to this moment of the shop’s own clock is here'),
  healed: z.int().describe('Changes that no webhook had told of by then'),
  webhooksAt: moment.nullable().describe('When its webhooks were last found in order'),
  webhooksTrouble: TroubleView.nullable(),
  lookBack: part({
    since: moment,
    until: moment,
    state: z.enum(['running', 'done']),
    orders: z.int(),
    endedAt: moment.nullable(),
  })
    .nullable()
    .describe('The orders of a chosen period before'),
});
export type PollingView = z.infer<typeof PollingView>;
